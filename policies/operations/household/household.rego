# METADATA
# title: Who decides how a home reacts
# custom:
#   clauses: [DH-4.1.6, DH-6.2.4-5]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.household

import data.lib.home

# METADATA
# title: People see the mode, scenes, packs and rules of their own home
# custom:
#   clauses: [DH-6.2.4-5]
permit contains {"rule": "people_read", "outcome": "raw"} if {
	input.purpose == "own_use"
	home.reading
	_of_household
	home.lives_here
}

# METADATA
# title: People set the mode of their own home and run its scenes
# custom:
#   clauses: [DH-4.1.6]
permit contains {"rule": "people_use", "outcome": "raw"} if {
	input.purpose == "own_use"
	input.action == "command"
	input.resource.type in {"home_mode", "scene"}
	home.lives_here
}

# METADATA
# title: People decide which scenes, packs and rules their own home has
# custom:
#   clauses: [DH-4.1.6]
permit contains {"rule": "people_manage", "outcome": "raw"} if {
	input.purpose == "own_use"
	input.action == "manage"
	input.resource.type in {"scene", "pack", "home_rule"}
	home.lives_here
}

# METADATA
# title: Rules and packs go on acting while nobody looks, so those who are not of age change none
# custom:
#   clauses: [DH-6.2.4-5]
deny contains {"rule": "minor"} if {
	input.action == "manage"
	input.resource.type in {"pack", "home_rule"}
	input.subject.age_band in {"child_14_and_under", "minor_15_to_17"}
}

# METADATA
# title: A child runs the scenes of its home and makes none
# custom:
#   clauses: [DH-6.2.4-5]
deny contains {"rule": "child"} if {
	input.action == "manage"
	input.resource.type == "scene"
	input.subject.age_band == "child_14_and_under"
}

_of_household if input.resource.type in {"home_mode", "scene", "pack", "home_rule"}
