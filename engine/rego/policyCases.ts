import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import type { Outcome } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { combine } from '../combine.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { type PolicyDates, parseDate } from './policyDates.ts';

/** One case of a policy: an input and what is decided about it. `policies/cases.schema.json` tells more. */
export type PolicyCase = {
  /** The cases file, named from the parent of the folder of policies. */
  readonly file: string;
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

/**
 * Every case under a folder of policies but those of drafts, sorted by file. Each input is the default one with what the
 * case changes. Throws `policy:cases.invalid` for a case that the schemas refuse.
 */
export function readPolicyCases(root: string): readonly PolicyCase[] {
  const base = readYaml(join(root, 'default_input.yaml'));
  const isCases = validator(join(root, 'cases.schema.json'));
  const isInput = validator(join(root, 'input.schema.json'));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === 'cases.yaml' && !file.startsWith(`drafts${sep}`))
    .sort()
    .flatMap((path) => {
      const file = [basename(resolve(root)), ...path.split(sep)].join('/');
      const cases = readYaml(join(root, path));
      require(file, isCases(cases));
      return (cases as readonly RawCase[]).map(({ note, shows = [], at, when, want }) => {
        const input = merge(base, when);
        require(`${file} (${note})`, isInput(input));
        const instant = at === undefined ? null : parseDate(at);
        require(`${file} (${note})`, at !== undefined && instant === null ? `\`at\` is no date: ${at}` : null);
        const policy = dirname(path).split(sep).join('.');
        return { file, policy, note, at: instant, shows, input: input as PolicyInput, want };
      });
    });
}

type RawCase = Pick<PolicyCase, 'note' | 'want'> & {
  readonly shows?: readonly string[];
  readonly at?: string;
  readonly when: unknown;
};

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

/** How a decision differs from what a case wants; nothing when it does not. */
export function checkPolicyCase({ input, want }: PolicyCase, evaluator: PolicyEvaluator): readonly string[] {
  const { outcome, obligations, reasons, errors } = combine(evaluator.evaluate(input));
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

function merge(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change === undefined ? base : change;
  const keys = new Set([...Object.keys(base), ...Object.keys(change)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], change[key])]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A check against a schema that answers with what is wrong, or null. */
function validator(file: string): (value: unknown) => string | null {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  return (value) => (validate(value) ? null : ajv.errorsText(validate.errors));
}

function require(what: string, problem: string | null): void {
  if (problem !== null) throw new CodedError('policy:cases.invalid', `${what}: ${problem}`);
}

function readYaml(file: string): unknown {
  return parse(readFileSync(file, 'utf8'), { merge: true });
}
