package operations.catalogue_test

import data.operations.catalogue

_publishing(done) := {
	"subject": {"roles": ["city_officer"]},
	"action": "manage",
	"relations": ["contains"],
	"resource": {
		"type": "catalogue_entry",
		"instrument": {"state": "draft", "move": "publish", "done": done, "sides": []},
	},
}

test_another_publishes if {
	some grant in catalogue.permit with input as _publishing([])
	grant.rule == "authority_publishes"
	catalogue.deny == set() with input as _publishing([])
}

test_who_drafted_does_not if {
	catalogue.deny == {{"rule": "own_draft"}} with input as _publishing(["draft"])
}
