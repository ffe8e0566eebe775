# METADATA
# title: What the rules of a platform may do in a home
# custom:
#   clauses: [DH-6.2.4-5, CC-4.2.3.3-a-1]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.platform_rules

import data.lib.basis

# METADATA
# title: Rules of the landlord, the community or the grid switch what the people of the home agreed to, and they are told
# custom:
#   clauses: [DH-6.2.4-5, CC-4.2.3.3-a-1]
permit contains {
	"rule": "switch_by_agreement",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	_by_rules_of_platform
	input.action == "command"
	input.resource.device.kind == "actuator"
	_agreed
}

_by_rules_of_platform if {
	input.context.channel == "local"
	input.purpose in {"property_service", "community_service"}
	"bound" in input.relations
	input.subject.organisation
}

_agreed if basis.consented

_agreed if basis.backed({"agreement"})
