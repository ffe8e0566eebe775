import { CodedError } from '../../twin/CodedError.ts';
import type { Outcome } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { combine, type Decided } from '../combine.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import { loadPolicyCases } from './loadPolicyCases.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import type { PolicyDates } from './policyDates.ts';

/** One case of a policy: an input and what is decided about it. `policies/cases.schema.json` tells more. */
export type PolicyCase = {
  /** The cases file, named from the parent of the folder of policies. */
  readonly file: string;
  /** The line on which it begins. */
  readonly line: number;
  readonly note: string;
  /** The package of its folder. */
  readonly policy: string;
  /** The instant at which it is decided, where it names one; in milliseconds since 1970. */
  readonly at: number | null;
  /** The clauses whose evidence the case gives. */
  readonly shows: readonly string[];
  readonly input: PolicyInput;
  readonly want: {
    readonly outcome: Outcome;
    readonly obligations?: readonly Obligation[];
    readonly rules?: readonly string[];
    readonly clauses: readonly string[];
  };
};

/** The cases of policies that must be right (`loadPolicyCases`). Throws `policy:cases.invalid` with every problem. */
export function readPolicyCases(root: string): readonly PolicyCase[] {
  const { cases, problems } = loadPolicyCases(root);
  const [first] = problems;
  if (first === undefined) return cases;
  throw new CodedError('policy:cases.invalid', `the cases have ${problems.length} problem(s)`, {
    ...(first.place && { place: first.place }),
    hint: problems.map(({ place, message }) => `${place?.file ?? ''}:${place?.line ?? ''}: ${message}`).join('\n'),
  });
}

/**
 * The instant at which a case is decided: its own; else the first from `now` on at which the policy of its folder is in
 * force, so that the cases of a policy that is announced hold already; else the last at which it was.
 */
export function instantOfCase(
  { policy, at }: PolicyCase,
  dates: ReadonlyMap<string, PolicyDates>,
  now: number,
): number {
  if (at !== null) return at;
  const { inForce, repealed } = dates.get(policy) ?? { inForce: now, repealed: Number.POSITIVE_INFINITY };
  return Math.min(Math.max(now, inForce), repealed - 1);
}

/** How what is decided about a case differs from what it wants; nothing when it does not. */
export function checkPolicyCase(one: PolicyCase, evaluator: PolicyEvaluator): readonly string[] {
  return checkDecided(one, combine(evaluator.evaluate(one.input)));
}

/** How a decision differs from what a case wants; nothing when it does not. */
export function checkDecided(
  { want }: Pick<PolicyCase, 'want'>,
  { outcome, obligations, reasons, errors }: Decided,
): readonly string[] {
  const rules = reasons.map(({ policy, rule }) => `${policy}/${rule}`);
  const clauses = reasons.flatMap((reason) => reason.clauses);
  const differences = errors.map(({ message }) => `error: ${message}`);
  if (outcome !== want.outcome) differences.push(`outcome is ${outcome} (${rules.join(', ')}), not ${want.outcome}`);
  if (want.obligations && sorted(obligations) !== sorted(want.obligations)) {
    differences.push(`obligations are ${sorted(obligations)}, not ${sorted(want.obligations)}`);
  }
  for (const rule of want.rules ?? [])
    if (!rules.includes(rule)) differences.push(`no reason is \`${rule}\`: ${rules.join(', ')}`);
  for (const clause of want.clauses)
    if (!clauses.includes(clause)) differences.push(`no reason cites ${clause}: ${clauses.join(', ')}`);
  return differences;
}

function sorted(obligations: readonly Obligation[]): string {
  return obligations.map(canonicalJson).sort().join(' ') || 'none';
}
