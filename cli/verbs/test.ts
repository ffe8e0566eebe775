import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { combine } from '../../engine/combine.ts';
import { loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import type { PolicyEvaluator } from '../../engine/rego/PolicyEvaluator.ts';
import { checkPolicyCase, instantOfCase, type PolicyCase, readPolicyCases } from '../../engine/rego/policyCases.ts';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { runPolicyTests } from '../../engine/rego/runPolicyTests.ts';
import { loadRuleCases, type RuleCase } from '../../engine/rules/loadRuleCases.ts';
import { loadRules } from '../../engine/rules/loadRules.ts';
import { ruleBook } from '../../engine/rules/RuleBook.ts';
import { runRuleCase } from '../../engine/rules/runRuleCase.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { startProgress } from '../progress.ts';
import { inRepository, isWithin, repositoryRoot } from '../repositoryRoot.ts';
import { startOf } from '../startOf.ts';
import type { Verb } from '../Verb.ts';

/** How one case or one `test_` rule fared. */
type Result = { readonly file: string; readonly title: string; readonly problems: readonly string[] };
/** Something to run. */
type Trial = { readonly file: string; readonly title: string; readonly run: () => Promise<readonly string[]> };
type Options = { readonly draft?: string; readonly at?: string; readonly json?: true };

const policies = join(repositoryRoot, 'policies');

/** `twinward test`: runs the cases of policies and rules, and the tests written in Rego. */
export const verb: Verb = {
  examples: [
    'twinward test                                              every case and every Rego test',
    'twinward test policies/sharing                             those of some policies',
    'twinward test rules/safety/gas_leak.json                   those of one rule',
    'twinward test policies --draft policies/drafts/heat_wave   the cases that a draft would break',
    'twinward test policies --at 2027-07-01                     by the policies that are in force then',
  ],
  configure(command) {
    command
      .argument('[path]', 'a policy or rule, its cases, or a folder of them')
      .option(
        '--draft <draft>',
        'put a draft, by name or path, in the place of the active policies of the same packages',
      )
      .option('--at <date>', 'decide by what is in force then; else cases hold while their policy is')
      .option('--json', 'print JSON');
  },
  async run(command) {
    const { draft: named, at, json } = command.opts<Options>();
    const draft = named === undefined ? undefined : findNamed(named, DRAFTS, true);
    const instant = at === undefined ? undefined : instantOf(at);
    const [path] = command.args;
    const wanted = path === undefined ? '' : casesOf(inRepository(path));
    const compiler = new RegoCompiler();
    try {
      const trials = [
        ...(await policyTrials(wanted, compiler, { draft, instant })),
        ...(draft === undefined ? ruleTrials(wanted) : []),
      ];
      if (trials.length === 0)
        throw new CodedError('command:usage', `no case and no test at \`${path ?? '.'}\``, { hint: HINT });
      const results = await runAll(trials);
      const failed = results.filter(({ problems }) => problems.length > 0);
      if (json) printJson({ passed: results.length - failed.length, failed: failed.length, results });
      else print(report(results, failed));
      return failed.length > 0 ? 1 : 0;
    } finally {
      await compiler.close();
    }
  },
};

const HINT = 'cases are `cases.yaml` beside a policy and `<rule>.cases.yaml` beside a rule';

/** Where the cases of a policy or rule are: those of a policy in its folder, those of a rule beside it. */
function casesOf(path: string): string {
  if (path.endsWith('.rego') && !path.endsWith('_test.rego')) return dirname(path);
  return path.replace(/(?<!\.cases)\.json$/, '.cases.yaml');
}

async function policyTrials(
  wanted: string,
  compiler: RegoCompiler,
  { draft, instant }: { readonly draft: string | undefined; readonly instant: number | undefined },
): Promise<readonly Trial[]> {
  if (!isWithin(wanted, 'policies') && wanted !== '') return [];
  const bundle = await loadValidPolicies(policies, { compiler, ...(draft !== undefined && { draft }) });
  const read = readPolicyCases(policies);
  const evaluatorOf = (each: PolicyCase) =>
    bundle.at(instant ?? instantOfCase(each, bundle.dates, startOf(bundle))).evaluator;
  const cases = read.map((each): Trial => {
    return { file: each.file, title: each.note, run: async () => checkPolicyCase(each, evaluatorOf(each)) };
  });
  const idle = draft === undefined && instant === undefined ? idleTrials(bundle, read, evaluatorOf) : [];
  // Tests in Rego speak of the active policies from within, so a draft would break them by being one.
  const tests = draft === undefined ? await runPolicyTests(policies, compiler) : [];
  const ran = tests.map(({ file, test, passed, error }): Trial => {
    return { file, title: test, run: async () => (passed ? [] : [error ?? 'is not true']) };
  });
  return [...cases, ...idle, ...ran].filter(({ file }) => isWithin(file, wanted));
}

/** A failure for each rule that decides in no case: nobody has said what it is for. */
function idleTrials(
  { rules }: PolicyBundle,
  cases: readonly PolicyCase[],
  evaluatorOf: (one: PolicyCase) => PolicyEvaluator,
): readonly Trial[] {
  const reasons = cases.flatMap((one) => combine(evaluatorOf(one).evaluate(one.input)).reasons);
  const decided = new Set(reasons.map(({ policy, rule }) => `${policy}/${rule}`));
  return rules
    .filter(({ policy, rule }) => !decided.has(`${policy}/${rule}`))
    .map(({ policy, rule, file, line }): Trial => {
      const problem = `no case has a decision of \`${policy}/${rule}\` (line ${line}): write one in ${dirname(file)}/cases.yaml`;
      return { file, title: 'every rule decides in some case', run: async () => [problem] };
    });
}

function ruleTrials(wanted: string): readonly Trial[] {
  if (!isWithin(wanted, 'rules') && wanted !== '') return [];
  const { rules, problems } = loadRules(repositoryRoot);
  const [problem] = problems;
  if (problem) throw problem;
  const book = ruleBook(rules);
  return rules.flatMap((rule) => {
    const {
      file,
      cases,
      problems: [misfit],
    } = loadRuleCases(repositoryRoot, rule);
    if (misfit) throw misfit;
    if (!isWithin(file, wanted)) return [];
    return cases.map((each): Trial => {
      return { file, title: each.note, run: async () => differences(each, await runRuleCase(each, { rules, book })) };
    });
  });
}

function differences({ want }: RuleCase, got: Awaited<ReturnType<typeof runRuleCase>>): readonly string[] {
  const differ = (what: string, wanted: unknown, found: unknown): string[] =>
    isDeepStrictEqual(wanted, found) ? [] : [`${what} are ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  return [
    ...differ('alarms', want.alarms, got.alarms),
    ...(want.commands ? differ('commands', want.commands, got.commands) : []),
    ...got.failures,
  ];
}

async function runAll(trials: readonly Trial[]): Promise<readonly Result[]> {
  const progress = startProgress({ label: 'testing', total: trials.length });
  const results: Result[] = [];
  try {
    for (const { file, title, run } of trials) {
      results.push({ file, title, problems: await run() });
      progress.update(results.length);
    }
  } finally {
    progress.end();
  }
  return results;
}

function report(results: readonly Result[], failed: readonly Result[]): string {
  const details = failed.flatMap(({ file, title, problems }) => [
    `${file}: ${title}`,
    ...problems.map((each) => `  ${each}`),
  ]);
  const files = new Set(results.map(({ file }) => file)).size;
  const sum = `${results.length - failed.length} of ${results.length} pass, in ${files} ${files === 1 ? 'file' : 'files'}`;
  return details.length > 0 ? [...details, '', sum].join('\n') : sum;
}
