import { ruleKey } from '../census/ruleUse.ts';
import { SIDES, type Side, type Transitions } from '../census/Transitions.ts';
import type { RuleSource } from '../rego/RuleSource.ts';
import type { IdleRule, IdleRules, ImpactReport } from './ImpactReport.ts';
import { inOrder } from './inOrder.ts';

/** The rules of each bundle, and for those whose dates are known whether they hold at the instant of the scenario. */
export type RulesBySide = Readonly<Record<Side, readonly (RuleSource & { readonly inForce?: boolean })[]>>;

/** Which rules hold nowhere, and which decide nothing, by the transitions that some cell makes. */
export function idleRules(
  rules: RulesBySide,
  transitions: Transitions,
  reached: readonly number[],
): Pick<ImpactReport, 'neverReached' | 'neverDecide'> {
  const idle = (side: Side, isIdle: (use: { holds: boolean; decides: boolean }) => boolean): readonly IdleRule[] => {
    const uses = reached.map((transition) => transitions.rules(side, transition));
    const [holding, deciding] = [uses.flatMap(({ hold }) => hold), uses.flatMap(({ decide }) => decide)].map(
      (keys) => new Set(keys),
    );
    const found = rules[side].filter((rule) =>
      isIdle({ holds: holding!.has(ruleKey(rule)), decides: deciding!.has(ruleKey(rule)) }),
    );
    return inOrder(found, ({ policy, rule }) => [policy, rule]).map(toIdle);
  };
  const bySide = (isIdle: Parameters<typeof idle>[1]): IdleRules => {
    const [before, after] = SIDES.map((side) => idle(side, isIdle));
    return { before: before!, after: after! };
  };
  return {
    neverReached: bySide(({ holds }) => !holds),
    neverDecide: bySide(({ holds, decides }) => holds && !decides),
  };
}

function toIdle({ policy, rule, kind, file, line, clauses, inForce }: RulesBySide[Side][number]): IdleRule {
  return { policy, rule, kind, file, line, clauses, ...(inForce === false && { inForce }) };
}
