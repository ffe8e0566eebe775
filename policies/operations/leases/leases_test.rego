package operations.leases_test

import data.operations.leases

_ending(relations) := {
	"action": "manage",
	"purpose": "own_use",
	"relations": relations,
	"resource": {"type": "lease"},
}

test_a_landlord_ends_a_lease if {
	some grant in leases.permit with input as _ending(["owner"])
	grant.rule == "landlord_ends"
}

test_a_tenant_does_not if {
	leases.permit == set() with input as _ending(["tenant"])
}
