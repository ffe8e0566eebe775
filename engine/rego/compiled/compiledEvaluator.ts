import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { Compiled } from '../Compiled.ts';
import { type Entrypoints, evaluatorOf } from '../evaluatorOf.ts';
import type { PolicyEvaluator } from '../PolicyEvaluator.ts';
import { RULE_KINDS, type RuleSource } from '../RuleSource.ts';
import type { Verdict } from '../Verdict.ts';
import { failed, isMember, NO_VERDICT, type PolicySet, verdictReader } from '../verdictReader.ts';
import { type CompileOptions, compilePlan, type ObjectQuery } from './compilePlan.ts';
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
  const { queries, objects, constants } = compilePlan(compiled.plan, options);
  const reader = verdictReader(rules, constants);
  const direct = new Map(
    [...objects].flatMap(([entrypoint, query]) => (isVerdict(query) ? [[entrypoint, query]] : [])),
  );
  const data = {};

  return (entrypoints = {}) => evaluatorOf(compiled, entrypoints, evaluate);

  function evaluate(entrypoint: string, input: PolicyInput): Verdict {
    const query = queries.get(entrypoint);
    if (!query) return failed('policy:evaluation.failed', `\`${entrypoint}\` is no entry point`);
    if (!isJson(input)) return failed('policy:evaluation.failed', 'the input is no JSON');
    try {
      const object = direct.get(entrypoint);
      return object ? readObject(object, input) : reader.read(query(input, data));
    } catch (error) {
      if (!(error instanceof EvaluationFault)) throw error;
      return failed(error.code, error.message);
    }
  }

  /** The verdict from the rules themselves: most sets are empty, and the objects around them are not needed. */
  function readObject({ leaves, ask }: ObjectQuery, input: PolicyInput): Verdict {
    const found = ask(input, data);
    if (found === undefined) return NO_VERDICT;
    const sets: PolicySet[] = [];
    for (let at = 0; at < found.length; at += 2) {
      const { member, key: policy } = leaves[found[at] as number]!;
      sets.push({ member: member as PolicySet['member'], policy, values: found[at + 1] });
    }
    return reader.readSets(sets);
  }
}

/** Whether an object of rules has the members of a verdict, and no other. */
function isVerdict({ members }: ObjectQuery): boolean {
  return members.every(isMember) && RULE_KINDS.every((kind) => members.includes(kind));
}

function isJson(input: unknown): boolean {
  return input !== undefined && typeof input !== 'function' && typeof input !== 'symbol' && typeof input !== 'bigint';
}
