# METADATA
# title: What is masked for whom, more strictly
# description: >-
#   The data protection office wants care providers to learn values with noise and no rooms, makers of devices pseudonyms
#   alone, and property companies no rooms; an emergency stays as it is.
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
# title: A maker of devices learns what they say under a pseudonym and in no room
# custom:
#   clauses: [SC-6.3.4-3]
cap contains {
	"rule": "maker",
	"outcome": "pseudonymous",
	"obligations": [
		{"type": "coarsen_space", "level": "home"},
		{"type": "mask", "method": "pseudonymise"},
	],
} if {
	input.subject.organisation == "vendor"
	_shown
}

# METADATA
# title: A property company learns in no room what devices say
# custom:
#   clauses: [SC-6.3.4-3]
cap contains {
	"rule": "manager",
	"outcome": "reduced",
	"obligations": [{"type": "coarsen_space", "level": "home"}],
} if {
	input.subject.organisation == "property_company"
	input.purpose != "emergency"
	_shown
}

# METADATA
# title: A care provider learns values with noise and in no room
# custom:
#   clauses: [SC-6.3.4-3, SC-6.3.4-p3]
cap contains {
	"rule": "service",
	"outcome": "reduced",
	"obligations": [
		{"type": "coarsen_space", "level": "home"},
		{"type": "mask", "method": "randomise"},
	],
} if {
	input.subject.organisation == "care_provider"
	input.purpose != "emergency"
	_shown
}

# Personal data that a device says, shown to somebody outside of the home.
_shown if {
	home.reading
	input.resource.type == "property"
	home.personal
	home.outsider
}
