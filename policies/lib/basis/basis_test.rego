package lib.basis_test

import data.lib.basis

_input(owners) := {"resource": {"label": {"category": "behaviour"}, "owners": owners}}

_owner(age_band, type, granularity) := {
	"age_band": age_band,
	"basis": [{"type": type, "categories": ["behaviour"], "granularity": granularity}],
}

test_one_consent_in_full_is_full if {
	basis.granularity == "full" with input as _input([_owner("adult", "consent", "full")])
}

test_the_coarsest_consent_holds if {
	owners := [_owner("adult", "consent", "full"), _owner("elder", "consent", "day")]
	basis.granularity == "day" with input as _input(owners)
}

test_nobody_consents_for_a_home_without_people if {
	not basis.consented with input as _input([])
}

test_a_child_does_not_consent if {
	not basis.consented with input as _input([_owner("child_14_and_under", "consent", "full")])
}

test_a_guardian_consents_for_a_child if {
	basis.consented with input as _input([_owner("child_14_and_under", "guardian_consent", "full")])
}

test_a_guardian_does_not_consent_for_an_adult if {
	not basis.consented with input as _input([_owner("adult", "guardian_consent", "full")])
}

test_an_approval_backs_but_is_no_consent if {
	given := _input([_owner("adult", "approval", "full")])
	basis.backed({"approval"}) with input as given
	not basis.consented with input as given
}

test_every_owner_must_be_covered if {
	owners := [_owner("adult", "approval", "full"), {"age_band": "adult", "basis": []}]
	not basis.backed({"approval"}) with input as _input(owners)
}
