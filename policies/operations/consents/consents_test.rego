package operations.consents_test

import data.operations.consents

_input(relations) := {
	"action": "manage",
	"purpose": "own_use",
	"relations": relations,
	"resource": {"type": "consent", "home": {"occupancy": "rented", "lease": "active", "flags": []}},
}

test_a_tenant_gives_consent if {
	consents.permit == {{"rule": "people", "outcome": "raw"}} with input as _input(["tenant"])
}

test_a_landlord_does_not if {
	consents.permit == set() with input as _input(["owner"])
}
