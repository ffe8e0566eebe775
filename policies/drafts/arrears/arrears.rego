# METADATA
# title: Property companies and homes in arrears
# description: >-
#   Companies that manage public rental homes want to see by the hour whether somebody still lives behind unpaid bills, and to
#   switch off what uses power. Today they read meters by the day and command nothing.
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
#   owner: housing office
#   announced: "2027-01-15"
#   in_force: "2027-03-01"
package sharing.arrears

# METADATA
# title: The property manager reads the meters of public rental homes by the hour
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
permit contains {
	"rule": "meters_by_hour",
	"outcome": "reduced",
	"obligations": [{"type": "audit"}, {"type": "coarsen_time", "window": "PT1H"}],
} if {
	_managed
	input.action == "read"
	input.resource.label.category == "family_basic"
	input.resource.label.grade == "general_3"
	not input.resource.label.sensitive
}

# METADATA
# title: The property manager switches devices off in public rental homes
# custom:
#   clauses: [DH-4.2.4-t7-2]
permit contains {
	"rule": "switches_off",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	_managed
	input.action == "command"
	input.resource.device.kind == "actuator"
}

_managed if {
	input.purpose == "property_service"
	input.subject.tier == "property"
	"manages" in input.relations
	input.resource.type == "property"
	"public_rental" in input.resource.home.flags
}
