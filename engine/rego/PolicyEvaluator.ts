import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { ReadSet } from './readSet.ts';
import type { Verdict } from './Verdict.ts';

/**
 * The port to whatever evaluates a bundle of policies. Every adapter promises:
 * - `evaluate` is synchronous and total: it never throws, and what goes wrong stands in the verdict's errors;
 * - the verdict is a function of the input and the bundle alone, and its lists are in the same order for equal inputs;
 * - nothing of an input is kept, neither in the verdict nor for the next evaluation;
 * - two inputs that agree on the read set have equal verdicts.
 */
export interface PolicyEvaluator {
  /** Equal for policies that are equal to the letter, whichever bundle they are in. */
  readonly digest?: string;
  /** The paths of the input that the bundle can read, such as `['resource', 'label', 'grade']`; `*` stands for any key. */
  readonly readSet: ReadSet;
  evaluate(input: PolicyInput): Verdict;
  /**
   * The policies one by one, in the order in which their lists stand in the verdict: joined, their verdicts are the
   * verdict, unless one fails. Each reads little, so a count of classes asks them in the place of the whole.
   */
  readonly policies?: readonly PolicyEvaluator[];
}
