# METADATA
# title: The verdict of all policies
# description: >-
#   What every policy says about one input, by policy. A policy is a package with sets named `permit`, `cap` or `deny`;
#   `data.composition` is written at load from the packages that are found, so none is registered. The engine combines
#   the verdict: the highest permit, lowered by every cap, unless denied. Nothing permits by default.
# custom:
#   clauses: [DH-5.4.4]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package main

# METADATA
# title: What the policies say, by kind and policy
# entrypoint: true
# custom:
#   clauses: [DH-7.2.6]
verdict := {
	"permit": data.composition.permit,
	"cap": data.composition.cap,
	"deny": data.composition.deny,
	"waived_cap": data.composition.waived_cap,
	"waived_deny": data.composition.waived_deny,
}
