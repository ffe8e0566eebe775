import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const AUTOMATIONS = `- alias: Hall light
  triggers: { trigger: state, entity_id: binary_sensor.hall, to: "on" }
  actions: { action: light.turn_on, entity_id: light.hall }
- alias: Reboot
  triggers: { trigger: time, at: "05:00" }
  actions:
    - { action: light.turn_off, entity_id: light.hall }
    - { action: shell_command.reboot }
`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-import-'));
  writeFileSync(join(folder, 'automations.yaml'), AUTOMATIONS);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function take(...args: readonly string[]): SpawnSyncReturns<string> {
  const line = [join(root, 'cli/bin/twinward.js'), 'import', 'home-assistant', ...args];
  return spawnSync(process.execPath, line, { cwd: folder, encoding: 'utf8' });
}

const written = () => readdirSync(join(folder, 'home-assistant-rules')).sort();

describe('import home-assistant', { timeout: 120_000 }, () => {
  it('writes the rules of what it took whole, and tells of the rest the file, line, construct, why and what else', () => {
    const { status, stdout } = take('automations.yaml');
    expect(status).toBe(0);
    expect(stdout).toContain(
      [
        'automations.yaml:4: Reboot: left',
        '  automations.yaml:8: action shell_command.*: `shell_command.reboot` is no service on an entity',
        '    hint: put it into a script of Home Assistant, and call that',
      ].join('\n'),
    );
    expect(stdout).toMatch(/^trigger state +1 +0$/m);
    expect(stdout).toContain(
      '2 automations: 1 converted whole, 1 left, which --partial takes in part, 0 refused; rules: 1\n',
    );
    expect(written()).toEqual(['ha_hall_light.json', 'home-assistant.entities.yaml', 'home-assistant.report.md']);
    // Again, with parts: what the first import wrote is replaced.
    const parts = take('automations.yaml', '--partial');
    expect(parts).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 converted whole, 1 in part, 0 refused; rules: 2\n'),
    });
    expect(written()).toContain('ha_reboot.json');
  });

  it('writes nothing but the report with --dry-run', () => {
    const { status, stdout } = take('.', '--dry-run', '--report', 'import.json');
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 rule would be written to'),
    });
    expect(readdirSync(folder).sort()).toEqual(['automations.yaml', 'import.json']);
    expect(JSON.parse(readFileSync(join(folder, 'import.json'), 'utf8'))).toMatchObject({
      totals: { automations: 2, whole: 1, part: 1, refused: 0, rules: 1 },
      automations: [{ outcome: 'whole' }, { outcome: 'part', notTaken: [{ line: 8 }] }],
    });
  });

  it('takes the mapping that lies with the rules, as it was changed', () => {
    take('automations.yaml');
    const mapping = join(folder, 'home-assistant-rules', 'home-assistant.entities.yaml');
    const changed = readFileSync(mapping, 'utf8').replace(
      'light.hall: light.hall',
      'light.hall: { device: hall/lamp, state: state, values: { "on": "ON", "off": "OFF" } }',
    );
    writeFileSync(mapping, changed);
    expect(take('automations.yaml').status).toBe(0);
    const rule = JSON.parse(readFileSync(join(folder, 'home-assistant-rules', 'ha_hall_light.json'), 'utf8'));
    expect(rule.event.params.effects).toEqual([
      { kind: 'command', device: 'hall/lamp', property: 'state', value: 'ON' },
    ]);
    // And keeps it for the next time.
    expect(readFileSync(mapping, 'utf8')).toContain('device: hall/lamp');
  });

  it('leaves a folder alone in which somebody else has files, and says what is wrong with a mapping', () => {
    const refused = take('automations.yaml', '--out', '.');
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('did not come from an import') });
    expect(readdirSync(folder)).toEqual(['automations.yaml']);
    writeFileSync(join(folder, 'map.yaml'), 'entities:\n  light.hall: { devise: x }\n');
    expect(take('automations.yaml', '--mapping', 'map.yaml')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/`device` is missing\n {2}at map\.yaml:2/),
    });
  });

  it('ends with 1 when a file is no YAML or nothing could be taken, with 3 when there is none, with 2 for what it does not know', () => {
    writeFileSync(join(folder, 'broken.yaml'), 'a: [');
    expect(take('.')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^broken\.yaml:1: this is not YAML/) });
    expect(written()).toContain('ha_hall_light.json');
    rmSync(join(folder, 'automations.yaml'));
    rmSync(join(folder, 'home-assistant-rules'), { recursive: true });
    expect(take('.').status).toBe(1);
    expect(take('nowhere').status).toBe(3);
    const line = [join(root, 'cli/bin/twinward.js'), 'import', 'openhab', '.'];
    expect(spawnSync(process.execPath, line, { encoding: 'utf8' }).status).toBe(2);
  });
});
