# METADATA
# title: Each home stands for itself
# custom:
#   clauses: [DH-6.2.4-5, DH-7.7.8]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.isolation

import data.lib.home
import data.lib.instrument

# METADATA
# title: Nobody reads without an account
# custom:
#   clauses: [CC-4.2.3.3-c-1]
deny contains {"rule": "anonymous"} if input.subject.tier == "anonymous"

# METADATA
# title: An account of one home reaches no other home
# custom:
#   clauses: [DH-6.2.4-5, DH-7.7.8]
deny contains {"rule": "other_home"} if {
	input.subject.tier == "home"
	not home.related
	not home.public
	not instrument.about
	not _explanation
}

# METADATA
# title: A platform manages only the homes it has been given
# custom:
#   clauses: [DH-4.2.4-t7-2, DH-7.7.7]
deny contains {"rule": "beyond_area"} if {
	input.subject.tier in {"property", "community", "street", "district"}
	not home.related
	not home.public
	not _has_basis
	not instrument.about
	not _explanation
}

_has_basis if {
	some owner in input.resource.owners
	some _ in owner.basis
}

# Why one's own question was answered so: `operations.explanations` says how much of the home it may tell.
_explanation if input.resource.type == "explanation"
