import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, doors, type Knock, type Knocker } from './doors.ts';
import { Program, ROOT, until } from './Program.ts';

/**
 * Values that stand nowhere else are put into a home, and every door of the product is knocked at by everybody. What
 * comes out must not hold what its hearer has below raw: not in an answer, a stream, a log, a metric, an error, an
 * explanation or what would have been needed, and not in what is delivered to other clients of the bus.
 */
const HOME = 'demo-rented';
const [FIRST, SECOND, LUX, CODE, ROOM, DEVICE, HABIT] = [
  '21.4719',
  '23.8537',
  '73519.25',
  '90417358',
  'markedroom',
  'markeddevice',
  'markedhabit',
] as const;
const CLIMATE = `${HOME}:0x00000000000000a1`;
const LOCK = `${HOME}:0x00000000000000a2`;
const MOTION = `${HOME}:0x00000000000000a3`;

/** What is hidden, and who of the accounts may have it as it is. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  // The manager looks after the rooms, and the hospital was given nothing here.
  [FIRST]: ['tenant', 'property_manager'],
  [SECOND]: ['tenant', 'property_manager'],
  // When somebody moves in which light is the life of the people alone.
  [LUX]: ['tenant'],
  // What opens the door is told to nobody.
  [CODE]: [],
  [ROOM]: ['tenant', 'property_manager'],
  [DEVICE]: ['tenant', 'property_manager'],
  // How people have their home react is theirs.
  [HABIT]: ['tenant'],
  'demo-person-tenant': ['tenant', 'property_manager'],
};

/** Those that devices say. */
const VALUES: readonly string[] = [FIRST, SECOND, LUX, CODE];

const ROLES = ['tenant', 'resident', 'property_manager', 'community_officer', 'city_officer', 'regulator', 'architect'];

const program = new Program();
const knockers: Knocker[] = [];
const decisions = new Set<string>();
const overheard: string[] = [];
const clients: MqttClient[] = [];

beforeAll(async () => {
  process.env['TWINWARD_DECISION_LOG'] = join(program.folder, 'decisions.jsonl');
  await program.start(['--demo', '--log-level', 'debug']);
  for (const role of ROLES) knockers.push({ name: role, token: await program.token('--as', role) });
  knockers.push({ name: 'administrator', token: program.server.token }, { name: 'nobody', token: null });
  await listen();
  await mark();
}, 120_000);
afterAll(async () => {
  delete process.env['TWINWARD_DECISION_LOG'];
  for (const client of clients) await client.endAsync();
  await program.remove();
});

/** Other clients of the bus subscribe to all that they can think of. */
async function listen(): Promise<void> {
  const stranger = await program.connect({ username: 'home-1', password: await program.token('--mqtt', 'home-1') });
  for (const client of [stranger, await program.connect()]) {
    clients.push(client);
    client.on('message', (topic, payload) => overheard.push(`${topic} ${payload.toString()}`));
    for (const topic of ['#', `homes/${HOME}/#`, `homes/+/zigbee2mqtt/#`, '+/+/#', 'homes/home-1/#', 'zigbee2mqtt/#']) {
      await client.subscribeAsync(topic, { qos: 1 }).catch(() => []);
    }
  }
}

/** The home's bridge lists two devices more, and they report what is looked for. */
async function mark(): Promise<void> {
  const client = await program.connect({ username: HOME, password: await program.token('--mqtt', HOME) });
  clients.push(client);
  const send = (topic: string, payload: unknown) =>
    client.publishAsync(`homes/${HOME}/zigbee2mqtt/${topic}`, JSON.stringify(payload), { qos: 1 });
  const listed = (address: string, name: string, vendor: string, model: string) => ({
    ieee_address: address,
    friendly_name: name,
    type: 'EndDevice',
    supported: true,
    definition: { vendor, model },
  });
  await send('bridge/devices', [
    listed('0x00158d00045c0003', 'kitchen/gas', 'Heiman', 'HS1CG-E'),
    listed('0x00000000000000a1', `${ROOM}/${DEVICE}`, 'Aqara', 'WSDCGQ11LM'),
    listed('0x00000000000000a2', `${ROOM}/lock`, 'Yale', 'YRD226/246 TSDB'),
    listed('0x00000000000000a3', `${ROOM}/motion`, 'Aqara', 'RTCGQ11LM'),
  ]);
  await send(`${ROOM}/${DEVICE}`, { temperature: Number(FIRST), humidity: 40 });
  await send(`${ROOM}/${DEVICE}`, { temperature: Number(SECOND) });
  await send(`${ROOM}/lock`, { state: 'LOCK', pin_code: { user: 1, pin_code: CODE } });
  await send(`${ROOM}/motion`, { occupancy: true, illuminance: Number(LUX) });
  await live();
  await send(`${ROOM}/lock`, { state: 'UNLOCK' });
  // What cannot be taken in becomes a dead letter.
  await send(`${ROOM}/${DEVICE}`, `no object ${CODE}`);
}

/** The people of the home write a rule and make a scene. */
async function live(): Promise<void> {
  const condition = '{ fact: "property", params: { name: "state" }, operator: "equal", value: "UNLOCK" }';
  const effect = `{ kind: "notice", to: "residents", text: "${HABIT}" }`;
  const rule = `{ id: "habit", title: "${HABIT}", on: { changes: ["state"] }, conditions: { all: [${condition}] }, event: { type: "act", params: { effects: [${effect}] } } }`;
  const scene = `{ id: "habit", name: "${HABIT}", devices: [{ device: "${LOCK}", values: { state: "LOCK" } }] }`;
  const { body } = await program.ask(
    `mutation { setRule(home: "${HOME}", rule: ${rule}) { rule { id } problems { message } } setScene(home: "${HOME}", scene: ${scene}) { id } }`,
    { token: knockers[0]!.token! },
  );
  expect(body['data']).toMatchObject({ setRule: { rule: { id: 'habit' } }, setScene: { id: 'habit' } });
}

const knock = (by: Knocker): Knock => ({
  program,
  home: HOME,
  devices: [
    { id: CLIMATE, properties: ['temperature', 'humidity'] },
    { id: MOTION, properties: ['occupancy', 'illuminance'] },
    { id: LOCK, properties: ['state', 'pin_code', 'battery'] },
  ],
  by,
  decisions,
});

const found = (bytes: string) => Object.keys(MARKS).filter((mark) => bytes.includes(mark));
const forbidden = (by: string) => Object.keys(MARKS).filter((mark) => !MARKS[mark]!.includes(by));

async function leaked(door: Door, by: Knocker): Promise<{ readonly marks: string[]; readonly bytes: number }> {
  const bytes = await door.knock(knock(by));
  if (door.openTo === by.name) return { marks: [], bytes: bytes.length };
  const hidden = forbidden(door.same ? 'everybody' : by.name).filter(
    (mark) => !door.valuesOnly || VALUES.includes(mark),
  );
  return { marks: found(bytes).filter((mark) => hidden.includes(mark)), bytes: bytes.length };
}

describe('what is looked for', () => {
  it('is there, and is found where it may be', async () => {
    const [tenant] = knockers;
    const bytes = await until(
      async () => (await Promise.all(doors.slice(0, 4).map((door) => door.knock(knock(tenant!))))).join('\n'),
      (text) => text.includes(SECOND),
    );
    expect(found(bytes).sort()).toEqual([SECOND, LUX, ROOM, DEVICE, HABIT, 'demo-person-tenant'].sort());
  });

  it('is found wherever somebody opens a door to what is below raw', async () => {
    const open: Door = {
      name: 'a door that shows values as they are',
      knock: ({ program: { server } }) =>
        doors[0]!.knock({ ...knock(knockers[0]!), program: { ...program, server } as Program }),
    };
    const { marks } = await leaked(open, { name: 'city_officer', token: null });
    expect(marks).toEqual(expect.arrayContaining([SECOND, LUX, ROOM]));
  });
});

describe.each(doors.map((door) => [door.name, door] as const))('%s', (_name, door) => {
  it('lets nothing out to anybody who has it below raw', async () => {
    const all = knockers.filter(({ name }) => door.by === undefined || door.by === name);
    let heard = 0;
    for (const by of door.same ? all.slice(0, 1) : all) {
      const { marks, bytes } = await leaked(door, by);
      expect({ by: by.name, marks }).toEqual({ by: by.name, marks: [] });
      heard += bytes;
    }
    expect(heard).toBeGreaterThan(0);
  });
});

describe('the list of doors', () => {
  it('holds every query and subscription that the schema has', () => {
    const sdl = readFileSync(join(ROOT, 'graphql/schema/twinward.graphql'), 'utf8');
    const knocked = readFileSync(join(ROOT, 'system/doors.ts'), 'utf8');
    const fields = parse(sdl).definitions.flatMap((each) =>
      each.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Subscription)$/.test(each.name.value)
        ? (each.fields ?? []).map(({ name }) => name.value)
        : [],
    );
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter((name) => !new RegExp(`\\b${name} *[({}]`).test(knocked))).toEqual([]);
  });
});

describe('the bus', () => {
  it('delivers nothing of the home to other clients', () => {
    expect(found(overheard.join('\n'))).toEqual([]);
    expect(decisions.size).toBeGreaterThan(100);
  });
});
