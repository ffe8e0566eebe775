import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import { displayWidth } from '../displayWidth.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function twinward(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'cli/main.ts'), 'simulate', ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, TWINWARD_DATA: folder },
  });
}

const SMALL = ['--homes', '400', '--seed', '5'];

describe('twinward simulate', () => {
  it('prints the matrix, what changes and why with clauses, a witness and where', () => {
    const { status, stdout } = twinward('heat_wave', '--scenario', 'heat_wave_elderly_care', ...SMALL);
    expect(status).toBe(0);
    expect(stdout).toMatch(/counted exactly at revision [\d,]+/);
    expect(stdout).toContain('the draft adds `sharing.heat_wave` (policies/drafts/heat_wave/heat_wave.rego)');
    expect(stdout).toMatch(/the homes are those of [\d,]+ people \(\d+ of 17 and under, \d+ elders\)/);
    expect(stdout).toMatch(/1\. aggregate -> reduced: [\d,]+ cells in \d+ homes of \d+ people/);
    expect(stdout).toMatch(/would flip {3}if the marks on the home were without elder_alone: aggregate, on/);
    expect(stdout).toMatch(/Other rules that hold in no cell asked about: \d+/);
    expect(stdout).toMatch(/^ +after +The community reads the rooms of elderly people/m);
    expect(stdout.split('\n').filter((line) => displayWidth(line) > 100)).toEqual([]);
    expect(stdout).toMatch(/sharing\.heat_wave\/elder_alone, policies\/drafts\/heat_wave\/heat_wave\.rego:\d+/);
    expect(stdout).toContain('DH-5.4.2 区域公共数据授权应用');
    expect(stdout).toMatch(/for example {2}`\w+` of home-\d+-device-\d+ in home-\d+: community_office asks to\s+read/);
    expect(stdout).toMatch(/as expected +newly_raw +0/);
  });

  it('prints the same report as JSON each time, free of wall-clock', () => {
    const args = ['--scenario', 'heat_wave_elderly_care', '--json', ...SMALL];
    const { status, stdout } = twinward('heat_wave', ...args);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as ImpactReport;
    expect(report).toMatchObject({
      scenario: 'heat_wave_elderly_care',
      population: { id: 'city-5-400', homes: 400 },
      exact: true,
      draft: { added: [{ package: 'sharing.heat_wave' }], replaced: [], removed: [] },
    });
    expect(report.matrix.reduce((sum, { cells }) => sum + cells, 0)).toBe(report.cells);
    expect(report.areas.reduce((sum, { cells }) => sum + cells, 0)).toBe(report.cells);
    expect(twinward(...args).stdout).toBe(stdout);
  });

  it('writes a page or a table to a file, whole or not at all', () => {
    const args = ['quick_fix', '--scenario', 'property_manager', ...SMALL, '--output'];
    const page = join(folder, 'report.html');
    const { stderr: missed, ...rest } = twinward(...args, page, '--format', 'html');
    expect(rest).toMatchObject({ status: 1, stdout: '' });
    expect(missed).toMatch(/^not as expected: [\d,]+ cells are newly_raw, and expected are 0 cells\n$/);
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*✗ not as expected: newly_raw[\s\S]*<\/html>\n$/);
    const table = join(folder, 'nowhere', 'report.csv');
    const { status, stderr } = twinward(...args, table, '--format', 'csv');
    expect(status).toBe(3);
    expect(stderr).toContain(`cannot write \`${table}\` (ENOENT): it is as it was`);
    expect(readdirSync(folder)).not.toContain('nowhere');
  });

  it('exits 1 when a limit is broken, and tells code hosts which rule on which line breaks it', () => {
    const budget = join(folder, 'budget.yaml');
    writeFileSync(budget, 'limits: [{ measure: newly_denied, at_most: { share_of_homes: 1 } }]\n');
    const gates = ['--fail-on', 'newly_allowed', '--budget', budget, '--format', 'sarif'];
    const { status, stdout } = twinward('quick_fix', '--scenario', 'property_manager', ...SMALL, ...gates);
    expect(status).toBe(1);
    const { runs } = JSON.parse(stdout) as { runs: [{ results: { ruleId: string; locations: object[] }[] }] };
    const broken = new Map(runs[0].results.map(({ ruleId, locations }) => [ruleId, locations[0]]));
    expect([...broken.keys()]).toEqual(['scenario:expectation.newly_raw', 'scenario:limit.newly_allowed']);
    expect(broken.get('scenario:limit.newly_allowed')).toMatchObject({
      physicalLocation: {
        artifactLocation: { uri: 'policies/drafts/quick_fix/tiered.rego' },
        region: { startLine: 17 },
      },
    });
  });

  it('exits 1 when an expectation fails, and says which', () => {
    const { status, stdout } = twinward('quick_fix', '--scenario', 'property_manager', ...SMALL);
    expect(status).toBe(1);
    expect(stdout).toMatch(/NOT AS EXPECTED +newly_raw +[\d,]+ +expected 0/);
  });

  it('exits 1 when the draft does not compile, with every problem and its place', () => {
    const draft = join(folder, 'broken.rego');
    writeFileSync(draft, 'package sharing.broken\n\npermit contains x if {\n\ty\n}\n\ndeny contains z if {\n\tw\n}\n');
    const { status, stdout, stderr } = twinward(draft, '--scenario', 'property_manager', ...SMALL);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/broken\.rego:3:17: /);
    expect(stderr).toMatch(/broken\.rego:7:15: /);
  });

  it('says where a scenario is wrong', () => {
    const scenario = join(folder, 'wrong.yaml');
    const text = readFileSync(join(root, 'simulators/scenarios/property_manager.yaml'), 'utf8');
    writeFileSync(scenario, text.replace('purposes: [property_service]', 'purposes: [curiosity]'));
    const { status, stderr } = twinward('heat_wave', '--scenario', scenario);
    expect(status).toBe(1);
    expect(stderr).toMatch(/wrong\.yaml:\d+:\d+ \/purposes\/0: `curiosity` is none of the words allowed here/);
  });

  it('exits 1 for a scenario of an area that the city does not have', () => {
    const scenario = join(folder, 'elsewhere.yaml');
    const text = readFileSync(join(root, 'simulators/scenarios/property_manager.yaml'), 'utf8');
    writeFileSync(scenario, text.replace('\narea: city', '\narea: atlantis'));
    const { status, stderr } = twinward('heat_wave', '--scenario', scenario, ...SMALL);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^twinward: the population has no area `atlantis`\n {2}at .*elsewhere\.yaml:\d+:7 \/area\nhint: it has /,
    );
  });

  it.each([
    [['heat_wav', '--scenario', 'property_manager'], 3, 'did you mean `heat_wave`?'],
    [['heat_wave', '--scenario', 'nothing_like_it'], 3, 'there are `city_energy_planning`'],
    [['heat_wave'], 2, 'name a scenario: --scenario city_energy_planning | '],
    [['heat_wave', '--proposed', 'quick_fix', '--scenario', 'property_manager'], 2, 'leave one of them out'],
    [['heat_wave', '--scenario', 'property_manager', '--population', 'live', '--homes', '3'], 2, 'of a generated city'],
    [['heat_wave', '--scenario', 'property_manager', '--population', 'live'], 3, 'there is no twin in'],
    [['heat_wave', '--scenario', 'property_manager', '--homes', 'many'], 2, 'whole numbers from 1'],
    [['heat_wave', '--scenario', 'property_manager', '--fail-on', 'changed,newly_row'], 2, 'did you mean `newly_raw`?'],
    [['heat_wave', '--scenario', 'property_manager', '--fail-on', 'bad'], 2, 'allowed choices are changed, newly_all'],
  ])('%j exits with %i and says what to do', (args, code, said) => {
    const { status, stderr } = twinward(...args);
    expect(status).toBe(code);
    expect(stderr).toContain(said);
  });
});

describe('the scenarios', () => {
  const scenarios = join(root, 'simulators/scenarios');

  it.each(readdirSync(scenarios))('%s is valid, bears its own name and names a draft that exists', (file) => {
    const { name, draft, proposed } = parseScenario(readFileSync(join(scenarios, file), 'utf8'), file);
    expect(`${name}.yaml`).toBe(file);
    expect(readdirSync(join(root, 'policies/drafts'))).toContain(
      draft ?? (typeof proposed === 'object' && 'draft' in proposed && proposed.draft),
    );
  });

  it('are listed with what they ask where none is named', () => {
    const { status, stdout } = twinward();
    expect(status).toBe(0);
    for (const file of readdirSync(scenarios)) expect(stdout).toMatch(new RegExp(`^${parse(file).name} `, 'm'));
    const listed = JSON.parse(twinward('--json').stdout) as { readonly title: string }[];
    expect(listed.map(({ title }) => title)).toContain('Tenancy end');
  });

  it('are played on other policies, another instant and other homes where the command line says so', () => {
    const args = ['--scenario', 'heat_wave_elderly_care', '--json', ...SMALL];
    const given = JSON.parse(
      twinward(...args, '--baseline', 'heat_wave', '--proposed', 'built_in').stdout,
    ) as ImpactReport;
    expect(given.draft.removed).toEqual([{ package: 'sharing.heat_wave', rule: 'elder_alone' }]);
    const early = JSON.parse(twinward(...args, '--at', '2027-06-01').stdout) as ImpactReport;
    expect(early.notInForce).toMatchObject([{ package: 'sharing.heat_wave' }]);
    expect(early.changes).toEqual([]);
  });
});
