# METADATA
# title: Who reads why something was decided
# description: >-
#   The engine shows an explanation to whoever asked what it explains, to the people of the home, and to the auditor. How much of it, is
#   decided here. In full, it holds everything. With its mask `generalise`, facts of the home that the reader may not read are one unnamed
#   condition. With its mask `suppress`, it holds a code and the numbers of clauses alone.
# custom:
#   clauses: [CC-4.1.4, DH-5.2.3-3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.explanations

import data.lib.home

# METADATA
# title: The people of a home read in full what was decided about it
# custom:
#   clauses: [DH-5.2.3-3]
permit contains {"rule": "people", "outcome": "raw"} if {
	_explained
	home.lives_here
}

# METADATA
# title: The auditor reads in full what was decided about anybody
# custom:
#   clauses: [DH-5.2.3-3]
permit contains {"rule": "auditor", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	_explained
	"administrator" in input.subject.roles
}

# METADATA
# title: Who asked reads why, and of the home what may be read there
# custom:
#   clauses: [CC-4.1.4]
permit contains {"rule": "requester", "outcome": "reduced", "obligations": [{"type": "mask", "method": "generalise"}]} if {
	_explained
	input.subject.tier != "anonymous"
	not _other_platform
}

# METADATA
# title: Other platforms get a code and the numbers of clauses
# custom:
#   clauses: [CC-4.1.4]
permit contains {"rule": "other_platforms", "outcome": "reduced", "obligations": [{"type": "mask", "method": "suppress"}]} if {
	_explained
	_other_platform
}

_explained if {
	input.resource.type == "explanation"
	input.action == "read"
}

_other_platform if input.context.channel == "cloud"

_other_platform if input.subject.organisation in {"vendor", "utility", "credit_agency"}
