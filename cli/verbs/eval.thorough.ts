import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluated } from '../evaluatedText.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-eval-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('eval', { timeout: 120_000 }, () => {
  it('decides about the default input with its changes, and says why and what else would have been enough', () => {
    const { status, stdout } = evaluate('--set', 'resource.label.grade=core');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^DENIED\n\nBecause\n {2}sharing\.grades\/core: Core data never leaves its home\n {4}policies\/sharing\/grades\/grades\.rego:17 {2}SC-6\.3\.1-p1 DH-7\.5\.4\n/,
    );
    expect(stdout).toMatch(
      /\nFor \w+ one of these would have been enough\n {2}resource\.label\.grade were general_1\n/,
    );
    expect(stdout).toMatch(/^deny {2}sharing\.grades\/core +denied +policies\/sharing\/grades\/grades\.rego:17$/m);
  });

  it('tells of each rule of a policy whether it holds, and what the words that it uses evaluate to', () => {
    const { stdout } = evaluate('policies/sharing/grades', '--set', 'resource.label.grade=important', '--json');
    const { outcome, reasons, rules } = JSON.parse(stdout) as Evaluated;
    expect(outcome).toBe('denied');
    expect(reasons[0]).toMatchObject({ file: 'policies/sharing/grades/grades.rego', clauses: ['SC-4.2.6-2'] });
    const own = rules.filter((rule) => 'kind' in rule).map(({ rule, holds, stopsAt }) => [rule, holds, stopsAt?.text]);
    expect(own).toEqual([
      ['core', false, 'input.resource.label.grade == "core"'],
      ['important_without_approval', true, undefined],
      ['important', true, undefined],
    ]);
    const word = (name: string) => rules.find((rule) => `${rule.package}.${rule.rule}` === name);
    expect(word('lib.home.outsider')).toMatchObject({ value: true, file: 'policies/lib/home/home.rego' });
    expect(word('lib.home.lives_here')).toMatchObject({ undefined: true, stopsAt: [{}, {}, {}] });
    expect(rules.some(({ rule }) => rule === 'backed')).toBe(false);
  });

  it('tells a rule that fails from one that is undefined, and exits 1 when the decision fails with it', () => {
    write(
      'torn/torn.rego',
      `# METADATA
# title: A policy with a conflict
# custom:
#   owner: nobody
#   announced: "2026-06-01"
#   in_force: "2026-06-01"
package sharing.torn

_answer := 1 if input.purpose == "care"

_answer := 2 if input.action == "read"

_never if input.purpose == "research"

# METADATA
# title: It depends
# custom:
#   clauses: [DH-5.4.6]
deny contains {"rule": "torn"} if _answer == 1
`,
    );
    const draft = join(folder, 'torn');
    const { status, stdout } = evaluate('sharing.torn', '--draft', draft, '--set', 'purpose=care');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^DENIED\n/);
    expect(stdout).toMatch(/^sharing\.torn\._answer +\S+torn\.rego:9 +error: .*two different values/m);
    expect(stdout).toMatch(
      /^sharing\.torn\._never +\S+torn\.rego:13 +undefined, for line 13: _never if input\.purpose == "research"$/m,
    );
    expect(stdout).toMatch(/^sharing\.torn\.deny +\S+torn\.rego:19 +error: .*two different values/m);
    expect(evaluate('sharing.torn', '--draft', draft).status).toBe(0);
  });

  it('tells which rule a waiver keeps from acting, and what would be decided without', () => {
    const { status, stdout } = evaluate(
      ...['--set', 'action=command', '--set', 'relations=[resident]', '--set', 'resource.device.kind=valve'],
      ...['--set', 'resource.device.trust=low', '--set', 'resource.home.waivers=[access.commands/low_trust_actuator]'],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}waived: access\.commands\/low_trust_actuator: /m);
    expect(stdout).toMatch(/^Without the waiver: denied$/m);
    expect(stdout).toMatch(/^deny, waived {2}access\.commands\/low_trust_actuator +denied /m);
  });

  it('takes a file, standard input, a case by its line, and changes on top', () => {
    write('input.yaml', 'purpose: research\nresource: { label: { grade: core } }\n');
    const fromFile = evaluate('--input', join(folder, 'input.yaml'), '--set', 'purpose=care', '--json');
    const { input } = JSON.parse(fromFile.stdout) as Evaluated;
    expect(input).toMatchObject({ purpose: 'care', action: 'read', resource: { label: { grade: 'core' } } });
    const fromStdin = evaluateWith('{"relations": ["resident"], "purpose": "own_use"}', '--input', '-', '--json');
    expect(JSON.parse(fromStdin.stdout)).toMatchObject({ input: { relations: ['resident'], purpose: 'own_use' } });
    const ofCase = evaluate('--case', 'policies/sharing/grades/cases.yaml:2', '--json');
    expect(JSON.parse(ofCase.stdout)).toMatchObject({
      outcome: 'denied',
      input: { resource: { label: { grade: 'core' } } },
    });
  });

  it('tells every fault of an input with place and hint', () => {
    write('bad.yaml', 'purpose: car\nresource:\n  lable: 1\n');
    const { status, stderr } = evaluate('--input', join(folder, 'bad.yaml'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/the input has 2 problems/);
    expect(stderr).toMatch(
      /bad\.yaml:1:10 \/purpose: `car` is none of the words allowed here\n +hint: did you mean `care`\?/,
    );
    expect(stderr).toMatch(/bad\.yaml:3:3 \/resource\/lable: `lable` has no meaning here/);
    expect(evaluateWith('a: [', '--input', '-')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/this is not YAML\n {2}at standard input:1:\d+\nhint: .*[^:]\n$/),
    });
    expect(evaluateWith('', '--input', '-')).toMatchObject({ status: 1, stderr: expect.stringContaining('an object') });
    expect(evaluateWith('a'.repeat(100_000), '--input', '-').stderr.length).toBeLessThan(300);
  });

  it.each([
    [['--set', 'purpose'], 2, 'is no path and value'],
    [['--set', 'resource.label.grade=cor'], 1, 'did you mean `core`?'],
    [['sharing.gradez'], 2, 'did you mean `sharing.grades`?'],
    [['--draft', 'quick_fixx'], 3, 'did you mean `quick_fix`?'],
    [['--input', 'nowhere.yaml'], 3, 'there is no such file'],
    [['--case', 'nowhere'], 2, 'no case stands at `nowhere`'],
    [['--at', 'yesterday'], 2, '`yesterday` is no date'],
  ])('refuses %j', (args, status, text) => {
    const refused = evaluate(...args);
    expect(refused.stderr).toContain(text);
    expect(refused.status).toBe(status);
  });
});

function evaluate(...args: readonly string[]): SpawnSyncReturns<string> {
  return evaluateWith('', ...args);
}

function evaluateWith(input: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, TWINWARD_DATA: join(folder, 'var') };
  return spawnSync(process.execPath, [join(root, 'cli/bin/twinward.js'), 'eval', ...args], {
    cwd: root,
    encoding: 'utf8',
    env,
    input,
  });
}

function write(file: string, content: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), content);
}
