# METADATA
# title: What rescue needs and no more
# description: >-
#   A fire brigade asks for doors and valves to be moved by the property manager on its word, since it is there first. The data
#   protection office asks in return that rescue sees where people are and what burns, and neither names nor codes.
# custom:
#   clauses: [DH-4.3.4-s6, DH-7.5.6]
#   owner: fire and rescue department
#   announced: "2027-01-01"
#   in_force: "2027-02-01"
package sharing.rescue_scope

import data.lib.home

# METADATA
# title: The property manager moves valves and locks of a home with a life-safety alarm
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {
	"rule": "manager_commands",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	input.purpose == "emergency"
	home.life_safety_alarm
	input.action == "command"
	"manages" in input.relations
	input.resource.device.kind in {"lock", "valve"}
}

# METADATA
# title: Rescue learns where people are and what burns, and neither names nor codes nor habits
# custom:
#   clauses: [DH-7.5.6]
deny contains {"rule": "beyond_rescue"} if {
	input.purpose == "emergency"
	home.reading
	home.of_home
	home.personal
	"responder" in input.relations
	not input.resource.label.category in {"environment", "behaviour", "device"}
}
