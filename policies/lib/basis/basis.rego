# METADATA
# title: What a use may rest on, in words that policies share
# custom:
#   clauses: []
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package lib.basis

# Whether every owner of the datum has a basis of one of these types for its category.
backed(types) if {
	some _ in input.resource.owners
	every owner in input.resource.owners {
		some basis in owner.basis
		basis.type in types
		input.resource.label.category in basis.categories
	}
}

# How fine the consents of all owners allow the datum to be; undefined where one of them has not agreed.
granularity := "full" if {
	_all_agree({"full"})
} else := "hour" if {
	_all_agree({"full", "hour"})
} else := "day" if {
	_all_agree({"full", "hour", "day"})
}

consented if granularity

_all_agree(granularities) if {
	some _ in input.resource.owners
	every owner in input.resource.owners {
		some basis in owner.basis
		_speaks_for(owner, basis.type)
		basis.granularity in granularities
		input.resource.label.category in basis.categories
	}
}

# A child of 14 or under cannot consent, its guardian does; nobody has a guardian from 18 on.
_speaks_for(owner, "consent") if owner.age_band in {"minor_15_to_17", "adult", "elder"}

_speaks_for(owner, "guardian_consent") if owner.age_band in {"child_14_and_under", "minor_15_to_17"}
