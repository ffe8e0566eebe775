import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

/** A home that no simulated traffic speaks for. */
const HOME = 'demo-rented';
const DEVICE = `${HOME}:0x00158d00045c0002`;
const TOPICS = `homes/${HOME}/zigbee2mqtt`;
const ROUNDS = Number(process.env['TWINWARD_KILL_ROUNDS'] ?? 4);
const LISTED = [
  ['0x00158d00045c0002', 'hall/motion', 'RTCGQ11LM', 'Aqara'],
  ['0x00158d00045c0009', 'hall/lamp', 'LED1545G12', 'IKEA'],
].map(([ieee_address, friendly_name, model, vendor]) => {
  return { ieee_address, friendly_name, type: 'EndDevice', supported: true, definition: { model, vendor } };
});
const RULE = {
  id: 'welcome',
  title: 'Whoever comes has light',
  on: { properties: ['occupancy'], devices: { name: 'hall/motion' } },
  conditions: { all: [{ fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true }] },
  event: {
    type: 'act',
    params: {
      effects: [
        { kind: 'command', device: 'hall/lamp', property: 'state', value: 'ON' },
        { kind: 'notice', to: 'residents', text: 'at once' },
        { kind: 'notice', to: 'residents', text: 'later', after: 'PT1S' },
      ],
    },
  },
};

const program = new Program();
const commanded: string[] = [];
let tenant: string;
let password: string;

beforeAll(async () => {
  await program.start();
  tenant = await program.token('--as', 'tenant');
  password = await program.token('--mqtt', HOME);
  const client = await connected();
  await client.publishAsync(`${TOPICS}/bridge/devices`, JSON.stringify(LISTED), { qos: 1 });
  const set = await asked(
    `mutation { setRule(home: "${HOME}", rule: ${graphqlOf(RULE)}) { rule { id } problems { message } } }`,
  );
  expect(set).toMatchObject({ setRule: { rule: { id: 'welcome' }, problems: [] } });
  client.end(true);
}, 60_000);
afterAll(() => program.remove());

/** A client of the home that hears what the lamp is told. */
async function connected(): Promise<MqttClient> {
  const client = await program.connect({ username: HOME, password });
  client.on('error', () => undefined);
  client.on('message', (_topic, payload) => commanded.push(payload.toString()));
  await client.subscribeAsync(`${TOPICS}/hall/lamp/set`, { qos: 1 });
  return client;
}

async function asked(document: string): Promise<Record<string, any>> {
  const { body } = await program.ask(document, { token: tenant });
  if (body['errors']) throw new Error(JSON.stringify(body['errors']));
  return body['data'];
}

/** A value as GraphQL writes it. */
function graphqlOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"(\w+)":/g, '$1:');
}

it('an event is acted on once though the program is killed around it, and an integrator reads why', async () => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const client = await connected();
    const at = Date.now();
    times.push(at);
    const tell = () =>
      client.publishAsync(`${TOPICS}/hall/motion`, JSON.stringify({ occupancy: true, last_seen: at }), { qos: 1 });
    // Killed before, while and after it is durable: the source tells it again either way.
    const told = tell().catch(() => undefined);
    await Promise.race([told, sleep(Math.random() * 40)]);
    if (round % 2 === 1) await told.then(() => sleep(Math.random() * 20));
    await program.kill();
    client.end(true);
    await program.start();
    const again = await connected();
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await again.publishAsync(`${TOPICS}/hall/motion`, JSON.stringify({ occupancy: true, last_seen: at }), {
        qos: 1,
      });
    }
    again.end(true);
  }

  const runs = async () =>
    (
      await asked(`{ ruleRuns(device: "${DEVICE}", from: "${new Date(times[0]!).toISOString()}", first: 100) {
        nodes { id at rule reproduced reader conditions { fact got held }
          effects { kind what result explanation { reproduced decision { outcome } } command { state } later { result } } }
      } }`)
    )['ruleRuns'].nodes as any[];
  const isOver = (nodes: any[]) =>
    nodes.length === times.length && nodes.every(({ effects }) => effects[2].later !== null);
  const found = await until(runs, isOver);
  expect(found.map(({ at }) => Date.parse(at)).sort()).toEqual(times);
  for (const run of found) {
    expect(run).toMatchObject({
      reproduced: true,
      reader: 'people',
      conditions: [{ fact: 'property', got: true, held: true }],
      effects: [
        {
          kind: 'command',
          what: { value: 'ON' },
          result: 'granted',
          explanation: { reproduced: true, decision: { outcome: 'raw' } },
        },
        { kind: 'notice', result: 'granted' },
        { kind: 'notice', result: 'later', later: { result: 'done' } },
      ],
    });
    expect(run.effects[0].command).not.toBeNull();
  }
  const { notices } = await asked('{ notices(first: 100) { text } }');
  const texts = notices.map(({ text }: { text: string }) => text).sort();
  expect(texts).toEqual([...times.map(() => 'at once'), ...times.map(() => 'later')]);
  expect(commanded.length).toBeGreaterThan(0);

  const { code, stdout } = await program.run(['runs', '--device', DEVICE, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).runs.map(({ id }: any) => id)).toEqual(found.map(({ id }) => id));
  const explained = await program.run(['explain', found[0].id]);
  expect(explained).toMatchObject({ code: 0, stderr: '' });
  for (const part of ['welcome', '0x00158d00045c0009', 'occupancy', 'evaluates again'])
    expect(explained.stdout).toContain(part);
}, 240_000);

it('a rule on the event of one device changes another, and its trace shows event, condition and action [RA-6.4.2-d]', async () => {
  const home = await connected();
  // The lamp does what it is told, and says so.
  home.on('message', (_topic, payload) => {
    const state = { ...JSON.parse(payload.toString()), last_seen: Date.now() };
    home.publish(`${TOPICS}/hall/lamp`, JSON.stringify(state), { qos: 1 });
  });
  const at = Date.now();
  await home.publishAsync(`${TOPICS}/hall/motion`, JSON.stringify({ occupancy: true, last_seen: at }), { qos: 1 });
  const from = new Date(at).toISOString();
  const trace = async () =>
    (
      await asked(`{ ruleRuns(device: "${DEVICE}", from: "${from}") {
        nodes { event conditions { fact got held } effects { kind what command { deviceId state } } }
      } }`)
    )['ruleRuns'].nodes[0];
  const run = await until(trace, (found) => found?.effects[0].command.state === 'acknowledged');
  expect(run).toMatchObject({
    event: { kind: 'state_reported', values: { occupancy: true } },
    conditions: [{ fact: 'property', got: true, held: true }],
    effects: [
      {
        kind: 'command',
        what: { property: 'state', value: 'ON' },
        command: { deviceId: `${HOME}:0x00158d00045c0009`, state: 'acknowledged' },
      },
      {},
      {},
    ],
  });
  home.end(true);
}, 60_000);
