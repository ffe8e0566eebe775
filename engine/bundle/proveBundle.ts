import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deviceTypes } from '../../twin/devices/index.ts';
import type { LoadOptions } from '../rego/loadPolicies.ts';
import { checkPolicyCase, instantOfCase, type PolicyCase, readPolicyCases } from '../rego/policyCases.ts';
import { readInputSchema } from '../rego/policyFiles.ts';
import { checkRuleSet } from '../rules/checkRuleSet.ts';
import { loadRuleCases } from '../rules/loadRuleCases.ts';
import { ruleBook } from '../rules/RuleBook.ts';
import { rulePlaces } from '../rules/rulePlaces.ts';
import { runRuleCase } from '../rules/runRuleCase.ts';
import { assertAgreement } from './assertAgreement.ts';
import { openBundle } from './openBundle.ts';
import { refused } from './parseBundle.ts';

/** How much was tried before a bundle was believed to do what it says. */
export type Proof = {
  readonly policyCases: number;
  readonly ruleCases: number;
  /** Inputs of which both evaluators said the same. */
  readonly inputs: number;
  /** The hash of the compilation, under which it is kept. */
  readonly compiled: string;
};

/**
 * Opens a bundle that is laid out in a folder, checks its rules together, replays its own cases, and compares both
 * evaluators. Throws as `openBundle` does, `policy:bundle.rules_contradictory` with every problem of the rules,
 * `policy:bundle.case_failed` with every case that came out otherwise, and `policy:bundle.evaluators_differ`.
 */
export async function proveBundle(folder: string, options: LoadOptions = {}): Promise<Proof> {
  const opened = await openBundle(folder, options);
  assertRuleSet(folder, opened);
  const cases = readPolicyCases(join(folder, 'policies'));
  const policies = policyFailures(cases, opened);
  const rules = await ruleFailures(folder, opened);
  const failures = [...policies.failures, ...rules.failures];
  if (failures.length > 0) {
    throw refused('case_failed', `${failures.length} of its cases came out otherwise`, failures.join('\n'));
  }
  const inputSchema = readInputSchema(join(folder, 'policies'));
  const inputs = assertAgreement(opened.policies, { inputSchema, examples: cases.map(({ input }) => input) });
  const { compiled } = opened.policies;
  return { policyCases: policies.count, ruleCases: rules.count, inputs, compiled: compiled.hash };
}

/** Rules of which each loads by itself may still do harm together. */
function assertRuleSet(folder: string, { rules, policies, packs }: Opened): void {
  const { evaluator } = policies.at(Date.now());
  const context = { types: deviceTypes(), policies: evaluator, packs: new Set(packs.keys()) };
  const problems = checkRuleSet(rules, { ...context, place: rulePlaces(folder) });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const lines = errors.map(({ code, place, message }) => `${place.file}:${place.line ?? ''}: ${message} (${code})`);
  throw refused(
    'rules_contradictory',
    `its rules have ${errors.length} ${errors.length === 1 ? 'problem' : 'problems'} together`,
    lines.join('\n'),
  );
}

type Opened = Awaited<ReturnType<typeof openBundle>>;
type Tried = { readonly count: number; readonly failures: readonly string[] };

function policyFailures(cases: readonly PolicyCase[], { policies }: Opened): Tried {
  const now = Date.now();
  const failures = cases.flatMap((each) => {
    const { evaluator } = policies.at(instantOfCase(each, policies.dates, now));
    return checkPolicyCase(each, evaluator).map((problem) => `${each.file} (${each.note}): ${problem}`);
  });
  return { count: cases.length, failures };
}

async function ruleFailures(folder: string, { rules }: Opened): Promise<Tried> {
  const book = ruleBook(rules);
  const failures: string[] = [];
  let count = 0;
  for (const loaded of rules) {
    const { file, cases, problems } = loadRuleCases(folder, loaded);
    failures.push(...problems.map(({ message }) => `${file}: ${message}`));
    for (const each of cases) {
      const { alarms, commands, failures: failed } = await runRuleCase(each, { rules, book });
      const asWanted =
        isDeepStrictEqual(alarms, each.want.alarms) &&
        (each.want.commands === undefined || isDeepStrictEqual(commands, each.want.commands));
      if (!asWanted || failed.length > 0)
        failures.push(`${file} (${each.note}): ${failed[0] ?? 'other alarms or commands'}`);
      count += 1;
    }
  }
  return { count, failures };
}
