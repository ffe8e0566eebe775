# METADATA
# title: A study of the rooms in which children learn
# description: >-
#   The school district studies air and warmth where children do their homework. It has the consent of guardians, and wants that
#   to be enough; the study sees pseudonyms and means of an hour.
# custom:
#   clauses: [DH-5.4.7-4, SC-4.2.7-5]
#   owner: education bureau
#   announced: "2027-01-20"
#   in_force: "2027-03-01"
package sharing.school_study

import data.lib.home

# METADATA
# title: The school district reads the rooms of children whose guardians agreed, by the hour and under a pseudonym
# custom:
#   clauses: [DH-5.4.7-4, SC-4.2.7-5]
permit contains {
	"rule": "rooms_of_children",
	"outcome": "pseudonymous",
	"obligations": [
		{"type": "audit"},
		{"type": "coarsen_time", "window": "PT1H"},
		{"type": "mask", "method": "pseudonymise"},
	],
} if {
	input.purpose == "research"
	home.reading
	input.resource.type == "property"
	home.personal
	input.subject.organisation == "school_district"
	input.resource.label.category == "environment"
	_has_children
	_guardians_agreed
}

_has_children if {
	some owner in input.resource.owners
	_is_child(owner)
}

_guardians_agreed if {
	every person in input.resource.owners {
		_not_asked_or_agreed(person)
	}
}

# Nobody else who lives there is asked: that is what the draft wants.
_not_asked_or_agreed(person) if not _is_child(person)

_not_asked_or_agreed(person) if {
	some basis in person.basis
	basis.type == "guardian_consent"
	"environment" in basis.categories
}

_is_child(owner) if owner.age_band == "child_14_and_under"
