import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { Compiled } from '../Compiled.ts';
import { type Entrypoints, evaluatorOf } from '../evaluatorOf.ts';
import type { PolicyEvaluator } from '../PolicyEvaluator.ts';
import type { RuleSource } from '../RuleSource.ts';
import type { Verdict } from '../Verdict.ts';
import { failed, verdictReader } from '../verdictReader.ts';
import { type CompileOptions, compilePlan } from './compilePlan.ts';
import { EvaluationFault } from './EvaluationFault.ts';

/**
 * The fast evaluator: the plan that OPA's compiler makes, translated to JavaScript ahead of time.
 *
 * Throws `policy:plan.unsupported` for a plan that calls what it cannot do, and `policy:plan.invalid`.
 */
export function compiledEvaluator(
  compiled: Compiled,
  rules: readonly RuleSource[],
  entrypoints?: Entrypoints,
  options?: CompileOptions,
): PolicyEvaluator {
  return compiledEvaluators(compiled, rules, options)(entrypoints);
}

/** Makes several evaluators of one compilation, which is translated once. Throws as `compiledEvaluator` does. */
export function compiledEvaluators(
  compiled: Compiled,
  rules: readonly RuleSource[],
  options?: CompileOptions,
): (entrypoints?: Entrypoints) => PolicyEvaluator {
  const { queries, constants } = compilePlan(compiled.plan, options);
  const toVerdict = verdictReader(rules, constants);
  const data = {};

  return (entrypoints = {}) => evaluatorOf(compiled, entrypoints, evaluate);

  function evaluate(entrypoint: string, input: PolicyInput): Verdict {
    const query = queries.get(entrypoint);
    if (!query) return failed('policy:evaluation.failed', `\`${entrypoint}\` is no entry point`);
    if (!isJson(input)) return failed('policy:evaluation.failed', 'the input is no JSON');
    try {
      return toVerdict(query(input, data));
    } catch (error) {
      if (!(error instanceof EvaluationFault)) throw error;
      return failed(error.code, error.message);
    }
  }
}

function isJson(input: unknown): boolean {
  return input !== undefined && typeof input !== 'function' && typeof input !== 'symbol' && typeof input !== 'bigint';
}
