import type { Compiled } from '../Compiled.ts';
import type { EvaluateRule } from '../EvaluateRule.ts';
import { toJson } from '../RegoValue.ts';
import { type CompileOptions, compilePlan, type Program } from './compilePlan.ts';
import { EvaluationFault } from './EvaluationFault.ts';

/**
 * Makes the evaluator of single rules; sets come as sorted lists.
 *
 * Throws `policy:plan.invalid` and `policy:plan.unsupported`.
 *
 * @example
 * const evaluate = evaluateRule(compiled);
 * const { value, error } = evaluate('sharing/tiered/permit', input);
 */
export function evaluateRule({ plan }: Pick<Compiled, 'plan'>, options?: CompileOptions): EvaluateRule {
  return asking(compilePlan(plan, options));
}

/** An evaluator of single rules that tells which statements of the policies were run since its marks were cleared. */
export type CoveredRules = Pick<Program, 'marked' | 'run'> & { readonly evaluate: EvaluateRule };

/** Makes the evaluator of single rules that marks what is run. */
export function coveredRules({ plan }: Pick<Compiled, 'plan'>): CoveredRules {
  const program = compilePlan(plan, { coverage: true });
  return { evaluate: asking(program), marked: program.marked, run: program.run };
}

function asking({ queries }: Program): EvaluateRule {
  return (entrypoint, input, data = {}) => {
    const query = queries.get(entrypoint);
    if (!query) {
      return { error: { code: 'policy:evaluation.failed', message: `\`${entrypoint}\` is no entry point` } };
    }
    try {
      const value = query(input, data);
      return value === undefined ? {} : { value: toJson(value) };
    } catch (error) {
      if (!(error instanceof EvaluationFault)) throw error;
      return { error: { code: error.code, message: error.message } };
    }
  };
}
