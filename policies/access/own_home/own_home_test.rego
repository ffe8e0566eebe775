package access.own_home_test

import data.access.own_home

_input(relations, lease) := {
	"action": "read",
	"purpose": "own_use",
	"relations": relations,
	"resource": {
		"type": "property",
		"label": {"category": "behaviour", "grade": "general_4"},
		"home": {"occupancy": "rented", "lease": lease, "flags": []},
	},
}

test_a_tenant_reads if {
	some grant in own_home.permit with input as _input(["tenant"], "active")
	grant.rule == "people_read"
}

test_a_landlord_does_not_read if {
	own_home.permit == set() with input as _input(["owner"], "active")
}
