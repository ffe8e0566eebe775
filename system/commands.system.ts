import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

/** A home that no simulated traffic speaks for. */
const HOME = 'demo-rented';
const TOPICS = `homes/${HOME}/zigbee2mqtt`;
const [LAMP, LOCK, SMOKE] = ['0x00158d0004610001', '0x00158d0004610002', '0x00158d0004610003'];
const LISTED = [
  [LAMP, 'hall/lamp', 'LED1545G12', 'IKEA'],
  [LOCK, 'hall/door', 'BE468', 'Schlage'],
  [SMOKE, 'hall/smoke', 'JTYJ-GD-01LM/BW', 'Xiaomi'],
].map(([ieee_address, friendly_name, model, vendor]) => {
  return { ieee_address, friendly_name, type: 'EndDevice', supported: true, definition: { model, vendor } };
});

const program = new Program();
/** What devices were told, `topic payload`. */
const heard: string[] = [];
let tenant: string;
let password: string;
let home: MqttClient;

beforeAll(async () => {
  await program.start();
  tenant = await program.token('--as', 'tenant');
  password = await program.token('--mqtt', HOME);
  home = await connected();
  await publish('bridge/devices', LISTED);
}, 60_000);
afterAll(async () => {
  home.end(true);
  await program.remove();
});

async function connected(): Promise<MqttClient> {
  const client = await program.connect({ username: HOME, password });
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => heard.push(`${topic.slice(TOPICS.length + 1)} ${payload}`));
  await client.subscribeAsync([`${TOPICS}/hall/lamp/set`, `${TOPICS}/hall/door/set`], { qos: 1 });
  return client;
}

async function publish(topic: string, payload: object): Promise<void> {
  await home.publishAsync(`${TOPICS}/${topic}`, JSON.stringify(payload), { qos: 1 });
}

async function asked(document: string): Promise<any> {
  const { body } = await program.ask(document, { token: tenant });
  if (body['errors']) throw new Error(JSON.stringify(body['errors']));
  return Object.values(body['data'])[0];
}

function command(address: string | undefined, state: string): Promise<any> {
  const what = `home: "${HOME}", device: "${HOME}:${address}", values: { state: "${state}" }`;
  return asked(`mutation { commandDevice(${what}) { id state reason winner { rule precedence clauses until } } }`);
}

function stateOf(id: string): Promise<string> {
  return asked(`{ command(home: "${HOME}", id: "${id}") { state } }`).then(({ state }) => state);
}

it('a command that waits for its device is sent once that comes back, though the program was killed meanwhile', async () => {
  await publish('hall/lamp', { state: 'OFF' });
  await publish('hall/lamp/availability', { state: 'offline' });
  const { id, state } = await command(LAMP, 'ON');
  expect(state).toBe('issued');
  await program.kill();
  home.end(true);
  await program.start();
  home = await connected();
  expect(await stateOf(id)).toBe('issued');
  expect(heard).toEqual([]);
  await publish('hall/lamp/availability', { state: 'online' });
  await until(
    async () => heard,
    (each) => each.length > 0,
  );
  await until(
    () => stateOf(id),
    (each) => each === 'sent',
  );
  await publish('hall/lamp', { state: 'ON' });
  expect(await stateOf(id)).toBe('acknowledged');
  expect(heard).toEqual(['hall/lamp/set {"state":"ON"}']);
}, 60_000);

it('a reading, the command that it triggers and the state that comes back are one chain [DH-4.2.4-t7-1]', async () => {
  heard.length = 0;
  await publish('hall/smoke', { smoke: true });
  await until(
    async () => heard,
    (each) => each.includes('hall/door/set {"state":"UNLOCK"}'),
  );
  await publish('hall/door', { state: 'UNLOCK', lock_state: 'unlocked' });
  const document = `{ ruleRuns(home: "${HOME}", rule: "smoke", first: 1) { nodes { deviceId effects { kind command { deviceId state rule } } } } }`;
  const { nodes } = await until(
    () => asked(document),
    (each) => each.nodes[0]?.effects.some(({ command: sent }: any) => sent?.state === 'acknowledged'),
  );
  expect(nodes[0].deviceId).toBe(`${HOME}:${SMOKE}`);
  expect(nodes[0].effects.map(({ command: sent }: any) => sent).filter(Boolean)).toEqual([
    { deviceId: `${HOME}:${LOCK}`, state: 'acknowledged', rule: 'smoke' },
  ]);
}, 60_000);

it('whoever wants the door closed in the fire is told who won, and is obeyed when the alarm is reset', async () => {
  heard.length = 0;
  const lost = await command(LOCK, 'LOCK');
  expect(lost).toMatchObject({
    state: 'lost',
    winner: { rule: 'smoke', precedence: 'fire_exit', clauses: ['RA-6.7.1-s1'], until: 'alarm_reset' },
  });
  const { code, stdout, stderr } = await program.run(['commands', HOME, '--as', 'tenant', '--state', 'lost']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('life safety (rule smoke) won by fire_exit (RA-6.7.1-s1), until the alarm is reset');
  const alarms: readonly any[] = await asked(`{ alarms(home: "${HOME}") { id kind } }`);
  const alarm = alarms.find(({ kind }) => kind === 'smoke').id;
  for (const move of ['acknowledgeAlarm', 'handleAlarm', 'resetAlarm']) {
    await asked(`mutation { ${move}(home: "${HOME}", alarm: "${alarm}") { state } }`);
  }
  const { id } = await command(LOCK, 'LOCK');
  await until(
    async () => heard,
    (each) => each.length > 0,
  );
  await publish('hall/door', { state: 'LOCK', lock_state: 'locked' });
  expect(await stateOf(id)).toBe('acknowledged');
  expect(heard).toEqual(['hall/door/set {"state":"LOCK"}']);
}, 60_000);
