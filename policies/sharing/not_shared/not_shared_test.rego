package sharing.not_shared_test

import data.sharing.not_shared

_input(relations) := {
	"relations": relations,
	"resource": {"label": {"sharing": "not_shared"}, "home": {"occupancy": "owner_occupied", "lease": "none", "flags": []}},
}

test_outsiders_are_denied if {
	not_shared.deny == {{"rule": "not_shared"}} with input as _input(["manages", "contains", "responder"])
}

test_the_people_of_the_home_are_not if {
	not_shared.deny == set() with input as _input(["resident"])
}

test_a_rule_of_the_home_that_acts_in_it_is_not if {
	acts := {"action": "command", "purpose": "own_use", "context": {"channel": "local"}}
	not_shared.deny == set() with input as object.union(_input(["bound"]), acts)
	not_shared.deny == {{"rule": "not_shared"}} with input as object.union(_input([]), acts)
}
