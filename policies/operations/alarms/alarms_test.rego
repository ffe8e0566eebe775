package operations.alarms_test

import data.operations.alarms

test_a_manager_acknowledges if {
	some grant in alarms.permit with input as {
		"subject": {"tier": "property"},
		"action": "manage",
		"purpose": "property_service",
		"relations": ["manages"],
		"resource": {"type": "alarm", "home": {"occupancy": "vacant", "lease": "none", "flags": []}},
	}
	grant.rule == "manager"
}

test_a_city_does_not if {
	alarms.permit == set() with input as {
		"subject": {"tier": "city"},
		"action": "manage",
		"purpose": "city_planning",
		"relations": ["contains"],
		"resource": {"type": "alarm", "home": {"occupancy": "vacant", "lease": "none", "flags": []}},
	}
}
