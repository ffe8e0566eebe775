# METADATA
# title: Who sees and handles alarms
# custom:
#   clauses: [DH-4.3.7-1, RA-6.2.2-b]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.alarms

import data.lib.home

# METADATA
# title: People see and handle the alarms of their own home
# custom:
#   clauses: [DH-4.3.4, RA-6.4.2-e]
permit contains {"rule": "people", "outcome": "raw"} if {
	input.resource.type == "alarm"
	input.purpose in {"own_use", "emergency"}
	input.action in {"read", "subscribe", "manage"}
	home.lives_here
}

# METADATA
# title: The property manager sees and handles the alarms of the homes it manages
# custom:
#   clauses: [DH-4.3.7-1, RA-6.2.2-b]
permit contains {"rule": "manager", "outcome": "raw"} if {
	input.resource.type == "alarm"
	input.purpose in {"property_service", "emergency"}
	input.action in {"read", "subscribe", "manage"}
	"manages" in input.relations
}

# METADATA
# title: The community desk sees and handles the alarms of its homes
# custom:
#   clauses: [DH-4.3.7-1, DH-4.2.4-t6-2]
permit contains {"rule": "community_desk", "outcome": "raw"} if {
	input.resource.type == "alarm"
	input.subject.tier in {"community", "street"}
	input.purpose in {"community_service", "emergency"}
	input.action in {"read", "subscribe", "manage"}
	"contains" in input.relations
}

# METADATA
# title: Rescue sees and handles the alarms it is called to
# custom:
#   clauses: [DH-4.3.4-s6]
permit contains {"rule": "rescue", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	input.resource.type == "alarm"
	input.purpose == "emergency"
	input.action in {"read", "subscribe", "manage"}
	"responder" in input.relations
}

# METADATA
# title: City and province see how many alarms there are, not whose
# custom:
#   clauses: [DH-4.3.7-1, DH-5.4.7-4]
permit contains {
	"rule": "statistics",
	"outcome": "aggregate",
	"obligations": [{"type": "aggregate", "k": 10, "area": "community", "window": "P1D"}],
} if {
	input.resource.type == "alarm"
	input.subject.tier in {"district", "city", "province"}
	input.purpose in {"city_planning", "regulation"}
	input.action == "read"
	"contains" in input.relations
}
