package access.platforms_test

import data.access.platforms

_input(action, kind, category, basis) := {
	"action": action,
	"context": {"channel": "cloud"},
	"resource": {
		"label": {"subject_class": "personal", "category": category},
		"device": {"kind": kind},
		"owners": [{"age_band": "adult", "basis": basis}],
	},
}

_agreement := {"type": "agreement", "categories": ["device"], "granularity": "full"}

test_a_grant_is_needed if {
	platforms.deny == {{"rule": "without_grant"}} with input as _input("read", "sensor", "device", [])
}

test_a_grant_holds_for_its_categories if {
	platforms.deny == set() with input as _input("read", "sensor", "device", [_agreement])
	platforms.deny == {{"rule": "category_not_granted"}} with input as _input("read", "sensor", "behaviour", [_agreement])
}

test_no_grant_reaches_a_lock if {
	platforms.deny == {{"rule": "device_not_granted"}} with input as _input("command", "lock", "device", [_agreement])
}
