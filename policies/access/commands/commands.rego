# METADATA
# title: Which commands a device may be given, and by whom
# custom:
#   clauses: [RA-6.1.1, RA-9.4-d-s1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.commands

import data.lib.home

# METADATA
# title: A lock obeys only the people of the home, or rescue while an alarm is up
# custom:
#   clauses: [RA-6.1.1]
deny contains {"rule": "lock_of_others"} if {
	input.action == "command"
	input.resource.device.kind == "lock"
	home.outsider
	not _rescue
}

# METADATA
# title: A device obeys only those who are bound to it, its home's people and rules, or rescue while an alarm is up
# custom:
#   clauses: [SH-6.2.3-c, RA-8.3]
deny contains {"rule": "unbound"} if {
	input.action == "command"
	home.outsider
	not "bound" in input.relations
	not _rescue
}

# METADATA
# title: A device without a secure element moves no lock and no valve
# custom:
#   clauses: [RA-9.4-d-s1]
#   waivable: true
deny contains {"rule": "low_trust_actuator"} if {
	input.action == "command"
	input.resource.device.trust == "low"
	input.resource.device.kind in {"lock", "valve"}
	not _rescue
}

# METADATA
# title: A lock is not opened on a weak sign-in
# custom:
#   clauses: [RA-6.1.1]
deny contains {"rule": "weak_sign_in"} if {
	input.action == "command"
	input.resource.device.kind == "lock"
	input.subject.assurance == "low"
	not _rescue
}

# METADATA
# title: A device that is out of service takes no commands
# custom:
#   clauses: [DH-7.2.5]
deny contains {"rule": "retired_device"} if {
	input.action == "command"
	input.resource.device.state == "retired"
}

# METADATA
# title: A valve of which nothing was heard lately is not moved from afar, since nobody knows how it stands
# custom:
#   clauses: [RA-7.1.2-d]
deny contains {"rule": "unheard_valve", "needs": "resource.device.last_seen"} if {
	input.action == "command"
	input.resource.device.kind == "valve"
	input.resource.device.last_seen != "fresh"
	not home.life_safety_alarm
}

# Exit, fire and emergency entry win over every other rule for doors.
_rescue if {
	input.purpose == "emergency"
	"responder" in input.relations
	home.life_safety_alarm
}
