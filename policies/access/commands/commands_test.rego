package access.commands_test

import data.access.commands

_input(relations, trust) := {
	"subject": {"assurance": "high"},
	"action": "command",
	"purpose": "emergency",
	"relations": relations,
	"resource": {
		"device": {"kind": "lock", "trust": trust, "state": "online"},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
	},
	"context": {"emergency": ["smoke"]},
}

test_rescue_opens_while_smoke_is_up if {
	commands.deny == set() with input as _input(["responder"], "low")
}

test_a_manager_opens_nothing_even_then if {
	commands.deny == {{"rule": "lock_of_others"}, {"rule": "unbound"}} with input as _input(["manages"], "normal")
}
