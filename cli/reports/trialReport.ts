import type { PolicyCoverage } from '../../engine/rego/policyCoverage.ts';
import type { TrialResult, TrialRun } from '../trials/TrialRun.ts';
import { xml } from './xml.ts';

/** The forms in which `test` prints what it found. */
export const TRIAL_FORMATS = ['text', 'json', 'junit'] as const;
export type TrialFormat = (typeof TRIAL_FORMATS)[number];

/** What a run of cases and tests found, in one of the forms. `line` asks for JSON on one line, as streams want it. */
export function trialReport(run: TrialRun, format: TrialFormat, { line }: { readonly line: boolean }): string {
  switch (format) {
    case 'text':
      return textReport(run);
    case 'json':
      return JSON.stringify(jsonReport(run), null, line ? 0 : 2);
    case 'junit':
      return junitReport(run);
  }
}

function jsonReport({ results, coverage }: TrialRun): object {
  const failed = results.filter(isFailed).length;
  return { passed: results.length - failed, failed, results, ...(coverage && { coverage }) };
}

function textReport({ results, coverage }: TrialRun): string {
  const failed = results.filter(isFailed);
  const details = failed.flatMap(({ file, line, title, problems }) => [
    `${file}:${line}: ${title}`,
    ...problems.map((each) => `  ${each}`),
  ]);
  const files = new Set(results.map(({ file }) => file)).size;
  const sum = `${results.length - failed.length} of ${results.length} pass, in ${files} ${files === 1 ? 'file' : 'files'}`;
  return [
    ...(details.length > 0 ? [...details, ''] : []),
    sum,
    ...(coverage ? ['', ...coverageLines(coverage)] : []),
  ].join('\n');
}

/** What is not covered, each with its place, and the sums. */
function coverageLines({ rules, clauses, files, percent }: PolicyCoverage): readonly string[] {
  const idle = rules.filter(({ decides }) => decides === 0);
  const unseen = clauses.filter(({ decides }) => decides === 0);
  const missed = files.flatMap(({ file, missed: lines }) => ranges(lines).map((range) => `${file}:${range}: not run`));
  const lines = files.reduce((sum, each) => sum + each.lines, 0);
  const run = lines - files.reduce((sum, each) => sum + each.missed.length, 0);
  const untold = [
    ...idle.map(({ file, line, policy, rule, holds, tests }) => {
      return `${file}:${line}: \`${policy}/${rule}\` decides in no case; it holds in ${counted(holds, 'case')} and ${counted(tests, 'test')}`;
    }),
    ...unseen.map(
      ({ clause, rules: citing }) => `clause ${clause}: no rule that cites it decides in a case: ${citing.join(', ')}`,
    ),
    ...missed,
  ];
  return [
    ...untold,
    ...(untold.length > 0 ? [''] : []),
    `rules    ${rules.length - idle.length} of ${rules.length} decide in a case (${percent.rules} %)`,
    `clauses  ${clauses.length - unseen.length} of ${clauses.length} that rules cite (${percent.clauses} %)`,
    `lines    ${run} of ${lines} run (${percent.lines} %)`,
  ];
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Lines that follow each other as one range: `12-14`. */
function ranges(lines: readonly number[]): readonly string[] {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
}

/** As build servers read it: a suite for each file, a case for each trial. */
function junitReport({ results }: TrialRun): string {
  const suites = [...Map.groupBy(results, ({ file }) => file)].map(([file, ofFile]) => {
    const counts = `tests="${ofFile.length}" failures="${ofFile.filter(isFailed).length}"`;
    return [`  <testsuite name="${xml(file)}" ${counts}>`, ...ofFile.map(testcase), '  </testsuite>'].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="twinward test" tests="${results.length}" failures="${results.filter(isFailed).length}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function testcase(result: TrialResult): string {
  const { file, line, title, problems } = result;
  const head = `    <testcase classname="${xml(file)}" name="${xml(title)}" file="${xml(file)}" line="${line}"`;
  if (!isFailed(result)) return `${head}/>`;
  const text = [`${file}:${line}`, ...problems].join('\n');
  return [`${head}>`, `      <failure message="${xml(problems[0]!)}">${xml(text)}</failure>`, '    </testcase>'].join(
    '\n',
  );
}

function isFailed({ problems }: TrialResult): boolean {
  return problems.length > 0;
}
