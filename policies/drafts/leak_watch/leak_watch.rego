# METADATA
# title: Water in homes where nobody is
# description: >-
#   A burst pipe in an empty flat floods those below before anybody knows. Community offices want to read the leak sensors of
#   vacant homes, and of homes under repair, as they report. Today they see statistics of a building.
# custom:
#   clauses: [DH-5.4.2, DH-4.2.4-t6-2]
#   owner: community affairs office
#   announced: "2027-01-10"
#   in_force: "2027-02-01"
package sharing.leak_watch

# METADATA
# title: The community reads the rooms of homes where nobody is
# custom:
#   clauses: [DH-5.4.2, DH-4.2.4-t6-2]
permit contains {
	"rule": "nobody_there",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	input.purpose == "community_service"
	input.action in {"read", "subscribe"}
	input.subject.tier == "community"
	"contains" in input.relations
	input.resource.type == "property"
	input.resource.label.subject_class == "personal"
	input.resource.label.category == "environment"
	input.resource.label.grade in {"general_1", "general_2"}
	_nobody_there
}

_nobody_there if {
	input.resource.home.occupancy == "vacant"
	not "under_repair" in input.resource.home.flags
}

_nobody_there if "under_repair" in input.resource.home.flags
