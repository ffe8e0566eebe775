import { canonicalJson } from '../canonicalJson.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import type { Verdict } from './Verdict.ts';

/** An input on which two evaluators differ, and what each says of it. */
type Difference = { readonly input: PolicyInput; readonly verdicts: readonly [Verdict, Verdict] };

export type Comparison = {
  /** How many inputs were compared. */
  readonly compared: number;
  /** How many of them had a permit, a cap or a deny on the first evaluator: what says little shows little. */
  readonly telling: number;
  /** The first inputs that differ. */
  readonly differences: readonly Difference[];
};

type CompareOptions = {
  /** How many differences to find before it ends. */
  readonly most?: number;
};

/**
 * Compares two evaluators over inputs, byte for byte. The words of an error that is none of the policies' own, such as what
 * an input is instead of JSON, are each evaluator's; its code is not.
 */
export function compareEvaluators(
  [first, second]: readonly [PolicyEvaluator, PolicyEvaluator],
  inputs: Iterable<PolicyInput>,
  { most = 3 }: CompareOptions = {},
): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  let telling = 0;
  for (const input of inputs) {
    const verdicts = [first.evaluate(input), second.evaluate(input)] as const;
    compared++;
    const [{ permits, caps, denies }] = verdicts;
    if (permits.length + caps.length + denies.length > 0) telling++;
    if (textOf(verdicts[0]) === textOf(verdicts[1])) continue;
    differences.push({ input, verdicts });
    if (differences.length >= most) break;
  }
  return { compared, telling, differences };
}

function textOf({ errors, ...said }: Verdict): string {
  const told = errors.map(({ code, message }) => (code === 'policy:evaluation.failed' ? code : `${code}: ${message}`));
  return canonicalJson({ ...said, errors: told });
}
