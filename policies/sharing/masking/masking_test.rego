package sharing.masking_test

import data.sharing.masking

_input(organisation, relations) := {
	"subject": {"organisation": organisation},
	"action": "read",
	"relations": relations,
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal"},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
	},
}

test_a_utility_is_masked if {
	{cap.rule | some cap in masking.cap with input as _input("utility", [])} == {"utility"}
}

test_a_maker_is_masked if {
	{cap.rule | some cap in masking.cap with input as _input("vendor", [])} == {"maker"}
}

test_nobody_else_is if {
	masking.cap == set() with input as _input("hospital", [])
	masking.cap == set() with input as _input("utility", ["resident"])
}
