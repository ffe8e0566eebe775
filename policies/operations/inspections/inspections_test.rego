package operations.inspections_test

import data.operations.inspections

_asking(purpose, relations) := {
	"action": "manage",
	"purpose": purpose,
	"relations": relations,
	"resource": {"type": "inspection"},
}

test_the_manager_has_looked if {
	some grant in inspections.permit with input as _asking("property_service", ["manages"])
	grant.rule == "inspector"
}

test_rescue_has_looked if {
	some grant in inspections.permit with input as _asking("emergency", ["responder"])
	grant.rule == "inspector"
}

test_a_resident_has_not if {
	inspections.permit == set() with input as _asking("own_use", ["resident", "owner"])
}
