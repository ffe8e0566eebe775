# METADATA
# title: What an approved sharing request opens
# custom:
#   clauses: [DH-5.4.4, CC-4.2.3.3-a-2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.approved

import data.lib.basis
import data.lib.home

# METADATA
# title: Under an approved request a service reads statistics over at least ten homes
# custom:
#   clauses: [DH-5.4.4, CC-4.2.3.3-a-2]
permit contains {
	"rule": "statistics",
	"outcome": "aggregate",
	"obligations": [{"type": "audit"}, {"type": "aggregate", "k": 10, "area": "community", "window": "PT1H"}],
} if {
	input.purpose in {"property_service", "community_service", "city_planning", "care", "research"}
	home.reading
	home.of_home
	home.personal
	input.resource.label.grade in {"general_1", "general_2", "general_3"}
	not input.resource.label.sensitive
	basis.backed({"approval"})
}
