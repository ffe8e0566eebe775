# METADATA
# title: Data stays in the country
# custom:
#   clauses: [DH-6.2.10, CC-A.2.4-c]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.residency

import data.lib.home

# METADATA
# title: What is not public does not leave the country
# custom:
#   clauses: [DH-6.2.10, CC-A.2.4-c, SH-6.3.5-e]
deny contains {"rule": "abroad"} if {
	input.context.residency == "foreign"
	not home.public
}
