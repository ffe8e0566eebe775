# METADATA
# title: The data of children
# custom:
#   clauses: [SC-4.2.7-5]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.minors

import data.lib.home

# METADATA
# title: A child's data leaves its home only with the guardian's consent
# custom:
#   clauses: [SC-4.2.7-5]
deny contains {"rule": "without_guardian"} if {
	home.outsider
	home.personal
	home.of_home
	_intimate
	input.purpose != "emergency"
	some owner in input.resource.owners
	owner.age_band == "child_14_and_under"
	not _guardian_consents(owner)
}

# METADATA
# title: With the guardian's consent a child's data goes to those whose office is care or the community, signed in strongly
# custom:
#   clauses: [SC-4.2.7-5]
deny contains {"rule": "without_named_role"} if {
	home.outsider
	home.personal
	home.of_home
	_intimate
	input.purpose != "emergency"
	some owner in input.resource.owners
	owner.age_band == "child_14_and_under"
	not _named
}

_named if {
	some role in input.subject.roles
	role in {"clinician", "community_officer", "service_provider"}
	input.subject.multi_factor
}

# What tells of the people rather than of the rooms.
_intimate if input.resource.label.sensitive

_intimate if input.resource.label.category in {"personal_basic", "behaviour", "social"}

_guardian_consents(owner) if {
	some basis in owner.basis
	basis.type == "guardian_consent"
	input.resource.label.category in basis.categories
}
