# METADATA
# title: Analysis sees no names
# custom:
#   clauses: [DH-5.4.7-4]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.analytics

import data.lib.basis
import data.lib.home

# METADATA
# title: Research reads under pseudonyms, under an agreement that covers every owner or with their consent
# custom:
#   clauses: [DH-5.4.7-4]
permit contains {
	"rule": "research",
	"outcome": "pseudonymous",
	"obligations": [{"type": "audit"}, {"type": "coarsen_time", "window": "PT1H"}, {"type": "mask", "method": "pseudonymise"}],
} if {
	input.purpose == "research"
	home.reading
	home.of_home
	input.subject.organisation == "research_institute"
	input.resource.label.grade in {"general_1", "general_2", "general_3"}
	_agreed
}

_agreed if basis.consented

_agreed if basis.backed({"agreement"})

# METADATA
# title: Analysis of personal data sees pseudonyms at most
# custom:
#   clauses: [DH-5.4.7-4]
cap contains {
	"rule": "desensitised",
	"outcome": "pseudonymous",
	"obligations": [{"type": "mask", "method": "pseudonymise"}],
} if {
	input.purpose in {"research", "city_planning"}
	home.personal
	home.outsider
	not _statistics
}

# Statistics name nobody: there a mask has nothing to do.
_statistics if {
	input.purpose == "city_planning"
	not basis.consented
}
