# METADATA
# title: What an alarm opens while it is up
# custom:
#   clauses: [DH-4.3.4-s6]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package emergency.override

import data.lib.home

# METADATA
# title: People read and command their own home in an emergency too
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {"rule": "people_act", "outcome": "raw"} if {
	_emergency
	input.action in {"read", "subscribe", "command"}
	home.lives_here
}

# METADATA
# title: Rescue reads what it needs in a home with a life-safety alarm
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {"rule": "rescue_reads", "outcome": "raw", "obligations": _told} if {
	_emergency
	home.reading
	"responder" in input.relations
}

# METADATA
# title: Rescue moves locks, valves and sirens in a home with a life-safety alarm
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {"rule": "rescue_commands", "outcome": "raw", "obligations": _told} if {
	_emergency
	input.action == "command"
	"responder" in input.relations
	input.resource.device.kind in {"lock", "valve", "siren"}
}

# METADATA
# title: The property manager reads devices and rooms of a home with a life-safety alarm
# custom:
#   clauses: [DH-4.3.4-s6, DH-4.3.7-1]
permit contains {"rule": "manager_reads", "outcome": "raw", "obligations": _told} if {
	_emergency
	home.reading
	"manages" in input.relations
	input.resource.label.category in {"device", "environment"}
}

# METADATA
# title: The area's platforms read devices and rooms of a home with a life-safety alarm, in means of 15 minutes
# custom:
#   clauses: [DH-4.3.4-s6, DH-4.3.7-1]
permit contains {
	"rule": "area_reads",
	"outcome": "reduced",
	"obligations": array.concat(_told, [{"type": "coarsen_time", "window": "PT15M"}]),
} if {
	_emergency
	home.reading
	"contains" in input.relations
	input.resource.label.category in {"device", "environment"}
}

# METADATA
# title: To speak of an emergency there must be an alarm up in this home, or two must have opened it
# custom:
#   clauses: [DH-7.5.6]
deny contains {"rule": "no_alarm"} if {
	input.purpose == "emergency"
	home.of_home
	not home.public
	not home.life_safety_alarm
	not home.glass_broken
}

_emergency if {
	input.purpose == "emergency"
	home.of_home
	home.life_safety_alarm
}

_told := [{"type": "audit"}, {"type": "notify", "who": "residents"}]
