package operations.household_test

import data.operations.household

_asking(action, type, relations, age) := {
	"action": action,
	"purpose": "own_use",
	"relations": relations,
	"subject": {"age_band": age},
	"resource": {"type": type, "home": {"occupancy": "owner_occupied", "lease": "none"}},
}

test_residents_manage_their_rules if {
	some grant in household.permit with input as _asking("manage", "home_rule", ["resident"], "adult")
	grant.rule == "people_manage"
}

test_a_minor_does_not if {
	some refusal in household.deny with input as _asking("manage", "home_rule", ["resident"], "minor_15_to_17")
	refusal.rule == "minor"
}

test_a_child_sets_the_mode if {
	some grant in household.permit with input as _asking("command", "home_mode", ["resident"], "child_14_and_under")
	grant.rule == "people_use"
	household.deny == set() with input as _asking("command", "home_mode", ["resident"], "child_14_and_under")
}

test_a_child_makes_no_scene if {
	some refusal in household.deny with input as _asking("manage", "scene", ["resident"], "child_14_and_under")
	refusal.rule == "child"
}

test_an_owner_does_not_reach_into_a_let_home if {
	household.permit == set() with input as _asking("manage", "home_rule", ["owner"], "adult")
		with input.resource.home.lease as "active"
}

test_the_manager_of_the_building_does_not if {
	household.permit == set() with input as _asking("manage", "pack", ["manages"], null)
}
