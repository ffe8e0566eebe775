import { OUTCOMES, type Outcome } from '../../twin/words.ts';
import { combine } from '../combine.ts';
import type { DecisionRecord } from '../Decision.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { HOME_CONDITION, type MayKnow } from './explainFacts.ts';
import { type SingleChange, singleChanges } from './singleChanges.ts';

/** The lowest outcome above the present one that a single change leads to, and all single changes that lead to it. */
export type NextBetter = { readonly outcome: Outcome; readonly changes: readonly SingleChange[] };

/** A single change in the words that its reader may see. */
export type ShownCounterfactual = {
  readonly path: string | null;
  readonly from: unknown;
  readonly to: unknown;
  readonly condition: string;
};

/**
 * What would have been needed for the next better outcome: every single change of the input over the closed words is
 * tried by evaluating it, and those stay that reach the lowest better outcome. Null when none does.
 */
export function nextBetter(
  { input, outcome }: Pick<DecisionRecord, 'input' | 'outcome'>,
  evaluator: PolicyEvaluator,
): NextBetter | null {
  const reached = new Map<number, SingleChange[]>();
  for (const change of singleChanges(input)) {
    const rank = OUTCOMES.indexOf(combine(evaluator.evaluate(change.input)).outcome);
    if (rank > OUTCOMES.indexOf(outcome)) reached.set(rank, [...(reached.get(rank) ?? []), change]);
  }
  if (reached.size === 0) return null;
  const rank = Math.min(...reached.keys());
  return { outcome: OUTCOMES[rank]!, changes: reached.get(rank)! };
}

/** The changes as a reader may know them: all of what the reader may not know are one unnamed condition. */
export function showCounterfactual(changes: readonly SingleChange[], mayKnow: MayKnow): readonly ShownCounterfactual[] {
  const shown = changes
    .filter(({ path }) => mayKnow(path))
    .map(({ path, from, to, condition }): ShownCounterfactual => ({ path, from, to, condition }));
  if (shown.length === changes.length) return shown;
  return [...shown, { path: null, from: null, to: null, condition: HOME_CONDITION }];
}
