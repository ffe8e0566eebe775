import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyCoverage } from '../../engine/rego/policyCoverage.ts';
import type { TrialResult } from '../trials/TrialRun.ts';

const root = join(import.meta.dirname, '..', '..');
const CASES = 'policies/sharing/weather/cases.yaml';
let copy: string;
let running: ChildProcess | undefined;

// A clone of its own, whose policies are one that says little and two that it uses: what is run is known to the line.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'twinward-test-'));
  for (const folder of [
    'cli',
    'engine',
    'trust',
    'twin',
    'package.json',
    'policies/clauses',
    'policies/lib/home',
    'rules',
  ])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of ['main.rego', 'facts.yaml', 'input.schema.json', 'cases.schema.json', 'default_input.yaml'])
    cpSync(join(root, 'policies', file), join(copy, 'policies', file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  write('policies/sharing/weather/weather.rego', POLICY);
  write('policies/sharing/weather/weather_test.rego', TESTS);
});
afterEach(() => running?.kill('SIGKILL'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const POLICY = `# METADATA
# title: Weather
# custom:
#   clauses: [DH-5.4.6]
#   owner: weather office
#   announced: "2026-06-01"
#   in_force: "2026-06-01"
package sharing.weather

# METADATA
# title: Research reads
# custom:
#   clauses: [DH-5.4.6-s2]
permit contains {"rule": "research", "outcome": "raw"} if {
	input.purpose == "research"
	_known
}

_known if input.subject.assurance == "high"

_known if {
	input.subject.tier == "city"
	input.context.channel == "cloud"
}

# METADATA
# title: Nobody buys
# custom:
#   clauses: [DH-5.4.6-s3]
deny contains {"rule": "commerce"} if input.purpose == "commerce"
`;

const TESTS = `package sharing.weather_test

import data.sharing.weather

test_nobody_buys if weather.deny == {{"rule": "commerce"}} with input as {"purpose": "commerce"}

test_care_is_no_business_of_it if weather.deny == set() with input as {"purpose": "care"}
`;

const RESEARCH = `- note: research reads with a high assurance
  when: { purpose: research, subject: { assurance: high } }
  want: { outcome: raw, rules: [sharing.weather/research], clauses: [DH-5.4.6-s2] }
`;
const COMMERCE = `- note: nobody buys what is measured
  when: { purpose: commerce }
  want: { outcome: denied, rules: [sharing.weather/commerce], clauses: [DH-5.4.6-s3] }
`;

describe('test --coverage', { timeout: 120_000 }, () => {
  it('tells which rules and clauses decide in no case and which lines nothing runs, each with its place', () => {
    write(CASES, RESEARCH);
    const { status, stdout } = twinward('test', 'policies/sharing', '--coverage');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'policies/sharing/weather/weather.rego:30: `sharing.weather/commerce` decides in no case; it holds in 0 cases and 1 test\n',
    );
    expect(stdout).toContain('clause DH-5.4.6-s3: no rule that cites it decides in a case: sharing.weather/commerce\n');
    expect(stdout).toContain('policies/sharing/weather/weather.rego:21: not run\n');
    expect(stdout).toMatch(/\nrules {4}1 of 2 decide in a case \(50 %\)\nclauses {2}1 of 2 that rules cite \(50 %\)\n/);
    expect(stdout).toMatch(/\nlines {4}\d+ of \d+ run \([\d.]+ %\)\n$/);
  });

  it('counts for each rule the cases in which it decides and holds, and the tests that make it hold', () => {
    write(CASES, RESEARCH + COMMERCE);
    const { status, stdout } = twinward('test', 'policies/sharing/weather', '--coverage', '--json');
    expect(status).toBe(0);
    const { coverage } = JSON.parse(stdout) as { coverage: PolicyCoverage };
    expect(coverage.rules.map(({ rule, decides, holds, tests }) => [rule, decides, holds, tests])).toEqual([
      ['research', 1, 1, 0],
      ['commerce', 1, 1, 1],
    ]);
    expect(coverage.clauses).toContainEqual({
      clause: 'DH-5.4.6-s3',
      rules: ['sharing.weather/commerce'],
      decides: 1,
    });
    expect(coverage.files).toEqual([{ file: 'policies/sharing/weather/weather.rego', lines: 8, missed: [21, 23] }]);
    expect(coverage.percent).toEqual({ rules: 100, clauses: 100, lines: 75 });
  });

  it('exits 1 below a threshold, and says what is below it', () => {
    write(CASES, RESEARCH + COMMERCE);
    expect(twinward('test', 'policies/sharing', '--coverage-at-least', '75')).toMatchObject({ status: 0, stderr: '' });
    expect(twinward('test', 'policies/sharing', '--coverage-at-least', '75.1')).toMatchObject({
      status: 1,
      stderr: 'twinward: 75 % of the lines are covered, and 75.1 % are wanted\n',
    });
    expect(twinward('test', '--coverage-at-least', 'most')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('allowed choices are numbers from 0 to 100'),
    });
  });
});

describe('test', { timeout: 120_000 }, () => {
  it('names the line of a case that fails, what was wanted and who decided, and eval takes that line', () => {
    write(CASES, `${RESEARCH}${COMMERCE.replace('outcome: denied', 'outcome: reduced')}`);
    const { status, stdout } = twinward('test', 'policies/sharing');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^policies\/sharing\/weather\/cases\.yaml:4: nobody buys what is measured\n {2}outcome is denied \(sharing\.weather\/commerce\), not reduced\n {2}decided by sharing\.weather\/commerce \(policies\/sharing\/weather\/weather\.rego:30\): Nobody buys\n/,
    );
    const tried = JSON.parse(twinward('eval', '--case', `${CASES}:4`, '--json').stdout) as object;
    expect(tried).toMatchObject({ outcome: 'denied', input: { purpose: 'commerce' } });
  });

  it('tells of a test in Rego that is not true, and of one that fails', () => {
    write(CASES, RESEARCH + COMMERCE);
    write(
      'policies/sharing/weather/weather_test.rego',
      `${TESTS}\ntest_wrong if weather.deny == set() with input as {"purpose": "commerce"}\n\n_two := 1 if input.purpose == "care"\n\n_two := 2 if input.action == "read"\n\ntest_torn if _two == 1 with input as {"purpose": "care", "action": "read"}\n`,
    );
    const { status, stdout } = twinward('test', 'policies/sharing', '--json');
    write('policies/sharing/weather/weather_test.rego', TESTS);
    expect(status).toBe(1);
    const { results } = JSON.parse(stdout) as { results: TrialResult[] };
    const failed = results.filter(({ problems }) => problems.length > 0);
    expect(failed.map(({ line, title, problems }) => [line, title, problems])).toEqual([
      [9, 'test_wrong', ['is not true']],
      [15, 'test_torn', [expect.stringMatching(/weather_test\.rego:\d+: a rule has two different values/)]],
    ]);
  });

  it('prints JUnit that names file and line, whatever stands in a title', () => {
    write(
      CASES,
      RESEARCH + COMMERCE.replace('nobody buys', "\"\\u0001 <nobody> & 'all' buy").replace('measured', 'measured"'),
    );
    const { status, stdout } = twinward('test', 'policies/sharing', '--format', 'junit');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="twinward test" tests="4" failures="0">\n/,
    );
    expect(stdout).toContain(
      `name="\uFFFD &lt;nobody&gt; &amp; &apos;all&apos; buy what is measured" file="${CASES}" line="4"/>`,
    );
    const broken = COMMERCE.replace('outcome: denied', 'outcome: reduced');
    write(CASES, broken);
    expect(twinward('test', 'policies/sharing', '--format', 'junit').stdout).toMatch(
      /<testsuite name="policies\/sharing\/weather\/cases\.yaml" tests="1" failures="1">\n.*line="1">\n {6}<failure message="outcome is denied/,
    );
  });

  it('refuses forms that do not go together', () => {
    expect(twinward('test', '--json', '--format', 'junit').status).toBe(2);
    expect(twinward('test', '--watch', '--format', 'junit').status).toBe(2);
    expect(twinward('test', 'rules', '--coverage')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`--coverage` is of policies, and there is none at `rules`'),
    });
  });
});

describe('test --watch', { timeout: 120_000 }, () => {
  it('tests again after each save, tells what keeps it from running, and goes on', async () => {
    write(CASES, RESEARCH + COMMERCE);
    running = spawn(process.execPath, ['cli/bin/twinward.js', 'test', 'policies/sharing', '--watch', '--json'], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: running.stdout! })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
    expect(await next()).toMatchObject({ failed: 0 });

    write(CASES, RESEARCH + COMMERCE.replace('outcome: denied', 'outcome: reduced'));
    expect(await next()).toMatchObject({ failed: 1 });
    write('policies/sharing/weather/weather.rego', POLICY.replace('input.purpose == "commerce"', 'input.purpose =='));
    expect(await next()).toMatchObject({
      error: { code: 'policy:bundle.invalid', place: { line: expect.any(Number) } },
    });
    write('policies/sharing/weather/weather.rego', POLICY);
    expect(await next()).toMatchObject({ failed: 1 });
    write(CASES, 'note: [');
    expect(await next()).toMatchObject({ error: { code: 'policy:cases.invalid' } });
    write(CASES, RESEARCH + COMMERCE);
    expect(await next()).toMatchObject({ failed: 0 });

    const ended = once(running, 'exit') as Promise<[number | null]>;
    running.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
  });
});

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, TWINWARD_DATA: join(copy, 'var') };
  return spawnSync(process.execPath, ['cli/bin/twinward.js', ...args], { cwd: copy, encoding: 'utf8', env });
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), content);
}
