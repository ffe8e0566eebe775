import { canonicalJson } from './canonicalJson.ts';
import { combine, type Decided } from './combine.ts';
import type { DatedDecision, Decision } from './Decision.ts';
import type { PolicyInput } from './facts/PolicyInput.ts';
import type { InForce } from './rego/timetable.ts';

/** What is decided about an input by the policies in force, and what those that are announced would change. */
export function decideInput(
  input: PolicyInput,
  { evaluator, announced }: InForce,
): Decided & Pick<Decision, 'announced'> {
  const decided = combine(evaluator.evaluate(input));
  const changes: DatedDecision[] = [];
  let last: Decided = decided;
  for (const { from, evaluator: later } of announced) {
    const next = combine(later.evaluate(input));
    if (differs(last, next)) changes.push({ from: new Date(from).toISOString(), ...next });
    last = next;
  }
  return changes.length === 0 ? decided : { ...decided, announced: changes };
}

function differs(a: Decided, b: Decided): boolean {
  return a.outcome !== b.outcome || canonicalJson(a.obligations) !== canonicalJson(b.obligations);
}
