# METADATA
# title: Who reads what a draft would change for the homes of an area
# description: >-
#   A simulation counts homes of the twin. Whoever may choose the draft chooses what it counts by, so exact counts tell of single homes
#   whatever the question is about: they are for those who have a right to all of it. With `aggregate`, the reader gets fixed tables under
#   noise, no finer than the area that the obligation names, no figure below its `k`, and one state of the twin for its window. Simulations
#   on a generated population name no home, and are not decided here.
# custom:
#   clauses: [DH-5.4.7-4, DH-6.2.3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package operations.simulations

import data.lib.instrument

# METADATA
# title: An order in force over the whole area and all categories gives exact counts to the authority that it names
# custom:
#   clauses: [CC-4.2.3.2-c-2]
permit contains {"rule": "under_order", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	_simulation
	input.subject.organisation in {"city_government", "regulator"}
	input.resource.instrument.state == "in_force"
	instrument.gains
}

# METADATA
# title: Who holds the machine's own token counts exactly, as who can open its folder can
# custom:
#   clauses: [DH-6.2.3]
permit contains {"rule": "administrator", "outcome": "raw", "obligations": [{"type": "audit"}]} if {
	_simulation
	"administrator" in input.subject.roles
}

# METADATA
# title: Officers and architects of an area get tables of it that tell of no single home
# custom:
#   clauses: [DH-5.4.7-4, SC-4.2.7-7]
permit contains {
	"rule": "tables",
	"outcome": "aggregate",
	"obligations": [{"type": "aggregate", "k": 10, "area": "community", "window": "P1D"}, {"type": "audit"}],
} if {
	_simulation
	instrument.officer({"community_officer", "city_officer", "regulator", "architect"})
}

# METADATA
# title: "Who counts homes by office shows a second factor: sign in again with one"
# custom:
#   clauses: [CC-4.2.3.3-c-2]
deny contains {"rule": "second_factor"} if {
	_simulation
	not "administrator" in input.subject.roles
	not input.subject.multi_factor
}

_simulation if {
	input.resource.type == "simulation"
	input.action == "read"
}
