# METADATA
# title: Handing a let home over
# description: >-
#   When a tenancy ends, the company that manages the home settles the bill. It wants to read the meters as they are, once the
#   home stands empty, in place of the means of a day.
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
#   owner: housing office
#   announced: "2027-01-15"
#   in_force: "2027-03-01"
package sharing.handover

# METADATA
# title: The property manager reads the meters of a home whose tenancy has ended and that stands empty
# custom:
#   clauses: [DH-5.4.4-1, DH-4.2.4-t7-2]
permit contains {
	"rule": "final_meters",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	input.purpose == "property_service"
	input.action == "read"
	input.subject.tier == "property"
	"manages" in input.relations
	input.resource.type == "property"
	input.resource.label.category == "family_basic"
	input.resource.label.grade == "general_3"
	not input.resource.label.sensitive
	input.resource.home.occupancy == "vacant"
	input.resource.home.lease == "ended"
}
