package lib.home_test

import data.lib.home

_home(occupancy, lease) := {"occupancy": occupancy, "lease": lease, "flags": []}

test_a_resident_lives_here if {
	home.lives_here with input as {"relations": ["resident"], "resource": {"home": _home("rented", "active")}}
}

test_an_owner_lives_in_a_home_that_is_not_let if {
	home.lives_here with input as {"relations": ["owner"], "resource": {"home": _home("owner_occupied", "none")}}
}

test_an_owner_is_an_outsider_to_a_home_that_is_let if {
	home.outsider with input as {"relations": ["owner"], "resource": {"home": _home("rented", "active")}}
}

test_an_owner_is_back_when_the_lease_has_ended if {
	home.lives_here with input as {"relations": ["owner"], "resource": {"home": _home("vacant", "ended")}}
}

test_a_manager_is_an_outsider if {
	home.outsider with input as {"relations": ["manages"], "resource": {"home": _home("owner_occupied", "none")}}
}

test_smoke_is_a_life_safety_alarm if {
	home.life_safety_alarm with input as {"context": {"emergency": ["device_silent", "smoke"]}}
}

test_wrong_codes_are_no_life_safety_alarm if {
	not home.life_safety_alarm with input as {"context": {"emergency": ["wrong_lock_codes"]}}
}
