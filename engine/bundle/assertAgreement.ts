import { canonicalJson } from '../canonicalJson.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { compareEvaluators } from '../rego/compareEvaluators.ts';
import { compiledEvaluators } from '../rego/compiled/compiledEvaluator.ts';
import { intervalsOf } from '../rego/intervals.ts';
import type { PolicyBundle } from '../rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../rego/opaWasm/opaWasmEvaluator.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { randomInputs } from '../rego/randomInputs.ts';
import { refused } from './parseBundle.ts';

/** So many inputs are drawn for the policies of each interval between dates. */
const DRAWN = 2_000;
/** Equal bundles are tried with equal inputs. */
const SEED = 20_260;

type Agreement = {
  readonly inputSchema: unknown;
  /** The inputs of the bundle's cases. */
  readonly examples: readonly PolicyInput[];
};

/**
 * Asks both evaluators the bundle's own cases and inputs drawn from the schema, for every interval between its dates.
 * Returns how many; throws `policy:bundle.evaluators_differ` with an input on which they do.
 */
export function assertAgreement(
  { compiled, rules, dates }: PolicyBundle,
  { inputSchema, examples }: Agreement,
): number {
  const makeCompiled = compiledEvaluators(compiled, rules);
  const literals = rules.map(({ policy, rule }) => `${policy}/${rule}`);
  const drawn = randomInputs(inputSchema, { seed: SEED, examples, literals }).take(DRAWN);
  const inputs = [...examples, ...drawn];
  const intervals = intervalsOf([...new Set(rules.map(({ policy }) => policy))], dates);
  for (const { entrypoint: verdict } of intervals) {
    assertEqual([makeCompiled({ verdict }), opaWasmEvaluator(compiled, rules, { verdict })], inputs);
  }
  return inputs.length * intervals.length;
}

/** Throws `policy:bundle.evaluators_differ` for the first input of which two evaluators say different things. */
export function assertEqual(both: readonly [PolicyEvaluator, PolicyEvaluator], inputs: readonly PolicyInput[]): void {
  const [difference] = compareEvaluators(both, inputs, { most: 1 }).differences;
  if (difference)
    throw refused('evaluators_differ', 'the two evaluators say different things', canonicalJson(difference));
}
