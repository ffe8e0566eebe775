import { canonicalJson } from '../../canonicalJson.ts';
import type { RuleCheck } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { implies, meet } from './Situation.ts';

/** Rules that change nothing: whenever one of them acts, another one does, and does as much. */
export const shadowed: RuleCheck = function* ({ rules, focus }) {
  const order = new Map(rules.map((rule, index) => [rule, index]));
  const byEffect = rulesByEffect(rules);
  for (const weak of rules) {
    const [effect] = weak.does;
    if (effect === undefined || !focus(weak)) continue;
    const strong = byEffect.get(effect)!.find((each) => {
      if (each === weak || !covers(each, weak)) return false;
      // Of two that are equal, the later one is told.
      return order.get(each)! < order.get(weak)! || !covers(weak, each);
    });
    if (!strong) continue;
    yield {
      code: 'rule:rule.shadowed',
      rule: weak,
      path: ['id'],
      related: [{ rule: strong, path: ['id'] }],
      message: `\`${weak.id}\` changes nothing: whenever it acts, \`${strong.id}\` does, and does as much`,
      hint: 'take it out, or ask for less in the other one',
    };
  }
};

function rulesByEffect(rules: readonly RuleView[]): ReadonlyMap<string, readonly RuleView[]> {
  const found = new Map<string, RuleView[]>();
  for (const rule of rules) {
    for (const effect of rule.does) {
      const alike = found.get(effect) ?? [];
      found.set(effect, alike);
      alike.push(rule);
    }
  }
  return found;
}

function covers(strong: RuleView, weak: RuleView): boolean {
  const [a, b] = [strong, weak].map(({ rule }) => rule as RuleView['rule'] & { readonly pack?: string });
  if (a!.severity !== b!.severity || (a!.pack !== undefined && a!.pack !== b!.pack)) return false;
  return weak.does.isSubsetOf(strong.does) && actsAsOften(strong, weak);
}

/** Whether whatever wakes one wakes the other, which then finds its conditions fulfilled as well. */
function actsAsOften(strong: RuleView, weak: RuleView): boolean {
  if (!strong.situations || !weak.situations || weak.situations.length === 0) return false;
  if (canonicalJson(strong.waking) !== '{}' && canonicalJson(strong.waking) !== canonicalJson(weak.waking))
    return false;
  return weak.wakes.every((wake) => {
    const wakes = strong.wakes.some(
      (each) => each.kind === wake.kind && each.key === wake.key && (!each.changed || wake.changed),
    );
    if (!wakes || wake.kind === 'other') return false;
    return weak.situations!.every((situation) => {
      const both = meet(wake.implies, situation);
      return !both || strong.situations!.some((other) => implies(both, other));
    });
  });
}
