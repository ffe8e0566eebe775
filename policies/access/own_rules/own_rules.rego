# METADATA
# title: What the rules of a home may do in it
# custom:
#   clauses: [DH-4.3.4, DH-6.2.4-5]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.own_rules

# METADATA
# title: A home's own rules raise alarms in it
# custom:
#   clauses: [DH-4.3.4]
permit contains {"rule": "raise_alarms", "outcome": "raw"} if {
	_by_own_rules
	input.action == "manage"
	input.resource.type == "home"
}

# METADATA
# title: A home's own rules move its valves, sirens and switches, and no lock
# custom:
#   clauses: [DH-4.3.4, DH-6.2.4-5]
permit contains {"rule": "command_actuators", "outcome": "raw"} if {
	_by_own_rules
	input.action == "command"
	input.resource.device.kind in {"valve", "siren", "actuator"}
}

# METADATA
# title: A home's own rules hear what they tell people and platforms; what each of those gets is decided for them
# custom:
#   clauses: [DH-4.3.4, DH-6.2.4-5]
permit contains {"rule": "hear", "outcome": "raw"} if {
	_by_own_rules
	input.action == "subscribe"
	input.resource.type in {"property", "device", "home", "alarm"}
}

# METADATA
# title: A home's own rules set its mode and run its scenes
# custom:
#   clauses: [DH-4.1.6]
permit contains {"rule": "set_home", "outcome": "raw"} if {
	_by_own_rules
	input.action == "command"
	input.resource.type in {"home_mode", "scene"}
}

_by_own_rules if {
	input.context.channel == "local"
	input.purpose == "own_use"
	input.relations == ["bound"]
}
