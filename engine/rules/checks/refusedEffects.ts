import { type Denial, deniedAlways } from './deniedAlways.ts';
import { questionsOf } from './effectQuestions.ts';
import { heartOf, type WantedEffect } from './effectsOf.ts';
import type { RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';

/** Effects that the policies in force always deny: the rule acts in vain. */
export const refusedEffects: RuleCheck = function* ({ rules, devices, named, policies, focus }) {
  if (!policies) return;
  const known = new Map<string, Denial>();
  for (const rule of rules) {
    if (!focus(rule)) continue;
    for (const effect of rule.effects) {
      for (const question of questionsOf(rule, effect, { devices, named })) {
        const denial = known.get(question.key) ?? deniedAlways(policies, question);
        known.set(question.key, denial);
        if (denial.kind !== 'not_always') yield problemOf(rule, effect, denial);
      }
    }
  }
};

function problemOf(rule: RuleView, effect: WantedEffect, denial: Exclude<Denial, { kind: 'not_always' }>): Told {
  const { kind } = effect;
  const path = heartOf(effect);
  const { reason } = denial;
  const by = reason ? `\`${reason.policy}/${reason.rule}\` (${reason.file}:${reason.line})` : 'no policy permits it';
  const hint = 'let a policy permit it, or take it out';
  if (denial.kind === 'likely') {
    const message = `the ${kind} is probably always denied: of many situations none allowed it; in the first, ${by}`;
    return { code: 'rule:effect.likely_denied', severity: 'warning', rule, path, message, hint };
  }
  const message = `the ${kind} is always denied: ${by}`;
  // Another device may bear the name one day.
  const isNamed = effect.says['device'] !== undefined;
  return { code: 'rule:effect.denied', ...(isNamed && { severity: 'warning' }), rule, path, message, hint };
}
