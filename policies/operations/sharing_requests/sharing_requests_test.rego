package operations.sharing_requests_test

import data.operations.sharing_requests

_approving(done, sides) := {
	"subject": {"roles": ["city_officer"]},
	"action": "manage",
	"relations": ["contains"],
	"resource": {
		"type": "sharing_request",
		"instrument": {"state": "reviewed", "move": "approve", "done": done, "sides": sides},
	},
}

test_a_third_person_approves if {
	some grant in sharing_requests.permit with input as _approving([], [])
	grant.rule == "authority_approves"
	sharing_requests.deny == set() with input as _approving([], [])
}

test_nobody_approves_what_they_reviewed if {
	sharing_requests.deny == {{"rule": "own_review"}} with input as _approving(["review"], [])
}

test_nobody_approves_what_their_organisation_requested if {
	sharing_requests.deny == {{"rule": "own_request"}} with input as _approving([], ["gaining"])
}
