import type { RuleCheck } from './RuleCheck.ts';

/** A rule that never acts: its conditions may hold at some time, but never when something wakes it. */
export const neverActing: RuleCheck = function* (of) {
  for (const rule of of.rules) {
    if (!of.focus(rule) || rule.situations?.length === 0) continue;
    if (of.actingOf(rule)?.length !== 0) continue;
    yield {
      code: 'rule:wake.never',
      rule,
      path: ['on'],
      message: 'the conditions never hold when one of these wakes the rule',
      hint: 'no one model of device does all of it: let something else wake the rule, or ask for less',
    };
  }
};
