package sharing.purpose_test

import data.sharing.purpose

_input(tier, grade, owner) := {
	"subject": {"tier": tier},
	"action": "read",
	"purpose": "community_service",
	"relations": ["contains"],
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "behaviour", "grade": grade, "sensitive": true},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
		"owners": [owner],
	},
}

_allowed(categories) := {
	"age_band": "adult",
	"basis": [{"type": "consent", "categories": categories, "granularity": "full"}],
}

test_another_purpose_is_named if {
	owner := {"age_band": "adult", "basis": [], "other_purpose": true}
	purpose.deny == {{"rule": "another_purpose"}} with input as _input("community", "general_4", owner)
}

test_another_category_is_named if {
	purpose.deny == {{"rule": "beyond_scope"}} with input as _input("community", "general_4", _allowed(["device"]))
	purpose.deny == set() with input as _input("community", "general_4", _allowed(["behaviour"]))
}

test_another_grade_is_named if {
	purpose.deny == {{"rule": "beyond_grade"}} with input as _input("city", "general_4", _allowed(["behaviour"]))
}
