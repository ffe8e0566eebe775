import { type Command, Option } from 'commander';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { instantOf } from '../instantOf.ts';
import { print } from '../output.ts';
import { isError, problemOf } from '../problems.ts';
import { CHECKED_FOLDERS, RepositoryCheck } from '../RepositoryCheck.ts';
import { formatReport, REPORT_FORMATS, type ReportFormat } from '../reports/formatReport.ts';
import { type Report, reportOf } from '../reports/Report.ts';
import { runOnChange } from '../runOnChange.ts';
import type { Verb } from '../Verb.ts';

type Options = { readonly json?: true; readonly format?: ReportFormat; readonly watch?: true; readonly at?: string };

/** `twinward check`: reads and compiles what authors write, and tells every problem with its place. */
export const verb: Verb = {
  examples: [
    'twinward check                           policies, drafts, rules, scenarios and the clauses they cite',
    'twinward check policies/drafts/heat_wave one draft, in the place of the active policies',
    'twinward check rules/safety              the rules of one folder',
    'twinward check --watch                   again after every save',
    'twinward check --at 2027-07-01           by the clauses and policies that are law then',
    'twinward check --format sarif > check.sarif   for code hosts; junit for build servers, json for other programs',
  ],
  configure(command) {
    command
      .argument('[path]', 'a draft, a policy, rule or scenario, or a folder of them')
      .option('--at <date>', 'the date whose law is asked about; today unless given')
      .option('--watch', 'check again after every save, until Ctrl-C')
      .addOption(new Option('--format <format>', 'how to print (default: text)').choices(REPORT_FORMATS))
      .option('--json', 'the same as --format json');
  },
  async run(command) {
    const { watch, at } = command.opts<Options>();
    const [path] = command.args;
    const format = formatOf(command);
    const compiler = new RegoCompiler();
    const check = new RepositoryCheck(compiler, at === undefined ? undefined : instantOf(at));
    try {
      if (watch) {
        await checkOnChange(path, format, check);
        return 0;
      }
      const report = await check.run(path);
      print(formatReport(report, format, { line: false }));
      return report.problems.some(isError) ? 1 : 0;
    } finally {
      await compiler.close();
    }
  },
};

function formatOf(command: Command): ReportFormat {
  const { json, format = json ? 'json' : 'text', watch } = command.opts<Options>();
  if (json && format !== 'json') throw usage(`\`--json\` and \`--format ${format}\` do not go together`);
  if (watch && format === 'junit') throw usage('`--watch` prints no JUnit, which has no form for more than one report');
  return format;
}

function usage(message: string): CodedError {
  return new CodedError('command:usage', message, { hint: 'see `twinward check --help`' });
}

/** Prints a report now and after each save: JSON on one line each, or text that says how long it took. */
async function checkOnChange(path: string | undefined, format: ReportFormat, check: RepositoryCheck): Promise<void> {
  await runOnChange([...CHECKED_FOLDERS, ...(path === undefined ? [] : [path])], async () => {
    const start = performance.now();
    // What ends a single check, such as a path that is gone for a moment, is told here and may be mended.
    const report = await check.run(path).catch(failed);
    const text = formatReport(report, format, { line: true });
    if (format !== 'text') return print(text);
    const time = `checked at ${new Date().toTimeString().slice(0, 8)} in ${Math.round(performance.now() - start)} ms`;
    if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[3J\x1b[H');
    print(`${text}\n\n${time}; saving checks again, Ctrl-C ends`);
  });
}

function failed(error: unknown): Report {
  return reportOf([{ what: 'what there is', files: [], problems: [problemOf(error)] }]);
}
