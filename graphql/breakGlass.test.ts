import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { dueChanges } from '../engine/timers.ts';
import { graphOfSnapshot, snapshotOf } from '../twin/graph/snapshot.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { instrumentEntries } from './instrumentEntries.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const CLIMATE = 'demo:0xa1';
const LOCK = 'demo:0xa2';
const MINUTE = 60_000;

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  const common = { home: 'demo', room: null, trust: 'normal' } as const;
  const climate = { id: CLIMATE, address: '0xa1', name: 'hall/climate', vendor: 'Aqara', model: 'WSDCGQ11LM' };
  const lock = { id: LOCK, address: '0xa2', name: 'hall/lock', vendor: 'Yale', model: 'YRD226/246 TSDB' };
  for (const device of [climate, lock]) {
    world.apply([{ kind: 'device_registered', device: { ...common, ...device } }]);
  }
  world.report('demo', CLIMATE, { temperature: 31 });
  world.report('demo', LOCK, { state: 'LOCK', action_user: 4 });
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

type Done = {
  readonly id?: string;
  readonly state?: string;
  readonly code?: string;
  readonly rules?: readonly string[];
};

async function act(account: string, call: string): Promise<Done> {
  const { data, errors } = await ask(account, `mutation { done: ${call} { id state } }`);
  if (data) return data['done'] as unknown as Done;
  const { code, decisionId } = errors[0]!.extensions;
  const record = world.records.get(String(decisionId));
  return { code: String(code), ...(record ? { rules: record.reasons.map(({ rule }) => rule) } : {}) };
}

const open = (over: { readonly categories?: string; readonly home?: string; readonly more?: string } = {}) =>
  `openBreakGlass(input: { home: "${over.home ?? 'demo'}", categories: [${over.categories ?? 'behaviour'}], reason: "no answer at the door" ${over.more ?? ''} })`;
const confirm = (id?: string) => `confirmBreakGlass(home: "demo", id: "${id}")`;
const close = (id?: string) => `closeBreakGlass(home: "demo", id: "${id}")`;

/** What the office of the community has of the lock and the temperature of the demo home, in an emergency. */
async function officeSees(account = 'community_officer'): Promise<readonly string[]> {
  const { data } = await ask(
    account,
    `{ readings(home: "demo", purpose: emergency) { deviceId property reading { value outcome } } }`,
  );
  const { readings } = data as unknown as {
    readings: { deviceId: string; property: string; reading: { value: unknown; outcome: string } }[];
  };
  return readings
    .filter(({ reading }) => reading.value !== null)
    .map(({ property, reading }) => `${property} ${reading.outcome} ${reading.value}`);
}

async function list(account: string, args = ''): Promise<readonly Done[]> {
  const { data } = await ask(account, `{ emergencyAccesses${args} { nodes { id state } } }`);
  return (data as unknown as { emergencyAccesses: { nodes: Done[] } }).emergencyAccesses.nodes;
}

function pass(ms: number): void {
  world.clock.advance(ms);
  const due = dueChanges(world.graph, world.clock.now());
  world.apply(due);
  world.audit.push(...instrumentEntries(world.graph, due));
}

describe('broken glass', () => {
  it('opens what it names once two have broken it, until it ends by itself, and is written down', async () => {
    const seen = [await officeSees()];
    const { id } = await act('property_manager', open());
    seen.push(await officeSees());
    expect(await act('community_officer', confirm(id))).toEqual({ id, state: 'confirmed' });
    seen.push(await officeSees());
    pass(60 * MINUTE - 1);
    seen.push(await officeSees());
    pass(1);
    seen.push(await officeSees());
    expect(seen).toEqual([[], [], ['state raw LOCK'], ['state raw LOCK'], []]);
    const moves = world.audit.flatMap((entry) =>
      entry.kind === 'emergency_access' ? [`${entry.subject} ${entry.move} ${entry.home} ${entry.to}`] : [],
    );
    expect(moves).toEqual([
      'property_manager open demo opened',
      'community_officer confirm demo confirmed',
      'null expire demo ended',
    ]);
  });

  it('is confirmed by another person with a second factor, and not by who opened it [DH-6.2.3]', async () => {
    const { id } = await act('property_manager', open());
    expect(await act('property_manager', confirm(id))).toEqual({ code: 'access:denied', rules: ['own_opening'] });
    const account = { ...world.graph.accounts.get('community_officer')!, id: 'weak', multiFactor: false };
    world.apply([{ kind: 'account_added', account }]);
    world.issue('weak', 'community');
    expect(await act('weak', confirm(id))).toEqual({ code: 'access:denied', rules: ['second_factor'] });
    expect(await act('weak', open())).toEqual({ code: 'access:denied', rules: ['second_factor'] });
    for (const [other, rule] of [
      ['architect', 'architect_reads_no_home'],
      ['regulator', 'no_permit'],
      ['resident', 'no_permit'],
    ]) {
      expect(await act(other!, confirm(id))).toEqual({ code: 'access:denied', rules: [rule] });
    }
    expect(await act('stranger', confirm(id))).toEqual({ code: 'twin:home.not_found' });
    expect(await officeSees()).toEqual([]);
  });

  it('is not confirmed with the second account of who opened it', async () => {
    for (const id of ['desk-1', 'desk-2']) {
      const account = { ...world.graph.accounts.get('community_officer')!, id, person: 'person-of-home-1' };
      world.apply([{ kind: 'account_added', account }]);
      world.issue(id, 'community');
    }
    const { id } = await act('desk-1', open());
    expect(await act('desk-2', confirm(id))).toEqual({ code: 'access:denied', rules: ['own_opening'] });
  });

  it('is for those whom the two act for, and for no other purpose', async () => {
    const { id } = await act('property_manager', open({ categories: 'environment' }));
    await act('community_officer', confirm(id));
    expect(await officeSees()).toEqual(['temperature raw 31']);
    expect(await officeSees('property_manager')).toEqual(['temperature raw 31']);
    expect(await officeSees('city_officer')).toEqual([]);
    const { data } = await ask(
      'community_officer',
      '{ readings(home: "demo", property: "temperature") { reading { outcome } } }',
    );
    expect(data).toMatchObject({ readings: [{ reading: { outcome: 'reduced' } }] });
  });

  it('opens nothing that is not shared or of the core', async () => {
    const { id } = await act('community_officer', open({ categories: 'behaviour, personal_basic, device' }));
    await act('property_manager', confirm(id));
    const seen = await officeSees();
    expect(seen).toContain('state raw LOCK');
    expect(seen.filter((row) => row.startsWith('action_user'))).toEqual([]);
  });

  it('tells the people of the home, who see it and close it', async () => {
    const { id } = await act('property_manager', open());
    await act('community_officer', confirm(id));
    await officeSees();
    const { data } = await ask('resident', '{ notices(first: 10) { homeId by action } }');
    const told = (data as unknown as { notices: { by: { account: string }; action: string }[] }).notices;
    expect(
      told
        .map(({ by, action }) => `${by.account} ${action}`)
        .reverse()
        .slice(0, 2),
    ).toEqual(['property_manager manage', 'community_officer manage']);
    expect(told.map(({ by, action }) => `${by.account} ${action}`)).toContain('community_officer read');
    expect(await list('resident', '(home: "demo")')).toEqual([{ id, state: 'confirmed' }]);
    expect(await act('resident', close(id))).toEqual({ id, state: 'ended' });
    expect(await officeSees()).toEqual([]);
    expect(await act('property_manager', confirm(id))).toMatchObject({ code: 'access:denied' });
    expect(await act('community_officer', confirm(id))).toEqual({ code: 'twin:emergency_access.move_refused' });
  });

  it('is listed for review, which somebody else does', async () => {
    const { id } = await act('property_manager', open());
    await act('city_officer', confirm(id));
    await act('property_manager', close(id));
    expect(await list('regulator', '(state: ended)')).toEqual([{ id, state: 'ended' }]);
    const review = `reviewBreakGlass(home: "demo", id: "${id}")`;
    expect(await act('city_officer', review)).toEqual({ code: 'access:denied', rules: ['own_review'] });
    expect(await act('community_officer', review)).toMatchObject({ code: 'access:denied' });
    expect(await act('regulator', review)).toEqual({ id, state: 'reviewed' });
    expect(await list('regulator', '(area: "city", state: ended)')).toEqual([]);
    expect(await list('stranger')).toEqual([]);
  });

  it('is broken for a short while, for a reason, for something', async () => {
    const refused = async (over: Parameters<typeof open>[0]) => (await act('property_manager', open(over))).code;
    expect(await refused({ categories: '' })).toBe('command:scope.empty');
    for (const minutes of [0, 241]) expect(await refused({ more: `minutes: ${minutes}` })).toBe('command:term.invalid');
    expect(await refused({ home: 'home-far' })).toBe('twin:home.not_found');
    const { errors } = await ask(
      'property_manager',
      `mutation { ${open().replace('no answer at the door', ' ')} { id } }`,
    );
    expect(errors[0]?.extensions['code']).toBe('command:text.invalid');
    expect(world.graph.home('demo').emergencyAccesses.size).toBe(0);
  });

  it('stands after a restart as it stood before, and ends then', async () => {
    const { id } = await act('property_manager', open());
    await act('community_officer', confirm(id));
    const restarted = graphOfSnapshot(snapshotOf(world.graph))!;
    expect(restarted.emergencyAccess('demo', id!)).toEqual(world.graph.emergencyAccess('demo', id!));
    expect(dueChanges(restarted, NOW + 60 * MINUTE)).toEqual(dueChanges(world.graph, NOW + 60 * MINUTE));
  });
});
