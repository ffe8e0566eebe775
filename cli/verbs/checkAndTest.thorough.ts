import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let copy: string;

// A clone of its own, so that its policies and rules can be broken.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'twinward-check-'));
  for (const folder of ['cli', 'engine', 'policies', 'rules', 'trust', 'twin', 'package.json'])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  rmSync(join(copy, 'policies/drafts'), { recursive: true, force: true });
});
afterEach(() => {
  rmSync(join(copy, 'policies/sharing/weather'), { recursive: true, force: true });
  for (const folder of ['policies', 'rules']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const folder of ['policies/drafts', 'drafts', 'docs'])
    rmSync(join(copy, folder), { recursive: true, force: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

// Each starts a process that compiles, on a machine that may be busy.
describe('check', { timeout: 180_000 }, () => {
  it('finds nothing wrong with the policies, drafts and rules of this repository', () => {
    expect(
      spawnSync(process.execPath, [join(root, 'cli/bin/twinward.js'), 'check'], { encoding: 'utf8' }),
    ).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('fine: the active policies\n'),
      stderr: '',
    });
  });

  it('tells every problem of a draft with its line', () => {
    write('drafts/broken.rego', 'package sharing.broken\n\npermit contains x if y\n\ndeny contains z if w\n');
    const { status, stdout } = twinward('check', 'drafts/broken.rego');
    expect(status).toBe(1);
    expect(stdout).toMatch(/drafts\/broken\.rego:3:\d+: nothing is called `x` here/);
    expect(stdout).toMatch(/drafts\/broken\.rego:5:\d+: nothing is called `z` here/);
    expect(stdout).toMatch(/\n\d problems\n$/);
  });

  it('refuses a rule with its line, a clause that does not exist and a record without an owner', () => {
    const rule = 'rules/safety/gas_leak.json';
    change(rule, (text) => text.replace('"severity": "life_safety"', '"severity": "dire"'));
    change('policies/access/isolation/isolation.rego', (text) => text.replace('CC-4.2.3.3-c-1', 'CC-4.2.3.3-c-11'));
    write('docs/records/drill.yaml', 'title: Drill\nclauses: [DH-6.3.8-1]\ndate: 2026-11-21\n');
    const { status, stdout } = twinward('check');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^rules\/safety\/gas_leak\.json:\d+:\d+ .*severity/m);
    expect(stdout).toMatch(/^policies\/access\/isolation\/isolation\.rego:\d+:\d+: no clause `CC-4.2.3.3-c-11`$/m);
    expect(stdout).toContain('hint: did you mean `CC-4.2.3.3-c-1`?');
    expect(stdout).toContain('docs/records/drill.yaml: the record has no `owner`');
    expect(JSON.parse(twinward('check', 'rules', '--json').stdout)).toEqual({
      checked: ['the rules', 'the clauses they cite'],
      problems: [
        {
          code: expect.stringMatching(/^rule:/),
          message: '`dire` is none of the words allowed here',
          place: { file: rule, line: expect.any(Number), column: expect.any(Number), path: '/severity' },
          hint: expect.any(String),
        },
      ],
    });
    expect(twinward('check', 'rules/safety/smoke.json')).toMatchObject({ status: 0 });
  });

  it('tells of rules that contradict each other, with both places, and exits 1', () => {
    const rule = (id: string, property: string, value: string) => {
      const asks = { fact: 'property', params: { name: property }, operator: 'greaterThan', value: 26 };
      const effects = [{ kind: 'command', devices: 'actuator', property: 'state', value }];
      const on = { properties: [property] };
      const event = { type: 'act', params: { effects } };
      const said = {
        id,
        title: id,
        severity: 'comfort',
        clauses: ['DH-4.3.44'],
        on,
        conditions: { all: [asks] },
        event,
      };
      write(`rules/comfort/${id}.json`, JSON.stringify(said, null, 2));
    };
    rule('cooler', 'temperature', 'ON');
    rule('dryer', 'humidity', 'OFF');
    try {
      const { status, stdout } = twinward('check', 'rules/comfort', '--format', 'sarif');
      expect(status).toBe(1);
      const { runs } = JSON.parse(stdout) as { runs: [{ results: { ruleId: string }[] }] };
      expect(runs[0].results).toContainEqual(
        expect.objectContaining({
          ruleId: 'engine:clause.not_found',
          locations: [physical('rules/comfort/dryer.json')],
        }),
      );
      expect(runs[0].results).toContainEqual(
        expect.objectContaining({
          ruleId: 'rule:command.conflict',
          level: 'error',
          locations: [physical('rules/comfort/dryer.json')],
          relatedLocations: [physical('rules/comfort/cooler.json')],
        }),
      );
      const whole = twinward('check').stdout;
      expect(whole).toMatch(/^rules\/comfort\/dryer\.json:\d+:\d+ .*`cooler` sets it to/m);
      expect(whole).toMatch(/^rules\/comfort\/dryer\.json:\d+:\d+: no clause `DH-4.3.44`$/m);
    } finally {
      rmSync(join(copy, 'rules/comfort'), { recursive: true });
    }
  });

  it('tells a problem of an active policy once, however many drafts there are', () => {
    cpSync(join(root, 'policies/drafts'), join(copy, 'policies/drafts'), { recursive: true });
    change('policies/access/isolation/isolation.rego', (text) =>
      text.replace('input.subject.tier', 'input.subject.teer'),
    );
    const { status, stdout } = twinward('check');
    expect(status).toBe(1);
    expect(stdout.match(/there is no `input\.subject\.teer`/g)).toHaveLength(1);
    expect(stdout).toContain('hint: did you mean `subject.tier`?');
    expect(stdout).toMatch(/\n1 problem\n$/);
  });

  it('prints SARIF and JUnit, with what each problem means', () => {
    const file = 'policies/access/isolation/isolation.rego';
    change(file, (text) => text.replace('input.subject.tier', 'input.subject.teer'));
    const { status, stdout } = twinward('check', file, '--format', 'sarif');
    const { runs } = JSON.parse(stdout) as { runs: [{ results: unknown[]; tool: { driver: { rules: unknown[] } } }] };
    expect(status).toBe(1);
    expect(runs[0].results).toEqual([expect.objectContaining({ ruleId: 'policy:input.unknown_path' })]);
    expect(runs[0].tool.driver.rules).toEqual([
      {
        id: 'policy:input.unknown_path',
        name: 'PolicyInputUnknownPath',
        shortDescription: { text: 'A path that the input does not have.' },
      },
    ]);
    const junit = twinward('check', file, '--format', 'junit').stdout;
    expect(junit).toContain(`<testsuite name="${file}" tests="1" failures="1">`);
    expect(junit).toContain('<testsuite name="policies/access/isolation/cases.yaml" tests="1" failures="0">');
  });

  it('says when there is nothing at a path', () => {
    expect(twinward('check', 'nowhere')).toMatchObject({ status: 3, stderr: expect.stringContaining('`nowhere`') });
  });
});

describe('test', { timeout: 180_000 }, () => {
  it('runs the cases and Rego tests of a policy', () => {
    const answer = JSON.parse(twinward('test', 'policies/access/isolation/isolation.rego', '--json').stdout) as {
      passed: number;
      failed: number;
      results: { file: string; title: string; problems: string[] }[];
    };
    expect(answer.failed).toBe(0);
    expect(answer.passed).toBe(answer.results.length);
    expect(new Set(answer.results.map(({ file }) => file))).toEqual(
      new Set(['policies/access/isolation/cases.yaml', 'policies/access/isolation/isolation_test.rego']),
    );
  });

  it('fails when a rule decides in no case', () => {
    write('policies/sharing/weather/weather.rego', exampleIn('rego'));
    const { status, stdout } = twinward('test', 'policies/sharing/weather');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^policies\/sharing\/weather\/weather\.rego:\d+: every rule decides in some case\n {2}no case has a decision of `sharing\.weather\/stations`: write one in policies\/sharing\/weather\/cases\.yaml$/m,
    );
  });

  it('runs the policy and the cases that the page on policies gives as an example', () => {
    write('policies/sharing/weather/weather.rego', exampleIn('rego'));
    write('policies/sharing/weather/cases.yaml', exampleIn('yaml'));
    expect(twinward('check')).toMatchObject({ status: 0 });
    expect(twinward('test', 'policies/sharing/weather')).toMatchObject({
      status: 0,
      stdout: '1 of 1 pass, in 1 file\n',
    });
  });

  it('tells which cases a draft would break, and how', () => {
    const opened = readFileSync(join(root, 'policies/access/isolation/isolation.rego'), 'utf8').replace(
      'input.subject.tier == "home"',
      'input.subject.tier == "district"',
    );
    write('drafts/open.rego', opened);
    const { status, stdout } = twinward('test', 'policies/access/isolation', '--draft', 'drafts/open.rego');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^policies\/access\/isolation\/cases\.yaml:\d+: .+\n {2}.*access\.isolation\/other_home/m);
    expect(stdout).toMatch(/\n\d+ of \d+ pass, in 1 file\n$/);
  });

  it('fails when a case of a rule wants another alarm', () => {
    const file = 'rules/safety/gas_leak.cases.yaml';
    change(file, (text) => text.replace('kind: gas_leak', 'kind: smoke'));
    const { status, stdout } = twinward('test', 'rules/safety/gas_leak.json');
    expect(status).toBe(1);
    expect(stdout).toMatch(/gas_leak\.cases\.yaml:1: .+\n {2}alarms are .*"gas_leak".*, not .*"smoke"/);
  });

  it('takes a draft by its name too, and guesses which one was meant', () => {
    cpSync(join(root, 'policies/drafts'), join(copy, 'policies/drafts'), { recursive: true });
    const { status, stdout } = twinward('test', 'policies/sharing/tiered', '--draft', 'quick_fix');
    expect(status).toBe(1);
    expect(stdout).toContain('sharing.tiered/area_reads');
    expect(twinward('test', '--draft', 'quick_fixx')).toMatchObject({
      status: 3,
      stderr: 'twinward: there is no draft `quick_fixx`\nhint: did you mean `quick_fix`?\n',
    });
  });

  it('exits 1 for a rule that says what cannot be', () => {
    change('rules/safety/gas_leak.json', (text) => text.replace('"alarm": "gas_leak"', '"alarm": "gas_leek"'));
    expect(twinward('test', 'rules')).toMatchObject({ status: 1, stderr: expect.stringContaining('`gas_leek`') });
  });

  it('does not run when a draft does not compile', () => {
    write('drafts/broken.rego', 'package sharing.broken\n\npermit contains x if y\n');
    expect(twinward('test', 'policies', '--draft', 'drafts/broken.rego')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/drafts\/broken\.rego:3/),
    });
  });

  it('refuses a path without cases', () => {
    expect(twinward('test', 'twin')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no case and no test at `twin`'),
    });
  });
});

/** A place in a file, as SARIF has it, on whatever line. */
function physical(uri: string): object {
  const region = { startLine: expect.any(Number), startColumn: expect.any(Number) };
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: 'ROOT' }, region } };
}

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['cli/bin/twinward.js', ...args], { cwd: copy, encoding: 'utf8' });
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), content);
}

function change(file: string, edit: (text: string) => string): void {
  const before = readFileSync(join(copy, file), 'utf8');
  const after = edit(before);
  expect(after).not.toBe(before);
  write(file, after);
}

/** The example in a language that the page on policies gives. */
function exampleIn(language: string): string {
  const page = readFileSync(join(root, 'policies/README.md'), 'utf8');
  return page.split(`\`\`\`${language}\n`)[1]!.split('```')[0]!;
}
