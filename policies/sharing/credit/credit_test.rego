package sharing.credit_test

import data.sharing.credit

_input(purpose, basis) := {
	"subject": {"organisation": "credit_agency"},
	"action": "read",
	"purpose": purpose,
	"resource": {
		"type": "property",
		"label": {"subject_class": "organisation", "category": "social"},
		"owners": [{"age_band": "adult", "basis": basis}],
	},
}

test_both_lacks_are_named if {
	credit.deny == {{"rule": "without_basis"}, {"rule": "without_purpose"}} with input as _input("research", [])
}
