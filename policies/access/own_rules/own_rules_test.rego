package access.own_rules_test

import data.access.own_rules

_command(kind, channel) := {
	"action": "command",
	"purpose": "own_use",
	"relations": ["bound"],
	"resource": {"type": "property", "device": {"kind": kind}},
	"context": {"channel": channel},
}

test_a_rule_closes_a_valve if {
	some grant in own_rules.permit with input as _command("valve", "local")
	grant.rule == "command_actuators"
}

test_a_rule_moves_no_lock if own_rules.permit == set() with input as _command("lock", "local")

test_a_rule_hears_its_home if {
	some grant in own_rules.permit with input as object.union(_command("sensor", "local"), {"action": "subscribe"})
	grant.rule == "hear"
}

test_nobody_else_passes_for_a_rule if own_rules.permit == set() with input as _command("valve", "api")

test_a_rule_runs_a_scene if {
	some grant in own_rules.permit with input as object.union(_command("sensor", "local"), {"resource": {"type": "scene"}})
	grant.rule == "set_home"
}
