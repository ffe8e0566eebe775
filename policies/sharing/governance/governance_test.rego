package sharing.governance_test

import data.sharing.governance

_input(basis) := {
	"subject": {"organisation": "regulator", "multi_factor": true},
	"action": "read",
	"purpose": "regulation",
	"resource": {
		"type": "property",
		"label": {"subject_class": "personal", "category": "behaviour"},
		"owners": [{"age_band": "adult", "basis": basis}],
	},
}

_basis(type) := {"type": type, "categories": ["behaviour"], "granularity": "full"}

test_an_approved_order_opens if {
	some grant in governance.permit with input as _input([_basis("approval"), _basis("order")])
	grant.rule == "lawful_order"
}

test_an_order_alone_does_not if {
	governance.permit == set() with input as _input([_basis("order")])
}
