# METADATA
# title: What two people open without an alarm
# custom:
#   clauses: [DH-4.3.4-s6, DH-7.5.6]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package emergency.break_glass

import data.lib.home

# METADATA
# title: For whom two people have broken the glass reads what they opened, until it ends
# custom:
#   clauses: [DH-4.3.4-s6, DH-7.5.6]
permit contains {
	"rule": "reads",
	"outcome": "raw",
	"obligations": [{"type": "audit"}, {"type": "notify", "who": "residents"}],
} if {
	input.purpose == "emergency"
	home.reading
	home.of_home
	home.glass_broken
	input.subject.multi_factor
}
