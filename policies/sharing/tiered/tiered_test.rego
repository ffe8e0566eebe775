package sharing.tiered_test

import data.sharing.tiered

_input(grade) := {
	"subject": {"tier": "property"},
	"action": "read",
	"purpose": "property_service",
	"relations": ["manages"],
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "device", "grade": grade, "sensitive": false},
	},
}

test_mild_grades_are_raw_for_the_manager if {
	some grade in ["general_1", "general_2"]
	tiered.permit == {{"rule": "property_care", "outcome": "raw"}} with input as _input(grade)
}

test_higher_grades_are_not if {
	every grade in ["general_3", "general_4", "important", "core"] {
		tiered.permit == set() with input as _input(grade)
	}
}
