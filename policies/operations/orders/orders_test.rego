package operations.orders_test

import data.operations.orders

_approving(done, sides) := {
	"subject": {"roles": ["community_officer"]},
	"action": "manage",
	"relations": ["contains"],
	"resource": {
		"type": "order",
		"instrument": {"state": "approved_once", "move": "approve", "done": done, "sides": sides},
	},
}

test_a_second_officer_approves if {
	some grant in orders.permit with input as _approving([], [])
	grant.rule == "officer_approves"
	orders.deny == set() with input as _approving([], [])
}

test_the_first_is_not_the_second if {
	orders.deny == {{"rule": "same_approver"}} with input as _approving(["approve"], [])
}

test_who_registered_does_not_approve if {
	orders.deny == {{"rule": "own_order"}} with input as _approving(["register"], [])
}

test_who_gains_does_not_approve if {
	orders.deny == {{"rule": "own_order"}} with input as _approving([], ["gaining"])
}
