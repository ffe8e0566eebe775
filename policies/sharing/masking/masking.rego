# METADATA
# title: What is masked for whom
# custom:
#   clauses: [SC-6.3.4-3, SC-6.3.4-p3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.masking

import data.lib.home

# METADATA
# title: A utility keeps its net in step with noise on each number, and knows the building and not the home
# custom:
#   clauses: [SC-6.3.4-3, SC-6.3.4-p3]
cap contains {
	"rule": "utility",
	"outcome": "reduced",
	"obligations": [
		{"type": "coarsen_space", "level": "building"},
		{"type": "mask", "method": "randomise"},
	],
} if {
	input.subject.organisation == "utility"
	_shown
}

# METADATA
# title: A maker of devices learns in no room what they say
# custom:
#   clauses: [SC-6.3.4-3]
cap contains {
	"rule": "maker",
	"outcome": "reduced",
	"obligations": [{"type": "coarsen_space", "level": "home"}],
} if {
	input.subject.organisation == "vendor"
	_shown
}

# Personal data that a device says, shown to somebody outside of the home.
_shown if {
	home.reading
	input.resource.type == "property"
	home.personal
	home.outsider
}
