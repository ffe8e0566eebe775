import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LoadOptions } from '../rego/loadPolicies.ts';
import { checkPolicyCase, instantOfCase, readPolicyCases } from '../rego/policyCases.ts';
import { loadRuleCases } from '../rules/loadRuleCases.ts';
import { ruleBook } from '../rules/RuleBook.ts';
import { runRuleCase } from '../rules/runRuleCase.ts';
import { type OpenedBundle, openBundle } from './openBundle.ts';
import { refused } from './parseBundle.ts';

/** How much was tried before a bundle was believed to do what it says. */
export type Proof = { readonly policyCases: number; readonly ruleCases: number };

/**
 * Opens a bundle that is laid out in a folder and replays its own cases. Throws as `openBundle` does, and
 * `policy:bundle.case_failed` with every case that came out otherwise.
 */
export async function proveBundle(folder: string, options: LoadOptions = {}): Promise<Proof> {
  const opened = await openBundle(folder, options);
  const policies = policyFailures(folder, opened);
  const rules = await ruleFailures(folder, opened);
  const failures = [...policies.failures, ...rules.failures];
  if (failures.length > 0) {
    throw refused('case_failed', `${failures.length} of its cases came out otherwise`, failures.join('\n'));
  }
  return { policyCases: policies.count, ruleCases: rules.count };
}

type Tried = { readonly count: number; readonly failures: readonly string[] };

function policyFailures(folder: string, { policies }: OpenedBundle): Tried {
  const cases = readPolicyCases(join(folder, 'policies'));
  const now = Date.now();
  const failures = cases.flatMap((each) => {
    const { evaluator } = policies.at(instantOfCase(each, policies.dates, now));
    return checkPolicyCase(each, evaluator).map((problem) => `${each.file} (${each.note}): ${problem}`);
  });
  return { count: cases.length, failures };
}

async function ruleFailures(folder: string, { rules }: OpenedBundle): Promise<Tried> {
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
