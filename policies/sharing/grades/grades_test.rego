package sharing.grades_test

import data.sharing.grades

_input(grade, relations) := {
	"relations": relations,
	"resource": {
		"label": {"grade": grade, "category": "behaviour"},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
		"owners": [],
	},
}

test_core_data_stays if {
	grades.deny == {{"rule": "core"}} with input as _input("core", ["contains"])
	grades.deny == set() with input as _input("core", ["resident"])
}

test_general_data_is_not_capped if {
	grades.cap == set() with input as _input("general_4", ["contains"])
}
