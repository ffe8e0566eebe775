package emergency.break_glass_test

import data.emergency.break_glass

_input(categories, purpose, multi_factor) := {
	"subject": {"multi_factor": multi_factor},
	"action": "read",
	"purpose": purpose,
	"relations": ["manages"],
	"resource": {"type": "property", "label": {"category": "behaviour"}},
	"context": {"break_glass": categories},
}

test_what_was_opened_is_read if {
	some grant in break_glass.permit with input as _input(["behaviour"], "emergency", true)
	grant.outcome == "raw"
}

test_nothing_else_is if {
	break_glass.permit == set() with input as _input(["environment"], "emergency", true)
}

test_not_for_another_purpose if {
	break_glass.permit == set() with input as _input(["behaviour"], "property_service", true)
}

test_not_without_a_second_factor if {
	break_glass.permit == set() with input as _input(["behaviour"], "emergency", false)
}
