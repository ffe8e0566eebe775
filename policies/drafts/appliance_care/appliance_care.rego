# METADATA
# title: Makers look after their appliances
# description: >-
#   A maker of appliances wants to find failing ones before they burn: battery, signal and firmware of every device that it
#   sold, by the day and without names. It asks for that by its own cloud, which is connected to homes that granted it something,
#   and by the interface of the city for all others.
# custom:
#   clauses: [CC-4.1.2.3, SC-6.3.4-3]
#   owner: consumer protection office
#   announced: "2027-02-01"
#   in_force: "2027-04-01"
package sharing.appliance_care

import data.lib.home

# METADATA
# title: A maker reads how devices fare, by the day and under a pseudonym
# custom:
#   clauses: [CC-4.1.2.3, SC-6.3.4-3]
permit contains {
	"rule": "diagnostics",
	"outcome": "pseudonymous",
	"obligations": [
		{"type": "audit"},
		{"type": "coarsen_time", "window": "P1D"},
		{"type": "mask", "method": "pseudonymise"},
	],
} if {
	input.purpose == "property_service"
	home.reading
	input.resource.type == "property"
	home.personal
	input.subject.organisation == "vendor"
	input.resource.label.category == "device"
	input.resource.label.grade == "general_1"
}
