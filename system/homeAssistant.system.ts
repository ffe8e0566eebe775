import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

/** What a home with Home Assistant has, and does: an automation that the twin takes, and one of which it takes nothing. */
const AUTOMATIONS = `
- alias: Somebody opens the door
  triggers: { trigger: state, entity_id: binary_sensor.door, from: "off", to: "on" }
  conditions: "{{ is_state('sun.sun', 'below_horizon') }}"
  actions:
    - { action: light.turn_on, target: { entity_id: light.hall }, data: { brightness_pct: 40 } }
    - { action: script.tell, data: { text: "it is {{ states('sensor.hall') }} degrees" } }
- alias: Somebody presses a button
  triggers: { trigger: event, event_type: pressed }
  actions: { action: light.turn_on, target: { entity_id: light.hall } }
`;
const program = new Program();
const folder = mkdtempSync(join(tmpdir(), 'twinward-import-'));
const file = join(folder, 'automations.yaml');
const heard: [string, unknown][] = [];
let bridge: MqttClient;

beforeAll(async () => {
  writeFileSync(file, AUTOMATIONS);
  await program.start();
  const password = await program.token('--mqtt', 'demo');
  bridge = await program.connect({ username: 'demo', password });
  bridge.on('message', (topic, payload) => heard.push([topic, JSON.parse(payload.toString())]));
  await bridge.subscribeAsync('homes/demo/homeassistant/+/+/set', { qos: 1 });
}, 60_000);
afterAll(async () => {
  await bridge.endAsync();
  await program.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function tell(entity: string, state: string): Promise<void> {
  const topic = `homes/demo/homeassistant/${entity.replace('.', '/')}/state`;
  await bridge.publishAsync(topic, state, { qos: 1, retain: true });
}

const take = (...args: readonly string[]) => program.run(['import', 'home-assistant', file, '--json', ...args]);

it('refuses rules about devices that the home does not have, and sets none of them', async () => {
  const { code, stderr } = await take('--home', 'demo', '--as', 'resident');
  expect(code).not.toBe(0);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'command:rule.refused' } });
  const { stdout } = await program.run(['devices', '--json']);
  expect(stdout).not.toContain('binary_sensor.door');
});

it('lets entities of Home Assistant be devices, and its automations the rules of the home', async () => {
  for (const [entity, state] of [
    ['sun.sun', 'below_horizon'],
    ['binary_sensor.door', 'off'],
    ['light.hall', 'off'],
    ['script.tell', 'off'],
    ['sensor.hall', '19.5'],
  ] as const)
    await tell(entity, state);
  const { code, stdout } = await take('--home', 'demo', '--as', 'resident');
  expect({ code, totals: JSON.parse(stdout).totals }).toMatchObject({ code: 0, totals: { whole: 1, refused: 1 } });

  await tell('binary_sensor.door', 'on');
  await until(
    async () => heard.length,
    (count) => count >= 2,
  );
  expect(heard).toEqual([
    ['homes/demo/homeassistant/light/hall/set', { turn_on: { brightness_pct: 40 } }],
    ['homes/demo/homeassistant/script/tell/set', { turn_on: { variables: { text: 'it is 19.5 degrees' } } }],
  ]);
});

it('does nothing by day, nor when the door only says again that it is open', async () => {
  heard.length = 0;
  await tell('binary_sensor.door', 'on');
  await tell('sun.sun', 'above_horizon');
  await tell('binary_sensor.door', 'off');
  await tell('binary_sensor.door', 'on');
  // What a rule does is on the bus before the next message of the home is acknowledged.
  await tell('sun.sun', 'below_horizon');
  await tell('binary_sensor.door', 'off');
  await tell('binary_sensor.door', 'on');
  await until(
    async () => heard.length,
    (count) => count >= 2,
  );
  expect(heard).toHaveLength(2);
});

it('writes rules, with the report and the mapping beside them', async () => {
  const out = join(folder, 'rules');
  expect(await take('--out', out)).toMatchObject({ code: 0 });
  expect(readdirSync(out).sort()).toEqual([
    'ha_somebody_opens_the_door.json',
    'home-assistant.entities.yaml',
    'home-assistant.report.md',
  ]);
  expect(readFileSync(join(out, 'home-assistant.report.md'), 'utf8')).toMatch(
    /automations\.yaml:8` Somebody presses a button: refused\n {2}- line 9, trigger event: events of the bus/,
  );
});
