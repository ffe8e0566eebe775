# METADATA
# title: What may leave a home, by grade
# custom:
#   clauses: [SC-6.3.1-p1, DH-7.5.4]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.grades

import data.lib.basis
import data.lib.home

# METADATA
# title: Core data never leaves its home
# custom:
#   clauses: [SC-6.3.1-p1, DH-7.5.4]
deny contains {"rule": "core"} if {
	input.resource.label.grade == "core"
	home.outsider
}

# METADATA
# title: "Important data leaves its home only after an assessment and approval: none is in force"
# custom:
#   clauses: [SC-4.2.6-2]
deny contains {"rule": "important_without_approval"} if {
	input.resource.label.grade == "important"
	home.outsider
	not basis.backed({"approval"})
}

# METADATA
# title: Important data leaves its home under a pseudonym at most
# custom:
#   clauses: [SC-6.3.1-p1, SC-4.2.6-2]
cap contains {
	"rule": "important",
	"outcome": "pseudonymous",
	"obligations": [{"type": "audit"}, {"type": "mask", "method": "pseudonymise"}],
} if {
	input.resource.label.grade == "important"
	home.outsider
}
