import { combine } from '../../combine.ts';
import { NotingInput } from '../../rego/NotingInput.ts';
import type { PolicyEvaluator } from '../../rego/PolicyEvaluator.ts';
import type { Reason, Verdict } from '../../rego/Verdict.ts';
import type { Choice, EffectQuestion } from './effectQuestions.ts';

/** Whether policies deny a question whatever the twin says. */
export type Denial =
  | { readonly kind: 'not_always' }
  /** Every input was gone through as far as it is read: `reason` denies each of them, or nothing permits any when it is null. */
  | { readonly kind: 'proven'; readonly reason: Reason | null }
  /** Of many inputs none was allowed. */
  | { readonly kind: 'likely'; readonly reason: Reason | null };

/** So many inputs of one question are gone through. */
const MOST = 300_000;
/** So many of the policies together: what may be allowed mostly is, at the first. */
const MOST_TOGETHER = 3_000;

/**
 * Whether policies always deny. An input is one choice of each value; values that a policy did not read are not told apart,
 * since its verdict rests on what it read and nothing else. So each policy, which reads little, can be gone through whole.
 */
export function deniedAlways(
  evaluator: PolicyEvaluator,
  { choices, isEnough }: Pick<EffectQuestion, 'choices' | 'isEnough'>,
): Denial {
  const together = everyInput(evaluator, choices, (verdict) => !isEnough(combine(verdict)), MOST_TOGETHER);
  if (together === 'no') return { kind: 'not_always' };
  const { policies = [] } = evaluator;
  const denying = policies.find((each) => everyInput(each, choices, ({ denies }) => denies.length > 0, MOST) === 'yes');
  if (denying) return { kind: 'proven', reason: firstDenial(denying, choices) };
  const nothing = policies.every(
    (each) => everyInput(each, choices, ({ permits }) => permits.length === 0, MOST) === 'yes',
  );
  if (nothing && policies.length > 0) return { kind: 'proven', reason: null };
  const kind = together === 'yes' ? 'proven' : 'likely';
  return { kind, reason: firstDenial(evaluator, choices) };
}

/** Whether something holds of the verdict on every input: `open` where not all of them were gone through. */
function everyInput(
  evaluator: PolicyEvaluator,
  choices: readonly Choice[],
  holds: (verdict: Verdict) => boolean,
  most: number,
): 'yes' | 'no' | 'open' {
  const chosen = choices.map(() => 0);
  const noting = new NotingInput(
    choices.map(({ path }) => path),
    (number) => choices[number]!.values[chosen[number]!],
  );
  let asked = 0;
  let isWhole = true;
  /** Goes through all inputs that agree on the values that are fixed; false as soon as it does not hold. */
  const goThrough = (fixed: ReadonlySet<number>): boolean => {
    if (++asked > most) {
      isWhole = false;
      return true;
    }
    const { value, read } = noting.evaluate((input) => evaluator.evaluate(input));
    if (!holds(value)) return false;
    const known = new Set(fixed);
    for (const number of read) {
      const { values, all } = choices[number]!;
      isWhole &&= all;
      if (known.has(number)) continue;
      known.add(number);
      // The first value is the one that was just asked with.
      for (let index = 1; index < values.length; index++) {
        chosen[number] = index;
        const holdsToo = goThrough(known);
        chosen[number] = 0;
        if (!holdsToo) return false;
      }
    }
    return true;
  };
  if (!goThrough(new Set())) return 'no';
  return isWhole ? 'yes' : 'open';
}

function firstDenial(evaluator: PolicyEvaluator, choices: readonly Choice[]): Reason | null {
  const { input } = new NotingInput(
    choices.map(({ path }) => path),
    (number) => choices[number]!.values[0],
  );
  return evaluator.evaluate(input).denies[0]?.reason ?? null;
}
