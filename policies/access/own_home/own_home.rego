# METADATA
# title: People use their own home
# custom:
#   clauses: [DH-6.2.9-n1, CC-4.2.3.2-a]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.own_home

import data.lib.home

# METADATA
# title: People read what their own home reports
# custom:
#   clauses: [DH-6.2.9-n1, CC-4.2.3.2-a]
permit contains {"rule": "people_read", "outcome": "raw"} if {
	input.purpose == "own_use"
	home.reading
	home.of_home
	home.lives_here
}

# METADATA
# title: People command the devices of their own home
# custom:
#   clauses: [DH-6.2.4-5, RA-6.1.1]
permit contains {"rule": "people_command", "outcome": "raw"} if {
	input.purpose == "own_use"
	input.action == "command"
	input.resource.type in {"property", "device"}
	home.lives_here
}

# METADATA
# title: People manage devices and labels of their own home
# custom:
#   clauses: [DH-6.2.4-5, DH-7.7.7]
permit contains {"rule": "people_manage", "outcome": "raw"} if {
	input.purpose == "own_use"
	input.action == "manage"
	home.of_home
	home.lives_here
}

# METADATA
# title: A landlord sees how the devices of the let home fare, and nothing of the life in it
# custom:
#   clauses: [DH-4.2.4-t7-2]
permit contains {"rule": "landlord_device_care", "outcome": "raw"} if {
	input.purpose == "own_use"
	input.action == "read"
	input.resource.type == "property"
	"owner" in input.relations
	home.let_out
	input.resource.label.category == "device"
	input.resource.label.grade == "general_1"
}
