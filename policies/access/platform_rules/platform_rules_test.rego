package access.platform_rules_test

import data.access.platform_rules

_command(kind, relations, basis) := {
	"subject": {"organisation": "utility"},
	"action": "command",
	"purpose": "community_service",
	"relations": relations,
	"resource": {
		"type": "property",
		"label": {"category": "device"},
		"device": {"kind": kind},
		"owners": [{"age_band": "adult", "basis": basis}],
	},
	"context": {"channel": "local"},
}

_agreement := [{"type": "agreement", "categories": ["device"], "granularity": "full"}]

test_the_grid_switches_by_agreement if {
	some grant in platform_rules.permit with input as _command("actuator", ["bound", "contains"], _agreement)
	grant.rule == "switch_by_agreement"
}

test_nothing_without_one if {
	platform_rules.permit == set() with input as _command("actuator", ["bound", "contains"], [])
}

test_no_lock_and_no_valve if {
	every kind in {"lock", "valve", "siren"} {
		platform_rules.permit == set() with input as _command(kind, ["bound", "contains"], _agreement)
	}
}

test_an_account_is_no_rule if {
	platform_rules.permit == set() with input as _command("actuator", ["contains"], _agreement)
}
