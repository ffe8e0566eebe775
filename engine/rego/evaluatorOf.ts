import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Compiled } from './Compiled.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { readSetOf } from './readSet.ts';
import type { Verdict } from './Verdict.ts';

/** Which rules of a compilation to ask. */
export type Entrypoints = {
  /** The path of the rule that yields the verdict. */
  readonly verdict?: string;
  /** The paths of those that yield the verdict of a single policy, sorted by policy. */
  readonly policies?: readonly string[];
  /** The digests of single policies by the same paths. */
  readonly digests?: ReadonlyMap<string, string>;
};

/** Makes an evaluator of the function that gives an entry point's verdict. All else comes from the plan. */
export function evaluatorOf(
  compiled: Compiled,
  { verdict = 'main/verdict', policies = [], digests }: Entrypoints,
  evaluate: (entrypoint: string, input: PolicyInput) => Verdict,
): PolicyEvaluator {
  let single: readonly PolicyEvaluator[] | undefined;
  return {
    ...asking(verdict),
    // Only a count of classes asks for them, and reading their read sets takes a while.
    get policies() {
      single ??= policies.map((path) => withDigest(asking(path), digests?.get(path)));
      return single;
    },
  };

  function asking(entrypoint: string): PolicyEvaluator {
    return {
      readSet: readSetOf(compiled.plan, entrypoint),
      evaluate: (input) => evaluate(entrypoint, input),
    };
  }
}

function withDigest(policy: PolicyEvaluator, digest: string | undefined): PolicyEvaluator {
  return digest === undefined ? policy : { ...policy, digest };
}
