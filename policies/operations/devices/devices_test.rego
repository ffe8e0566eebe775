package operations.devices_test

import data.operations.devices

_asking(type, relations, purpose, age) := {
	"action": "manage",
	"purpose": purpose,
	"relations": relations,
	"subject": {"age_band": age},
	"resource": {"type": type, "home": {"occupancy": "owner_occupied", "lease": "none"}},
}

test_residents_bind_their_devices if {
	some grant in devices.permit with input as _asking("binding", ["resident"], "own_use", "adult")
	grant.rule == "people_manage"
}

test_a_minor_does_not if {
	some refusal in devices.deny with input as _asking("binding", ["resident"], "own_use", "minor_15_to_17")
	refusal.rule == "minor"
}

test_a_manager_updates if {
	some grant in devices.permit with input as _asking("firmware", ["manages"], "property_service", null)
	grant.rule == "manager_updates"
}

test_a_manager_binds_nothing if {
	devices.permit == set() with input as _asking("binding", ["manages"], "property_service", null)
}
