# METADATA
# title: Each tier reads what its service needs
# description: >-
#   A draft as one should not write it: somebody needed the readings of one community at once, dropped the tables of
#   categories and grades, and lost the other tiers on the way. Simulate it before you believe it.
# custom:
#   clauses: [DH-5.4.4-1]
#   owner: community affairs office
#   announced: "2027-01-01"
#   in_force: "2027-01-02"
package sharing.tiered

# METADATA
# title: Platforms read the homes of their area
# custom:
#   clauses: [DH-5.4.4-1]
permit contains {"rule": "area_reads", "outcome": "raw"} if {
	input.action in {"read", "subscribe"}
	input.subject.tier in {"community", "street", "district", "city"}
	"contains" in input.relations
}
