import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let copy: string;

// A clone of its own, to write into.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'twinward-new-'));
  for (const folder of ['cli', 'engine', 'policies', 'rules', 'trust', 'twin', 'package.json'])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterEach(() => {
  for (const folder of ['policies', 'rules']) {
    rmSync(join(copy, folder), { recursive: true });
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('new policy', { timeout: 120_000 }, () => {
  it('writes a policy that is formatted, checks, passes its tests and its case, and changes no other case', () => {
    const { status, stdout } = twinward(
      ...['new', 'policy', 'sharing/weather', '--clause', 'DH-5.4.6', '--clause', 'DH-5.4.6-s2'],
      ...['--title', 'Weather: "stations" # 1', '--owner', 'weather office'],
    );
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('npx twinward check policies/sharing/weather'),
    });
    expect(readFileSync(join(copy, 'policies/sharing/weather/weather.rego'), 'utf8')).toMatch(
      /^# METADATA\n# title: "Weather: \\"stations\\" # 1"\n# custom:\n# {3}clauses: \[DH-5\.4\.6, DH-5\.4\.6-s2\]\n# {3}owner: weather office\n/,
    );
    expect(twinward('fmt', '--check', 'policies/sharing/weather')).toMatchObject({ status: 0 });
    expect(twinward('check')).toMatchObject({ status: 0 });
    const { failed, results } = JSON.parse(twinward('test', 'policies', '--json').stdout) as {
      failed: number;
      results: { file: string }[];
    };
    expect(failed).toBe(0);
    expect(results.filter(({ file }) => file.startsWith('policies/sharing/weather/'))).toHaveLength(3);
  });

  it('works with what it takes when nothing is said, for any legal name', () => {
    for (const name of ['home', 'policy2', 'a_b_c']) expect(twinward('new', 'policy', `care/${name}`).status).toBe(0);
    expect(twinward('test', 'policies/care')).toMatchObject({ status: 0, stdout: '9 of 9 pass, in 6 files\n' });
  });

  it('says what it would write and writes nothing with --dry-run', () => {
    const { status, stdout } = twinward('new', 'policy', 'shraring/weather', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^would write /);
    expect(stdout).toContain('note: `shraring` is a new area; did you mean `sharing`?');
    expect(existsSync(join(copy, 'policies/shraring'))).toBe(false);
  });

  it('never overwrites', () => {
    const before = readdirSync(join(copy, 'policies/sharing/grades'));
    const refused = twinward('new', 'policy', 'sharing/grades');
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('`policies/sharing/grades` is there') });
    expect(readdirSync(join(copy, 'policies/sharing/grades'))).toEqual(before);
  });

  it.each([
    ['WeatherStations', '`WeatherStations` is no area and name', 'write `<area>/<name>`'],
    ['policies/sharing/weather', 'is no area and name', 'did you mean `sharing/weather`?'],
    ['sharing/WeatherStations', '`WeatherStations` is no name of a policy', 'did you mean `weather_stations`?'],
    ['sharing/../weather', 'is no area and name', 'write `<area>/<name>`'],
    ['../weather', '`..` is no name of a policy', 'names are lower snake case'],
    ['sharing/weather__x', 'is no name of a policy', 'did you mean `weather_x`?'],
    ['sharing/input', '`input` is a word of Rego', 'choose another name'],
    ['sharing/weather_test', 'would be taken for a test', 'leave out `_test`'],
    ['drafts/weather', '`drafts` is no area of policies', 'never loaded'],
    ['lib/weather', '`lib` is no area of policies', 'it holds words that policies share'],
  ])('refuses the name %s', (name, message, hint) => {
    const { status, stderr } = twinward('new', 'policy', name);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`hint: ${hint.startsWith('never') ? 'it holds drafts, which are never' : hint}`);
  });

  it('refuses a clause that is not in the register, and an empty title', () => {
    expect(twinward('new', 'policy', 'sharing/weather', '--clause', 'DH-5.4.66')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no clause `DH-5\.4\.66`\nhint: did you mean `DH-5\.4\./),
    });
    expect(twinward('new', 'policy', 'sharing/weather', '--title', ' ')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`--title` is empty'),
    });
    expect(existsSync(join(copy, 'policies/sharing/weather'))).toBe(false);
  });
});

describe('new rule', { timeout: 120_000 }, () => {
  it('writes a rule that checks and whose cases pass, and never overwrites', () => {
    expect(twinward('new', 'rule', 'comfort/cold_room')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('note: `comfort` is a new area'),
    });
    expect(twinward('check', 'rules/comfort')).toMatchObject({ status: 0 });
    expect(twinward('test', 'rules')).toMatchObject({ status: 0 });
    expect(twinward('new', 'rule', 'comfort/cold_room')).toMatchObject({ status: 2 });
  });

  it('refuses the id of another rule', () => {
    expect(twinward('new', 'rule', 'comfort/smoke')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`rules/safety/smoke.json` is the rule `smoke` already'),
    });
  });
});

it('refuses to make what it does not know', () => {
  expect(twinward('new', 'polcy', 'sharing/weather')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/hint: allowed choices are policy, rule/),
  });
});

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['cli/bin/twinward.js', ...args], { cwd: copy, encoding: 'utf8' });
}
