import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
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
    const { data } = await ask('resident', '{ packs(home: "demo") { id on fits needs { devices } } }');
    return (data as unknown as { packs: { id: string }[] }).packs.find(({ id }) => id === 'presence');
  };
  expect(await pack()).toMatchObject({ on: false, fits: false, needs: [{ devices: [] }] });
  world.apply([{ kind: 'device_registered', device: { ...PLUG, id: 'demo:plug', home: 'demo' } }]);
  await switchPack('resident', { pack: 'presence', on: true });
  expect(await pack()).toMatchObject({ on: true, fits: true, needs: [{ devices: ['demo:plug'] }] });
  await switchPack('resident', { pack: 'presence', on: false });
  expect(await pack()).toMatchObject({ on: false });
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
  expect(world.graph.home('demo').household).toBeNull();
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

const PLUG = {
  room: null,
  address: '0xf1',
  name: 'plug',
  vendor: 'Aqara',
  model: 'ZNCZ02LM',
  trust: 'normal',
} as const;

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
