# METADATA
# title: Who sees and gives consents
# custom:
#   clauses: [CC-4.2.3.2-a, DH-7.2.5-2]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.consents

import data.lib.home

# METADATA
# title: People see, give and withdraw the consents of their own home
# custom:
#   clauses: [DH-7.2.5-2, CC-A.2.1.1-b]
permit contains {"rule": "people", "outcome": "raw"} if {
	input.resource.type == "consent"
	input.purpose == "own_use"
	input.action in {"read", "subscribe", "manage"}
	home.lives_here
}
