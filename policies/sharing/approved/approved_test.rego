package sharing.approved_test

import data.sharing.approved

_input(purpose, type) := {
	"action": "read",
	"purpose": purpose,
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "environment", "grade": "general_2", "sensitive": false},
		"owners": [{"age_band": "adult", "basis": [{"type": type, "categories": ["environment"], "granularity": "full"}]}],
	},
}

test_an_approval_opens_statistics if {
	some grant in approved.permit with input as _input("research", "approval")
	grant.outcome == "aggregate"
}

test_no_approval_opens_sales if {
	approved.permit == set() with input as _input("commerce", "approval")
}

test_a_listing_is_no_approval if {
	approved.permit == set() with input as _input("research", "catalogue")
}
