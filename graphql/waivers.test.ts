import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { sweepWhenDue } from '../engine/sweepWhenDue.ts';
import { dueChanges } from '../engine/timers.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const HOUR = 3_600_000;
const RULE = 'access.commands/low_trust_actuator';
const LOCK = 'demo:0xb1';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  world.apply([
    {
      kind: 'device_registered',
      device: {
        id: LOCK,
        home: 'demo',
        room: null,
        address: '0xb1',
        name: 'hall/old_lock',
        vendor: 'Yale',
        model: 'YRD226/246 TSDB',
        trust: 'low',
      },
    },
    { kind: 'device_transitioned', home: 'demo', device: LOCK, to: 'online' },
  ]);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  const { graph, clock } = world;
  const sweep = async () => world.apply(dueChanges(graph, clock.now()));
  const stop = sweepWhenDue({ graph, clock, onChange: () => () => undefined, sweep, atLeastEvery: HOUR / 4 });
  return () => {
    stop();
    return server.close();
  };
});

it('acts until the instant it ends, and no longer, with the verdict underneath in every decision', async () => {
  expect(await command()).toMatchObject({ outcome: 'denied', underneath: null });
  await give({ home: 'demo', rules: [RULE], ends: NOW + HOUR });
  const waived = await command();
  expect(waived).toMatchObject({ outcome: 'raw', underneath: { outcome: 'denied' } });
  expect(waived.reasons).toContainEqual({ code: 'waived', rule: 'low_trust_actuator' });
  world.clock.advance(HOUR - 1);
  expect((await command()).outcome).toBe('raw');
  world.clock.advance(1);
  expect(await command()).toMatchObject({ outcome: 'denied', underneath: null });

  const { data } = await ask('resident', EXPLAIN, { variables: { id: waived.id } });
  expect(data).toMatchObject({
    explain: {
      reproduced: true,
      waivers: [{ rules: [RULE], owner: 'city office', reason: 'old valves', ends: iso(NOW + HOUR), state: 'ended' }],
    },
  });
});

it('covers all homes of an area by the clause, from its start on, and ends when it is taken back', async () => {
  const { id, rules } = await give({
    area: 'community-1',
    clauses: ['RA-9.4-d-s1'],
    starts: NOW + HOUR,
    ends: NOW + 9 * HOUR,
  });
  expect(rules).toEqual([RULE]);
  expect((await command()).outcome).toBe('denied');
  world.clock.advance(HOUR);
  expect((await command()).outcome).toBe('raw');
  const { data } = await ask('regulator', 'mutation ($id: ID!) { endWaiver(id: $id) { state endedAt } }', {
    variables: { id },
  });
  expect(data).toEqual({ endWaiver: { state: 'ended', endedAt: iso(NOW + HOUR) } });
  expect((await command()).outcome).toBe('denied');
  expect(world.audit.filter(({ kind }) => kind === 'waiver')).toMatchObject([{ to: 'given' }, { to: 'ended' }]);
});

it('is seen by the people it covers and the auditor, and by nobody else', async () => {
  await give({ home: 'demo', rules: [RULE], ends: NOW + HOUR });
  const seenBy = async (account: string) => {
    const { data } = await ask(account, '{ waivers(home: "demo") { owner reason } }');
    return data && (data as unknown as { waivers: unknown[] }).waivers.length;
  };
  expect([await seenBy('resident'), await seenBy('admin'), await seenBy('regulator')]).toEqual([1, 1, 1]);
  expect([await seenBy('property_manager'), await seenBy('stranger')]).toEqual([0, null]);
});

it.each([
  ['a rule that may not be waived', { rules: ['sharing.not_shared/not_shared'] }, 'command:waiver.not_waivable'],
  ['no rule', {}, 'command:waiver.not_waivable'],
  ['a clause that no waivable rule rests on', { clauses: ['DH-5.4.6-s3'] }, 'command:waiver.not_waivable'],
  ['an end in the past', { rules: [RULE], ends: NOW }, 'command:waiver.term_invalid'],
  ['an end before its start', { rules: [RULE], starts: NOW + 2 * HOUR }, 'command:waiver.term_invalid'],
  ['no reason', { rules: [RULE], reason: ' ' }, 'command:waiver.unexplained'],
  ['a home and an area', { rules: [RULE], area: 'city' }, 'command:waiver.nowhere'],
])('is not given with %s', async (_what, wrong: Partial<Given>, code) => {
  const { errors } = await ask('regulator', GIVE, { variables: { waiver: input({ home: 'demo', ...wrong }) } });
  expect(errors[0]?.extensions).toMatchObject({ code });
  expect([...world.graph.home('demo').waivers]).toEqual([]);
});

it('is given by nobody whom it would serve', async () => {
  const waiver = input({ home: 'demo', rules: [RULE] });
  for (const account of ['resident', 'property_manager', 'city_officer', 'admin']) {
    const { errors } = await ask(account, GIVE, { variables: { waiver } });
    expect(errors[0]?.extensions, account).toMatchObject({ code: 'access:denied' });
  }
});

type Given = {
  home: string;
  area: string;
  rules: readonly string[];
  clauses: readonly string[];
  reason: string;
  starts: number;
  ends: number;
};
type Asked = {
  id: string;
  outcome: string;
  underneath: { outcome: string } | null;
  reasons: { code: string; rule: string }[];
};

function input({ starts, ends = NOW + HOUR, ...more }: Partial<Given>) {
  const term = { starts: starts === undefined ? null : iso(starts), ends: iso(ends) };
  return { owner: 'city office', reason: 'old valves', ...term, ...more };
}

async function give(given: Partial<Given>): Promise<{ id: string; rules: string[] }> {
  const { data, errors } = await ask('regulator', GIVE, { variables: { waiver: input(given) } });
  expect(errors).toEqual([]);
  return (data as unknown as { giveWaiver: { id: string; rules: string[] } }).giveWaiver;
}

async function command(): Promise<Asked> {
  const { data } = await ask('resident', DECIDE);
  return (data as unknown as { decide: [Asked] }).decide[0];
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

const DECIDE = `{
  decide(requests: [{ type: device, home: "demo", id: "${LOCK}", action: command }]) {
    id outcome underneath { outcome } reasons { code rule }
  }
}`;
const GIVE = 'mutation ($waiver: WaiverInput!) { giveWaiver(waiver: $waiver) { id rules state } }';
const EXPLAIN = `query ($id: ID!) {
  explain(decisionId: $id) { reproduced waivers { rules owner reason ends state } }
}`;
