# METADATA
# title: Not beyond the purpose, the scope and the grade
# custom:
#   clauses: [DH-7.5.6]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.purpose

import data.lib.basis
import data.lib.home

# METADATA
# title: "The people allowed this party another purpose, and not this one"
# custom:
#   clauses: [DH-7.5.6]
deny contains {"rule": "another_purpose"} if {
	_intimate_use
	not _any_basis
	some owner in input.resource.owners
	owner.other_purpose
}

# METADATA
# title: "The people allowed this party this purpose, and not this category of data"
# custom:
#   clauses: [DH-7.5.6]
deny contains {"rule": "beyond_scope"} if {
	_intimate_use
	_all_have_some_basis
	not basis.backed(_any)
}

# METADATA
# title: A service at this tier is not served data of this grade
# custom:
#   clauses: [DH-7.5.6, DH-7.5.4]
deny contains {"rule": "beyond_grade"} if {
	_service
	input.resource.label.grade == "general_4"
	not input.subject.tier in {"home", "community"}
}

# What tells of the people is used for nothing that they did not allow.
_intimate_use if {
	_outside_use
	home.of_home
	home.personal
	_intimate
}

_intimate if input.resource.label.category in {"personal_basic", "behaviour", "social"}

_intimate if input.resource.label.sensitive

_intimate if input.resource.label.grade == "general_4"

# Care and research rest on what their own rules ask for, whatever the tier.
_service if {
	_outside_use
	input.purpose in {"property_service", "community_service", "city_planning"}
}

# An alarm and an order have rules of their own.
_outside_use if {
	home.outsider
	home.reading
	input.purpose in {"property_service", "community_service", "city_planning", "care", "research"}
}

_any_basis if {
	some owner in input.resource.owners
	some _ in owner.basis
}

_all_have_some_basis if {
	_any_basis
	every owner in input.resource.owners {
		some _ in owner.basis
	}
}

_any := {"consent", "guardian_consent", "approval", "order", "agreement", "authorisation", "catalogue"}
