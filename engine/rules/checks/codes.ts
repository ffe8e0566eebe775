/** Everything that can be wrong with rules that load each by itself, with what it means. A code that stands here stays. */
export const RULE_PROBLEMS = {
  'rule:command.conflict': 'Rules that command one device differently on one event.',
  'rule:loop': 'Rules that wake one another without end.',
  'rule:condition.contradictory': 'Conditions that never hold together.',
  'rule:condition.never': 'A condition that never holds.',
  'rule:wake.never': 'A rule that nothing wakes while its conditions hold.',
  'rule:rule.shadowed': 'A rule that changes nothing, since another one does as much.',
  'rule:effect.denied': 'Something that the policies in force always deny.',
  'rule:effect.likely_denied': 'Something that the policies in force denied in every situation that was tried.',
  'rule:property.unknown': 'A property that no model of device has.',
  'rule:property.unreported': 'A property that no such device reports.',
  'rule:property.unsettable': 'A command that no such device takes.',
  'rule:value.unknown': 'A word that a property never says, or a command that no device takes.',
  'rule:value.out_of_range': 'A number that a property never has.',
  'rule:value.no_number': 'Something else where a number belongs.',
  'rule:unit.misplaced': 'A value with its unit where a number in the unit of the property belongs.',
  'twin:lifecycle.state_unreachable': 'A state of a lifecycle that no move leads to.',
  'twin:lifecycle.event_unused': 'An event of a lifecycle that no state takes.',
  'rule:model.unknown': 'A model of device that no catalogue knows.',
  'rule:mode.unknown': 'A mode that no home has.',
  'rule:pack.unknown': 'A pack that there is not.',
  'rule:scene.unknown': 'A scene that the home does not have.',
} as const satisfies Readonly<Record<`${'rule' | 'twin'}:${string}`, string>>;

export type RuleProblemCode = keyof typeof RULE_PROBLEMS;
