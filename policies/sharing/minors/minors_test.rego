package sharing.minors_test

import data.sharing.minors

_input(basis) := {
	"subject": {"roles": ["clinician"], "multi_factor": true},
	"purpose": "care",
	"relations": [],
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "behaviour", "sensitive": true},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
		"owners": [{"age_band": "child_14_and_under", "basis": basis}],
	},
}

_basis(type) := {"type": type, "categories": ["behaviour"], "granularity": "full"}

test_the_guardian_decides if {
	minors.deny == {{"rule": "without_guardian"}} with input as _input([_basis("consent")])
	minors.deny == set() with input as _input([_basis("guardian_consent")])
}

test_the_guardian_opens_nothing_to_other_offices if {
	given := object.union(_input([_basis("guardian_consent")]), {"subject": {"roles": ["city_officer"], "multi_factor": true}})
	minors.deny == {{"rule": "without_named_role"}} with input as given
}
