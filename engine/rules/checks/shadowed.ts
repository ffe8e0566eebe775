import type { Acting } from './actingOf.ts';
import type { CheckableRules, RuleCheck } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { implies } from './Situation.ts';

/** Rules that change nothing: whenever one of them acts, another one does, and does as much. */
export const shadowed: RuleCheck = function* ({ rules, actingOf, focus }) {
  const order = new Map(rules.map((rule, index) => [rule, index]));
  const byEffect = rulesByEffect(rules);
  for (const weak of rules) {
    const [effect] = weak.does;
    if (effect === undefined || !focus(weak)) continue;
    const strong = byEffect.get(effect)!.find((each) => {
      if (each === weak || !covers(each, weak, actingOf)) return false;
      // Of two that are equal, the later one is told.
      return order.get(each)! < order.get(weak)! || !covers(weak, each, actingOf);
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

function covers(strong: RuleView, weak: RuleView, actingOf: CheckableRules['actingOf']): boolean {
  const { severity, pack } = strong.rule;
  if (severity !== weak.rule.severity || (pack !== undefined && pack !== weak.rule.pack)) return false;
  return weak.does.isSubsetOf(strong.does) && actsAsOften(strong, weak, actingOf(weak));
}

/** Whether whatever wakes one wakes the other, which then finds its conditions fulfilled as well. */
function actsAsOften(strong: RuleView, weak: RuleView, acting: readonly Acting[] | null): boolean {
  if (!strong.situations || !acting || acting.length === 0) return false;
  if (strong.wakingText !== '{}' && strong.wakingText !== weak.wakingText) return false;
  const { wakes, situations } = strong;
  return acting.every(({ wake, situation }) => {
    if (wake.kind === 'other') return false;
    const isWoken = wakes.some(
      (each) => each.kind === wake.kind && each.key === wake.key && (!each.changed || wake.changed),
    );
    return isWoken && situations.some((other) => implies(situation, other));
  });
}
