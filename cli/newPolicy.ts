/** What a new policy or rule is called and for what it stands. */
export type NewDocument = {
  readonly area: string;
  readonly name: string;
  readonly title: string;
  /** Clauses of the register, at least one. */
  readonly clauses: readonly [string, ...string[]];
  readonly owner: string;
  /** ISO date on which it is announced and in force. */
  readonly date: string;
};

/** A file to write, named from the repository, and what it is. */
export type NewFile = { readonly file: string; readonly content: string; readonly what: string };

/**
 * The files of a new policy: it compiles, its test and case pass, and it changes no decision. Its one rule denies what
 * `sharing.grades` denies already, since a first permit would open something before anybody has thought about it.
 */
export function newPolicy(document: NewDocument): readonly NewFile[] {
  const { area, name } = document;
  const folder = `policies/${area}/${name}`;
  return [
    { file: `${folder}/${name}.rego`, content: policy(document), what: 'the policy, with a rule to change' },
    { file: `${folder}/${name}_test.rego`, content: test(document), what: 'tests of its rules' },
    { file: `${folder}/cases.yaml`, content: cases(document), what: 'what all policies together decide' },
  ];
}

function policy({ area, name, title, clauses, owner, date }: NewDocument): string {
  return `# METADATA
# title: ${scalar(title)}
# custom:
#   clauses: [${clauses.join(', ')}]
#   owner: ${scalar(owner)}
#   announced: "${date}"
#   in_force: "${date}"
package ${area}.${name}

import data.lib.home

# A rule to begin with. It denies what \`sharing.grades\` denies already, so this policy changes no decision until you
# change it. A policy permits, caps or denies; policies/README.md tells how these become one decision, and
# policies/input.schema.json what a rule may ask.

# METADATA
# title: Core data is of no use to commerce
# custom:
#   clauses: [${clauses.join(', ')}]
deny contains {"rule": "core_for_commerce"} if {
	_for_commerce
	input.resource.label.grade == "core"
	home.outsider
}

# Alternatives go into helper rules like this one, so that each reason has one place.
_for_commerce if input.purpose == "commerce"
`;
}

function test({ area, name }: NewDocument): string {
  return `package ${area}.${name}_test

import data.${area}.${name} as policy

_input(purpose, grade) := {
	"purpose": purpose,
	"relations": [],
	"resource": {
		"label": {"grade": grade},
		"home": {"occupancy": "owner_occupied", "lease": "none", "flags": []},
	},
}

test_core_data_is_denied_to_commerce if {
	policy.deny == {{"rule": "core_for_commerce"}} with input as _input("commerce", "core")
}

test_other_data_and_purposes_are_left_to_other_policies if {
	policy.deny == set() with input as _input("commerce", "general_2")
	policy.deny == set() with input as _input("care", "core")
}
`;
}

function cases({ area, name, clauses: [clause] }: NewDocument): string {
  return `# What all policies together decide about an input: \`when\` is merged over policies/default_input.yaml.
- note: core data is denied to commerce outside its home
  when:
    purpose: commerce
    resource: { label: { grade: core } }
  want: { outcome: denied, rules: [${area}.${name}/core_for_commerce], clauses: [${clause}] }
`;
}

/** A text as a YAML scalar: JSON is YAML, and a plain word needs no quotes. */
function scalar(text: string): string {
  return /^[A-Za-z][\w ]*\w$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
