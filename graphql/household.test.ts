import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
/** What the demo's household has set at the start. */
let untouched: unknown;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  untouched = world.graph.home('demo').household;
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

it('a resident sets the mode of the home, and its people read it', async () => {
  expect((await modeFor('resident'))?.mode).toBe('home');
  const { data } = await setMode('resident', 'away');
  expect(data).toEqual({ setHomeMode: { mode: 'away', since: new Date(NOW).toISOString(), by: 'resident' } });
  expect((await modeFor('resident'))?.mode).toBe('away');
  expect(world.audit).toContainEqual({
    kind: 'household',
    subject: 'resident',
    home: 'demo',
    type: 'home_mode',
    id: 'demo',
    event: 'set',
  });
});

it('saying again how it is changes nothing', async () => {
  await setMode('resident', 'night');
  const made = world.made.length;
  await setMode('resident', 'night');
  expect(world.made.length).toBe(made);
});

it('whether anybody is at home is told to nobody outside it', async () => {
  await setMode('resident', 'away');
  for (const account of ['community_officer', 'property_manager', 'city_officer']) {
    expect(await modeFor(account), account).toBeNull();
    expect((await setMode(account, 'home')).errors[0]?.extensions, account).toMatchObject({ code: 'access:denied' });
  }
  expect((await setMode('stranger', 'home')).errors[0]?.extensions).toMatchObject({ code: 'twin:home.not_found' });
  expect(world.graph.home('demo').household?.mode).toBe('away');
});

it('what a household set does not act on those who live there next', () => {
  world.apply([
    { kind: 'mode_changed', home: 'demo-rented', mode: 'night', by: 'tenant', at: new Date(NOW).toISOString() },
  ]);
  world.apply([{ kind: 'lease_transitioned', home: 'demo-rented', lease: 'demo-lease', to: 'ended' }]);
  expect(world.graph.home('demo-rented').household).toBeNull();
});

it('a resident switches a pack on, and is told what it would work with', async () => {
  const pack = async () => {
    const { data } = await ask(
      'resident',
      '{ packs(home: "demo") { id on fits needs { devices } parameters { id value } } }',
    );
    return (data as unknown as { packs: { id: string }[] }).packs.find(({ id }) => id === 'entertainment');
  };
  expect(await pack()).toMatchObject({ on: false, fits: false, needs: [{ devices: [] }, { devices: [] }] });
  lightAndPlug();
  await switchPack('resident', { pack: 'entertainment', on: true, parameters: { brightness: 90 } });
  expect(await pack()).toEqual({
    id: 'entertainment',
    on: true,
    fits: true,
    needs: [{ devices: ['demo:lamp'] }, { devices: [] }],
    parameters: [
      { id: 'brightness', value: 90 },
      { id: 'latest', value: '01:00' },
    ],
  });
  await switchPack('resident', { pack: 'entertainment', on: false });
  expect(await pack()).toMatchObject({ on: false, parameters: [{ value: 90 }, {}] });
});

it.each([
  ['no such pack', 'resident', { pack: 'none', on: true }, 'twin:pack.not_found'],
  [
    'a parameter that it has not',
    'resident',
    { pack: 'presence', on: true, parameters: { x: 1 } },
    'rule:parameter.unknown',
  ],
  [
    'parameters that are no object',
    'resident',
    { pack: 'presence', on: true, parameters: 3 },
    'rule:parameter.invalid',
  ],
  ['the manager of the building', 'property_manager', { pack: 'presence', on: true }, 'access:denied'],
])('switches nothing for %s', async (_what, account, args, code) => {
  expect((await switchPack(account, args)).errors[0]?.extensions).toMatchObject({ code });
  expect(world.graph.home('demo').household).toBe(untouched);
});

it('a resident sets a rule, keeps it from acting, and goes back step by step', async () => {
  lightAndPlug();
  expect(await setRule('resident', WELCOME)).toMatchObject({
    rule: { id: 'welcome', on: true, version: 1 },
    problems: [],
  });
  await setRule('resident', { ...WELCOME, title: 'Better' });
  expect(await changeRule('resident', 'disableRule')).toMatchObject({
    rule: { title: 'Better', on: false, version: 3 },
  });
  expect(await changeRule('resident', 'undoRule')).toMatchObject({ rule: { title: 'Better', on: true } });
  expect(await changeRule('resident', 'undoRule')).toMatchObject({ rule: { title: 'Welcome' } });
  expect(await changeRule('resident', 'undoRule')).toMatchObject({ rule: null });
  const { errors } = await ask('resident', CHANGE.replace('$$', 'undoRule'), { variables: { id: 'welcome' } });
  expect(errors[0]?.extensions).toMatchObject({ code: 'command:rule.nothing_to_undo' });
  await setRule('resident', WELCOME);
  expect(await changeRule('resident', 'removeRule')).toMatchObject({ rule: null });
  expect(await changeRule('resident', 'undoRule')).toMatchObject({ rule: { title: 'Welcome', on: true } });
  const { data } = await ask(
    'resident',
    '{ home(id: "demo") { rules { id body history { number act by restores } } } }',
  );
  const [rule] = (data as unknown as { home: { rules: { body: unknown; history: unknown[] }[] } }).home.rules;
  expect(rule?.body).toMatchObject(WELCOME);
  expect(rule?.history.at(-1)).toEqual({ number: 9, act: 'undone', by: 'resident', restores: 7 });
});

it('a rule with something wrong is not set, and neither is one that is only tried', async () => {
  lightAndPlug();
  const wrong = { ...WELCOME, on: { changes: ['contact'] } };
  expect(await setRule('resident', wrong)).toMatchObject({
    rule: null,
    problems: [{ code: 'rule:property.unknown', severity: 'error', path: '/on/changes/0' }],
  });
  expect(await setRule('resident', WELCOME, true)).toMatchObject({ rule: null, problems: [] });
  const lock = { id: 'demo:lock', home: 'demo', room: null, address: '0xf3', name: 'door' } as const;
  world.apply([
    { kind: 'device_registered', device: { ...lock, vendor: 'Yale', model: 'YRD226/246 TSDB', trust: 'normal' } },
  ]);
  const unlock = { kind: 'command', devices: 'lock', property: 'state', value: 'UNLOCK' };
  const opens = { ...WELCOME, event: { type: 'act', params: { effects: [unlock] } } };
  expect(await setRule('resident', opens)).toMatchObject({ rule: null, problems: [{ code: 'rule:effect.denied' }] });
  expect(world.graph.home('demo').household).toBe(untouched);
});

it('a rule is tried on what the devices of its home said in the last days', async () => {
  lightAndPlug();
  world.remember();
  const hour = 3_600_000;
  for (const [ago, power] of [
    [200, 30],
    [30, 5],
    [20, 12],
    [10, 3],
    [9, 40],
  ] as const) {
    world.report('demo', 'demo:plug', { power }, NOW - ago * hour);
  }
  const query = `mutation ($rule: JSON!) { setRule(home: "demo", rule: $rule, dryRun: true, days: 7) {
    rule { id } rehearsal { readings more effects { at kind what deviceId result } } } }`;
  const { data } = await ask('resident', query, { variables: { rule: WELCOME } });
  const effect = { kind: 'command', what: 'state', deviceId: 'demo:lamp', result: 'granted' };
  const effects = [20, 9].map((ago) => ({ ...effect, at: new Date(NOW - ago * hour).toISOString() }));
  expect(data).toEqual({ setRule: { rule: null, rehearsal: { readings: 4, more: 0, effects } } });
  expect(world.commands).toEqual([]);
  expect(world.graph.home('demo').household).toBe(untouched);
});

it('nobody sets, reads or undoes a rule of a home of others', async () => {
  lightAndPlug();
  await setRule('resident', WELCOME);
  for (const account of ['property_manager', 'community_officer', 'city_officer']) {
    const { errors } = await ask(account, CHANGE.replace('$$', 'removeRule'), { variables: { id: 'welcome' } });
    expect(errors[0]?.extensions, account).toMatchObject({ code: 'access:denied' });
    const { data } = await ask(account, '{ home(id: "demo") { rules { id } } }');
    expect(data, account).toEqual({ home: { rules: [] } });
  }
  const { errors } = await ask('stranger', CHANGE.replace('$$', 'removeRule'), { variables: { id: 'welcome' } });
  expect(errors[0]?.extensions).toMatchObject({ code: 'twin:home.not_found' });
});

it('a minor sets the mode, and switches no pack', async () => {
  const account = { tier: 'home', roles: ['resident'], assurance: 'substantial', multiFactor: false } as const;
  world.apply([
    { kind: 'person_added', person: { id: 'mia', ageBand: 'minor_15_to_17' } },
    { kind: 'relation_added', subject: 'mia', relation: 'resident', object: 'demo' },
    { kind: 'account_added', account: { id: 'mia', person: 'mia', organisation: null, area: null, ...account } },
  ]);
  world.issue('mia', 'home');
  expect((await setMode('mia', 'night')).errors).toEqual([]);
  const { errors } = await switchPack('mia', { pack: 'presence', on: true });
  expect(errors[0]?.extensions).toMatchObject({ code: 'access:denied' });
});

it('a scene sets its devices in several rooms and tells of each how it stands [DH-4.2.4-t5-1]', async () => {
  for (const [name, id, kind] of [
    ['bedroom', 'demo:lamp', LAMP],
    ['kitchen', 'demo:plug', PLUG],
  ] as const) {
    const room = { id: `demo:${name}`, home: 'demo', name };
    world.apply([
      { kind: 'room_added', room },
      { kind: 'device_registered', device: { ...kind, id, home: 'demo', room: room.id } },
    ]);
  }
  const devices = [
    { device: 'demo:lamp', values: { brightness: 40 } },
    { device: 'demo:plug', values: { state: 'OFF' } },
  ];
  await setScene('resident', { id: 'movie', name: 'Movie night', devices });
  const { data } = await ask(
    'resident',
    'mutation { runScene(home: "demo", id: "movie") { commands { deviceId state values } } }',
  );
  expect(data).toEqual({
    runScene: { commands: devices.map(({ device, values }) => ({ deviceId: device, state: 'sent', values })) },
  });
});

it('a scene sets its devices, and undoing it sets them to what they were', async () => {
  lightAndPlug();
  world.report('demo', 'demo:lamp', { state: 'OFF', brightness: 254 });
  world.report('demo', 'demo:plug', { state: 'ON' });
  const devices = [
    { device: 'demo:lamp', values: { brightness: 40 } },
    { device: 'demo:plug', values: { state: 'OFF' } },
  ];
  const { data: set } = await setScene('resident', { id: 'movie', name: 'Movie night', devices });
  expect(set).toMatchObject({ setScene: { id: 'movie', name: 'Movie night', setBy: 'resident' } });
  const { data } = await ask(
    'resident',
    'mutation { runScene(home: "demo", id: "movie") { commands { deviceId values } refused { property } } }',
  );
  expect(data).toMatchObject({
    runScene: { commands: [{ deviceId: 'demo:lamp' }, { deviceId: 'demo:plug' }], refused: [] },
  });
  expect(world.commands.map(({ device, values }) => [device, values])).toEqual([
    ['demo:lamp', { brightness: 40 }],
    ['demo:plug', { state: 'OFF' }],
  ]);
  world.commands.length = 0;
  await ask('resident', 'mutation { undoScene(home: "demo") { run } }');
  expect(world.commands.map(({ device, values }) => [device, values])).toEqual([
    ['demo:lamp', { state: 'OFF' }],
    ['demo:plug', { state: 'ON' }],
  ]);
  const { errors } = await ask('resident', 'mutation { undoScene(home: "demo") { run } }');
  expect(errors[0]?.extensions).toMatchObject({ code: 'command:scene.nothing_to_undo' });
  const events = world.audit.flatMap((each) => (each.kind === 'household' ? [each.event] : []));
  expect(events).toEqual(['set', 'run', 'undone']);
});

it('a scene does what may be done, and says what may not', async () => {
  lightAndPlug();
  const lock = {
    id: 'demo:lock',
    home: 'demo',
    room: null,
    address: '0xf3',
    name: 'door',
    vendor: 'Yale',
    model: 'YRD226/246 TSDB',
    trust: 'low',
  } as const;
  world.apply([{ kind: 'device_registered', device: lock }]);
  const devices = [
    { device: 'demo:lock', values: { state: 'LOCK' } },
    { device: 'demo:plug', values: { state: 'OFF' } },
  ];
  await setScene('resident', { id: 'leave', name: 'Leave', devices });
  const { data } = await ask(
    'resident',
    'mutation { runScene(home: "demo", id: "leave") { commands { deviceId } refused { deviceId property decisionId } } }',
  );
  expect(data).toMatchObject({
    runScene: { commands: [{ deviceId: 'demo:plug' }], refused: [{ deviceId: 'demo:lock', property: 'state' }] },
  });
});

it.each([
  ['an id with spaces', { id: 'movie night' }, 'command:scene.id_invalid', '/scene/id'],
  ['no name', { name: ' ' }, 'command:scene.name_invalid', '/scene/name'],
  ['no device', { devices: [] }, 'command:scene.size_invalid', '/scene/devices'],
  [
    'a device of another home',
    { devices: [{ device: 'home-1:0x01', values: { state: 'ON' } }] },
    'twin:device.not_found',
    '/scene/devices/0/device',
  ],
  [
    'values that are no object',
    { devices: [{ device: 'demo:plug', values: 'ON' }] },
    'command:values.invalid',
    '/scene/devices/0/values',
  ],
  [
    'a property that only reports',
    { devices: [{ device: 'demo:plug', values: { power: 3 } }] },
    'command:property.not_settable',
    '/scene/devices/0/values/power',
  ],
  [
    'a value beyond its bounds',
    { devices: [{ device: 'demo:lamp', values: { brightness: 900 } }] },
    'command:value.out_of_range',
    '/scene/devices/0/values/brightness',
  ],
])('keeps no scene with %s, and says where', async (_what, wrong, code, path) => {
  lightAndPlug();
  const devices = [{ device: 'demo:plug', values: { state: 'ON' } }];
  const { errors } = await setScene('resident', { id: 'movie', name: 'Movie', devices, ...wrong });
  expect(errors[0]?.extensions).toMatchObject({ code, place: { path } });
  expect(world.graph.home('demo').household).toBe(untouched);
});

it('scenes are seen and run by the people of the home, and by nobody else', async () => {
  lightAndPlug();
  await setScene('resident', {
    id: 'movie',
    name: 'Movie',
    devices: [{ device: 'demo:plug', values: { state: 'ON' } }],
  });
  const seen = async (account: string) => {
    const { data } = await ask(account, '{ home(id: "demo") { scenes { id } } }');
    return (data as unknown as { home: { scenes: unknown[] } }).home.scenes;
  };
  expect(await seen('resident')).toEqual([{ id: 'movie' }]);
  expect(await seen('community_officer')).toEqual([]);
  const { errors } = await ask('property_manager', 'mutation { runScene(home: "demo", id: "movie") { run } }');
  expect(errors[0]?.extensions).toMatchObject({ code: 'access:denied' });
  await ask('resident', 'mutation { removeScene(home: "demo", id: "movie") { id } }');
  expect(await seen('resident')).toEqual([]);
});

const PLUG = {
  room: null,
  address: '0xf1',
  name: 'plug',
  vendor: 'Aqara',
  model: 'ZNCZ02LM',
  trust: 'normal',
} as const;

const LAMP = { ...PLUG, address: '0xf2', name: 'lamp', vendor: 'IKEA', model: 'LED1545G12' } as const;

function lightAndPlug() {
  world.apply([
    { kind: 'device_registered', device: { ...LAMP, id: 'demo:lamp', home: 'demo' } },
    { kind: 'device_registered', device: { ...PLUG, id: 'demo:plug', home: 'demo' } },
  ]);
}

function setScene(account: string, scene: object) {
  return ask(account, 'mutation ($scene: SceneInput!) { setScene(home: "demo", scene: $scene) { id name setBy } }', {
    variables: { scene },
  });
}

const WELCOME = {
  id: 'welcome',
  title: 'Welcome',
  on: { changes: ['power'] },
  conditions: { all: [{ fact: 'property', params: { name: 'power' }, operator: 'greaterThan', value: 10 }] },
  event: { type: 'act', params: { effects: [{ kind: 'command', device: 'lamp', property: 'state', value: 'ON' }] } },
};
const RULE = '{ rule { id title on version } problems { code severity path } }';
const SET_RULE = `mutation ($rule: JSON!, $dryRun: Boolean!) { setRule(home: "demo", rule: $rule, dryRun: $dryRun) ${RULE} }`;
const CHANGE = `mutation ($id: ID!) { $$(home: "demo", id: $id) ${RULE} }`;

async function setRule(account: string, rule: object, dryRun = false) {
  const { data } = await ask(account, SET_RULE, { variables: { rule, dryRun } });
  return (data as unknown as { setRule: unknown }).setRule;
}

async function changeRule(account: string, mutation: string) {
  const { data } = await ask(account, CHANGE.replace('$$', mutation), { variables: { id: 'welcome' } });
  return (data as unknown as Record<string, unknown>)[mutation];
}

async function modeFor(account: string) {
  const { data } = await ask(account, '{ home(id: "demo") { mode { mode since by } } }');
  return (data as unknown as { home: { mode: { mode: string } | null } }).home.mode;
}

function setMode(account: string, mode: string) {
  return ask(account, `mutation { setHomeMode(home: "demo", mode: ${mode}) { mode since by } }`);
}

function switchPack(account: string, args: { pack: string; on: boolean; parameters?: unknown }) {
  return ask(
    account,
    'mutation ($pack: ID!, $on: Boolean!, $parameters: JSON) { switchPack(home: "demo", pack: $pack, on: $on, parameters: $parameters) { on } }',
    { variables: { parameters: null, ...args } },
  );
}
