# METADATA
# title: What is marked not shared is not shared
# custom:
#   clauses: [DH-5.4.6-s3]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.not_shared

import data.lib.home

# METADATA
# title: What is marked not shared stays with its home, whatever basis is shown
# custom:
#   clauses: [DH-5.4.6-s3]
deny contains {"rule": "not_shared"} if {
	input.resource.label.sharing == "not_shared"
	home.outsider
	not _own_rule_acts
}

# What a home's own rules do to its devices tells nobody anything.
_own_rule_acts if {
	input.action == "command"
	input.context.channel == "local"
	input.purpose == "own_use"
	input.relations == ["bound"]
}
