import { isDeepStrictEqual } from 'node:util';
import { loadRuleCases, type RuleCase } from '../../engine/rules/loadRuleCases.ts';
import { loadRules } from '../../engine/rules/loadRules.ts';
import { ruleBook } from '../../engine/rules/RuleBook.ts';
import { runRuleCase } from '../../engine/rules/runRuleCase.ts';
import { startProgress } from '../progress.ts';
import { isWithin, repositoryRoot } from '../repositoryRoot.ts';
import type { TrialResult } from './TrialRun.ts';

/** Plays the cases of event rules that lie at a path, and compares what comes of them. Throws what is wrong with a rule. */
export async function runRuleTrials(wanted: string): Promise<readonly TrialResult[]> {
  if (!isWithin(wanted, 'rules') && wanted !== '') return [];
  const { rules, problems } = loadRules(repositoryRoot);
  const loaded = rules.map((rule) => loadRuleCases(repositoryRoot, rule));
  const [problem] = [...problems, ...loaded.flatMap((each) => each.problems)];
  if (problem) throw problem;
  const book = ruleBook(rules);
  const cases = loaded.flatMap((each) =>
    isWithin(each.file, wanted) ? each.cases.map((one) => ({ ...each, one })) : [],
  );
  const progress = startProgress({ label: 'testing', total: cases.length });
  const results: TrialResult[] = [];
  try {
    for (const { file, one } of cases) {
      const got = await runRuleCase(one, { rules, book });
      results.push({ file, line: one.line, title: one.note, problems: differences(one, got) });
      progress.update(results.length);
    }
  } finally {
    progress.end();
  }
  return results;
}

function differences({ want }: RuleCase, got: Awaited<ReturnType<typeof runRuleCase>>): readonly string[] {
  const differ = (what: string, wanted: unknown, found: unknown): string[] =>
    isDeepStrictEqual(wanted, found) ? [] : [`${what} are ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  return [
    ...differ('alarms', want.alarms, got.alarms),
    ...(['commands', 'notices', 'mode'] as const).flatMap((what) =>
      want[what] === undefined ? [] : differ(what, want[what], got[what]),
    ),
    ...got.failures,
  ];
}
