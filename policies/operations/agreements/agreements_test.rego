package operations.agreements_test

import data.operations.agreements

_signing(done, sides) := {
	"subject": {"roles": ["property_manager"], "organisation": "property_company"},
	"action": "manage",
	"relations": [],
	"resource": {
		"type": "agreement",
		"instrument": {"state": "signed_once", "move": "sign", "done": done, "sides": sides},
	},
}

test_a_party_signs if {
	agreements.permit == {{"rule": "party_signs", "outcome": "raw", "obligations": [{"type": "audit"}]}} with input as _signing([], ["gaining"])
	agreements.deny == set() with input as _signing([], ["gaining"])
}

test_a_stranger_does_not if {
	agreements.permit == set() with input as _signing([], [])
}

test_nobody_signs_twice if {
	agreements.deny == {{"rule": "signed_already"}} with input as _signing(["propose", "sign"], ["gaining"])
}
