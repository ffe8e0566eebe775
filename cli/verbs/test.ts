import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PolicyCoverage } from '../../engine/rego/policyCoverage.ts';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { instantOf } from '../instantOf.ts';
import { print } from '../output.ts';
import { formatProblem, problemOf } from '../problems.ts';
import { TRIAL_FORMATS, type TrialFormat, trialReport } from '../reports/trialReport.ts';
import { inRepository, repositoryRoot } from '../repositoryRoot.ts';
import { runOnChange } from '../runOnChange.ts';
import { runPolicyTrials } from '../trials/runPolicyTrials.ts';
import { runRuleTrials } from '../trials/runRuleTrials.ts';
import type { TrialRun } from '../trials/TrialRun.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly draft?: string;
  readonly at?: string;
  readonly coverage?: true;
  readonly coverageAtLeast?: number;
  readonly watch?: true;
  readonly format?: TrialFormat;
  readonly json?: true;
};

/** What one run of trials needs to know. */
type Wanted = {
  readonly path: string | undefined;
  readonly draft: string | undefined;
  readonly instant: number | undefined;
  readonly coverage: boolean;
};

/** `twinward test`: runs the cases of policies and rules, and the tests written in Rego. */
export const verb: Verb = {
  examples: [
    'twinward test                                              every case and every Rego test',
    'twinward test policies/sharing                             those of some policies',
    'twinward test rules/safety/gas_leak.json                   those of one rule',
    'twinward test --watch                                      again after every save',
    'twinward test policies --coverage                          and which rules, clauses and lines nothing shows',
    'twinward test policies --draft policies/drafts/heat_wave   the cases that a draft would break',
    'twinward test policies --at 2027-07-01                     by the policies that are in force then',
    'twinward test --format junit > test.xml                    for build servers; json for other programs',
  ],
  configure(command) {
    command
      .argument('[path]', 'a policy or rule, its cases, or a folder of them')
      .option(
        '--draft <draft>',
        'put a draft, by name or path, in the place of the active policies of the same packages',
      )
      .option('--at <date>', 'decide by what is in force then; else cases hold while their policy is')
      .option('--coverage', 'tell which rules, clauses and lines of the policies no case or test covers')
      .option('--coverage-at-least <percent>', 'exit 1 where less of rules, clauses or lines is covered', percentage)
      .option('--watch', 'test again after every save, until Ctrl-C')
      .addOption(new Option('--format <format>', 'how to print (default: text)').choices(TRIAL_FORMATS))
      .option('--json', 'the same as --format json');
  },
  async run(command): Promise<ExitCode> {
    const { draft, at, coverage, coverageAtLeast, watch } = command.opts<Options>();
    const format = formatOf(command);
    const wanted: Wanted = {
      path: command.args[0],
      draft: draft === undefined ? undefined : findNamed(draft, DRAFTS, true),
      instant: at === undefined ? undefined : instantOf(at),
      coverage: coverage === true || coverageAtLeast !== undefined,
    };
    const compiler = new RegoCompiler();
    try {
      if (watch) {
        await testOnChange(wanted, format, compiler);
        return 0;
      }
      const run = await runTrials(wanted, compiler);
      print(trialReport(run, format, { line: false }));
      const below = belowThreshold(run.coverage, coverageAtLeast);
      if (below.length > 0) process.stderr.write(`${below.join('\n')}\n`);
      return below.length > 0 || run.results.some(({ problems }) => problems.length > 0) ? 1 : 0;
    } finally {
      await compiler.close();
    }
  },
};

function formatOf(command: Command): TrialFormat {
  const { json, format = json ? 'json' : 'text', watch } = command.opts<Options>();
  if (json && format !== 'json') throw usage(`\`--json\` and \`--format ${format}\` do not go together`);
  if (watch && format === 'junit') throw usage('`--watch` prints no JUnit, which has no form for more than one report');
  return format;
}

function usage(message: string, hint = 'see `twinward test --help`'): CodedError {
  return new CodedError('command:usage', message, { hint });
}

function percentage(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 100) return number;
  throw new InvalidArgumentError('Allowed choices are numbers from 0 to 100.');
}

async function runTrials({ path, draft, instant, coverage }: Wanted, compiler: RegoCompiler): Promise<TrialRun> {
  const wanted = path === undefined ? '' : casesOf(inRepository(path));
  const policies = await runPolicyTrials(wanted, { compiler, draft, instant, coverage });
  const results = [...policies.results, ...(draft === undefined ? await runRuleTrials(wanted) : [])];
  if (results.length === 0) {
    const hint = 'cases are `cases.yaml` beside a policy and `<rule>.cases.yaml` beside a rule';
    throw usage(`no case and no test at \`${path ?? '.'}\``, hint);
  }
  if (coverage && !policies.coverage) throw usage(`\`--coverage\` is of policies, and there is none at \`${path}\``);
  return { results, coverage: policies.coverage };
}

/** Where the cases of a policy or rule are: those of a policy in its folder, those of a rule beside it. */
function casesOf(path: string): string {
  if (path.endsWith('.rego') && !path.endsWith('_test.rego')) return dirname(path);
  return path.replace(/(?<!\.cases)\.json$/, '.cases.yaml');
}

/** Prints a report now and after each save: JSON on one line each, or text that says how long it took. */
async function testOnChange(wanted: Wanted, format: TrialFormat, compiler: RegoCompiler): Promise<void> {
  const folders = ['policies', 'rules'].map((folder) => join(repositoryRoot, folder));
  await runOnChange([...folders, ...(wanted.draft === undefined ? [] : [wanted.draft])], async () => {
    const start = performance.now();
    const text = await runTrials(wanted, compiler).then(
      (run) => trialReport(run, format, { line: true }),
      // What keeps the tests from running is told here, and mended by the next save.
      (error: unknown) => failureReport(error, format),
    );
    if (format !== 'text') return print(text);
    const time = `tested at ${new Date().toTimeString().slice(0, 8)} in ${Math.round(performance.now() - start)} ms`;
    if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[3J\x1b[H');
    print(`${text}\n\n${time}; saving tests again, Ctrl-C ends`);
  });
}

function failureReport(error: unknown, format: TrialFormat): string {
  const problem = problemOf(error);
  return format === 'json' ? JSON.stringify({ error: problem }) : formatProblem(problem);
}

/** What is covered less than it should be, in words. */
function belowThreshold(coverage: PolicyCoverage | null, least: number | undefined): readonly string[] {
  if (!coverage || least === undefined) return [];
  return Object.entries(coverage.percent)
    .filter(([, percent]) => percent < least)
    .map(([what, percent]) => `twinward: ${percent} % of the ${what} are covered, and ${least} % are wanted`);
}
