import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, until } from './Program.ts';

/** A home that no simulated traffic speaks for. */
const HOME = 'demo-rented';
const TOPICS = `homes/${HOME}/zigbee2mqtt`;
const LISTED = [
  ['0x00158d00045c0003', 'kitchen/gas', 'HS1CG-E', 'Heiman'],
  ['0x00158d00045c0009', 'hall/lamp', 'LED1545G12', 'IKEA'],
].map(([ieee_address, friendly_name, model, vendor]) => {
  return { ieee_address, friendly_name, type: 'EndDevice', supported: true, definition: { model, vendor } };
});
const OWN = {
  id: 'light_the_way',
  title: 'There is light when gas leaks',
  on: { changes: ['gas'] },
  conditions: { all: [{ fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true }] },
  event: {
    type: 'act',
    params: { effects: [{ kind: 'command', device: 'hall/lamp', property: 'state', value: 'ON' }] },
  },
};

const program = new Program();
const told: string[] = [];
let tenant: string;
let client: MqttClient;

beforeAll(async () => {
  await program.start();
  tenant = await program.token('--as', 'tenant');
  await connect();
  await client.publishAsync(`${TOPICS}/bridge/devices`, JSON.stringify(LISTED), { qos: 1 });
}, 60_000);
afterAll(async () => {
  client?.end(true);
  await program.remove();
});

it("a household's own rule acts from the next message on beside a preset one, and both are listed [DH-4.1.6]", async () => {
  const { setRule } = await asked(
    `mutation { setRule(home: "${HOME}", rule: ${graphqlOf(OWN)}) { rule { id } problems { message } } }`,
  );
  expect(setRule).toEqual({ rule: { id: OWN.id }, problems: [] });
  await says(false);
  await says(true);
  const runs = await until(runsOf, (each) => each.length >= 2);
  expect(runs.map(({ rule }) => rule).sort()).toEqual([`${HOME}/${OWN.id}`, 'gas_leak']);
  await until(
    async () => told,
    (each) => each.length > 0,
  );
  expect(told).toEqual(['{"state":"ON"}']);
});

it('it is there after a kill, and does nothing any more once it is taken back', async () => {
  client.end(true);
  await program.kill();
  await program.start();
  await connect();
  told.length = 0;
  await says(false);
  await says(true);
  await until(
    async () => told,
    (each) => each.length > 0,
  );
  expect(told).toEqual(['{"state":"ON"}']);
  const { undoRule } = await asked(`mutation { undoRule(home: "${HOME}", id: "${OWN.id}") { rule { id } } }`);
  expect(undoRule).toEqual({ rule: null });
  told.length = 0;
  await says(false);
  await says(true);
  const own = (await runsOf()).filter(({ rule }) => rule === `${HOME}/${OWN.id}`);
  expect([own.length, told]).toEqual([2, []]);
}, 60_000);

it('what a rule would have done is told from the log, and nothing of it happens', async () => {
  const query = `mutation { setRule(home: "${HOME}", rule: ${graphqlOf(OWN)}, dryRun: true) {
    rule { id } rehearsal { readings effects { kind what result } } } }`;
  const { setRule } = await asked(query);
  const effect = { kind: 'command', what: 'state', result: 'granted' };
  expect(setRule).toEqual({ rule: null, rehearsal: { readings: 8, effects: [effect, effect, effect] } });
});

it('a pack acts with the mode of the home, and a scene is undone', async () => {
  told.length = 0;
  await asked(`mutation { switchPack(home: "${HOME}", pack: "presence", on: true) { on } }`);
  await asked(`mutation { setHomeMode(home: "${HOME}", mode: away) { mode } }`);
  await until(
    async () => told,
    (each) => each.length > 0,
  );
  expect(told).toEqual(['{"brightness":0}']);
  await client.publishAsync(`${TOPICS}/hall/lamp`, JSON.stringify({ state: 'OFF', brightness: 10 }), { qos: 1 });
  told.length = 0;
  const devices = `[{ device: "${HOME}:0x00158d00045c0009", values: { brightness: 200 } }]`;
  await asked(
    `mutation { setScene(home: "${HOME}", scene: { id: "bright", name: "Bright", devices: ${devices} }) { id } }`,
  );
  await asked(`mutation { runScene(home: "${HOME}", id: "bright") { run } }`);
  await asked(`mutation { undoScene(home: "${HOME}") { run } }`);
  await until(
    async () => told,
    (each) => each.length > 1,
  );
  expect(told).toEqual(['{"brightness":200}', '{"state":"OFF"}']);
});

async function connect(): Promise<void> {
  client = await program.connect({ username: HOME, password: await program.token('--mqtt', HOME) });
  client.on('error', () => undefined);
  // A lamp that does as it is told, and says so.
  client.on('message', (_topic, payload) => {
    told.push(payload.toString());
    client.publish(`${TOPICS}/hall/lamp`, payload, { qos: 1 });
  });
  await client.subscribeAsync(`${TOPICS}/hall/lamp/set`, { qos: 1 });
}

async function says(gas: boolean): Promise<void> {
  await client.publishAsync(`${TOPICS}/kitchen/gas`, JSON.stringify({ gas }), { qos: 1 });
}

async function runsOf(): Promise<readonly { readonly rule: string }[]> {
  const { ruleRuns } = await asked(`{ ruleRuns(home: "${HOME}") { nodes { rule } } }`);
  return ruleRuns.nodes;
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
