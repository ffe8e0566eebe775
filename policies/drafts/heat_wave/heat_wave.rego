# METADATA
# title: Elderly people who live alone in a heat wave
# description: >-
#   In a heat wave the community's carers want to see, every quarter of an hour, how warm it is where an elderly person
#   lives alone. Today they see means over at least five homes, in which such a home does not show.
# custom:
#   clauses: [DH-5.4.2, DH-4.2.4-t6-2]
#   owner: community affairs office
#   announced: "2027-05-01"
#   in_force: "2027-06-15"
package sharing.heat_wave

# METADATA
# title: The community reads the rooms of elderly people who live alone, in means of 15 minutes
# custom:
#   clauses: [DH-5.4.2, DH-4.2.4-t6-2]
permit contains {
	"rule": "elder_alone",
	"outcome": "reduced",
	"obligations": [
		{"type": "audit"},
		{"type": "coarsen_time", "window": "PT15M"},
		{"type": "notify", "who": "residents"},
	],
} if {
	input.purpose == "community_service"
	input.action in {"read", "subscribe"}
	input.subject.tier in {"community", "street"}
	"contains" in input.relations
	"elder_alone" in input.resource.home.flags
	input.resource.type == "property"
	input.resource.label.subject_class == "personal"
	input.resource.label.category == "environment"
	input.resource.label.grade in {"general_1", "general_2"}
}
