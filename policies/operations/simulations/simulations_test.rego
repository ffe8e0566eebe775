package operations.simulations_test

import data.operations.simulations

_input(role, organisation, instrument) := {
	"subject": {"tier": "province", "organisation": organisation, "roles": [role], "multi_factor": true},
	"action": "read",
	"relations": ["contains"],
	"resource": {"type": "simulation", "instrument": instrument},
}

_order := {"state": "in_force", "sides": ["gaining"]}

_none := {"state": "none", "sides": []}

test_an_order_gives_exact_counts_to_an_authority if {
	{permit.outcome | some permit in simulations.permit with input as _input("regulator", "regulator", _order)} == {"raw", "aggregate"}
}

test_an_order_gives_none_to_others if {
	{permit.outcome | some permit in simulations.permit with input as _input("clinician", "hospital", _order)} == set()
}

test_without_an_order_there_are_tables if {
	{permit.outcome | some permit in simulations.permit with input as _input("regulator", "regulator", _none)} == {"aggregate"}
}
