# METADATA
# title: Another platform has the least that was agreed, and no more
# custom:
#   clauses: [CC-4.1.2.3, SH-6.2.5-c]
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package access.platforms

import data.lib.home

# METADATA
# title: "Another platform reaches nothing of a home without a grant: none is in force for this purpose"
# custom:
#   clauses: [CC-4.1.2.3, CC-4.2.3.2-c]
deny contains {"rule": "without_grant"} if {
	_from_another_cloud
	not _granted
}

# METADATA
# title: "Another platform reaches only the categories that were granted: this one was not"
# custom:
#   clauses: [CC-4.1.2.3, SH-6.2.5-c]
deny contains {"rule": "category_not_granted"} if {
	_from_another_cloud
	_granted
	not _covered
}

# METADATA
# title: Another platform moves no lock, valve or siren
# custom:
#   clauses: [SH-6.2.5-c]
deny contains {"rule": "device_not_granted"} if {
	_from_another_cloud
	input.action == "command"
	input.resource.device.kind in {"lock", "valve", "siren"}
}

# Why something was refused is no datum of the home: `operations.explanations` says how much of that is told.
_from_another_cloud if {
	input.context.channel == "cloud"
	not _explanation
	not home.public
}

_explanation if input.resource.type == "explanation"

_granted if {
	some owner in input.resource.owners
	some _ in owner.basis
}

# All whose datum it is have granted it.
_covered if {
	some _ in input.resource.owners
	every owner in input.resource.owners {
		some basis in owner.basis
		input.resource.label.category in basis.categories
	}
}
