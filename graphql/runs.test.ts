import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import type { LoadedRule, RuleEffect } from '../engine/rules/Rule.ts';
import type { RuleEvent } from '../engine/rules/RuleEvent.ts';
import { CATEGORIES } from '../twin/words.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf, streamsOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const HOME = 'demo-rented';
const CLIMATE = `${HOME}:0x00158d00045c0001`;
const MOTION = `${HOME}:0x00158d00045c0002`;
const WARM: RuleEffect[] = [
  { kind: 'notice', to: 'residents', text: 'It is warm' },
  { kind: 'notice', to: 'property', text: 'A home is warm' },
  { kind: 'share', tier: 'property', property: 'temperature', purpose: 'property_service' },
  { kind: 'share', tier: 'community', property: 'temperature', purpose: 'community_service' },
];

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

function rule(effects: readonly RuleEffect[], given: Partial<LoadedRule['rule']> = {}): LoadedRule {
  return {
    file: 'of the test',
    rule: {
      id: 'too_warm',
      title: 'It is too warm',
      severity: 'comfort',
      clauses: ['DH-4.3.4'],
      on: { properties: ['temperature'] },
      conditions: {
        all: [
          { fact: 'property', params: { name: 'temperature' }, operator: 'greaterThan', value: 30 },
          { any: [{ fact: 'occupancy', operator: 'equal', value: 'rented' }] },
        ],
      },
      event: { type: 'act', params: { effects } },
      ...given,
    },
  };
}

function reported(device: string, values: Record<string, unknown>, at = NOW - 1_000): RuleEvent {
  world.report(HOME, device, values, at);
  const about = { home: HOME, device, at, receivedAt: NOW, tenancy: 'demo-lease', current: true };
  return { kind: 'state_reported', reading: { ...about, group: 'closed', values } };
}

const warm = (at?: number) => world.react(reported(CLIMATE, { temperature: 31.5, humidity: 40 }, at), [rule(WARM)]);

const RUN = `id reader rule title severity homeId deviceId at event reproduced clauses { id }
  conditions { fact params operator value got held }
  effects { kind what result decisionId error explanation { reproduced decision { outcome reasons { policy rule } } }
    deliveries due command { state } later { result effects { kind result } } }`;

async function runsFor(account: string, where = `device: "${CLIMATE}"`) {
  const { data, errors } = await ask(
    account,
    `{ ruleRuns(${where}) { nodes { ${RUN} } pageInfo { hasNextPage endCursor } } }`,
  );
  expect(errors).toEqual([]);
  return (data as unknown as { ruleRuns: { nodes: Record<string, never>[]; pageInfo: { endCursor: string | null } } })
    .ruleRuns;
}

describe('a run', () => {
  it('is found by device and time, and says what happened, why the rule held and what came of it', async () => {
    await warm();
    const from = new Date(NOW - 2_000).toISOString();
    const found = await runsFor(
      'tenant',
      `device: "${CLIMATE}", from: "${from}", until: "${new Date(NOW).toISOString()}"`,
    );
    expect(found.nodes).toMatchObject([
      {
        reader: 'people',
        rule: 'too_warm',
        title: 'It is too warm',
        homeId: HOME,
        deviceId: CLIMATE,
        at: new Date(NOW - 1_000).toISOString(),
        event: { kind: 'state_reported', values: { temperature: 31.5 } },
        clauses: [{ id: 'DH-4.3.4' }],
        reproduced: true,
        conditions: [
          {
            fact: 'property',
            params: { name: 'temperature' },
            operator: 'greaterThan',
            value: 30,
            got: 31.5,
            held: true,
          },
          { fact: 'occupancy', operator: 'equal', value: 'rented', got: 'rented', held: true },
        ],
        effects: [
          {
            kind: 'notice',
            what: { to: 'residents', text: 'It is warm' },
            result: 'granted',
            deliveries: [{ outcome: 'raw' }],
          },
          { kind: 'notice', result: 'granted', deliveries: [{ to: 'demo-property-company', outcome: 'raw' }] },
          {
            kind: 'share',
            result: 'granted',
            explanation: {
              reproduced: true,
              decision: { outcome: 'raw', reasons: [{ policy: 'access.own_rules', rule: 'hear' }] },
            },
          },
          { kind: 'share', result: 'refused' },
        ],
      },
    ]);
    const [run] = found.nodes;
    const { data } = await ask('admin', `{ ruleRun(id: "${run!['id']}") { ${RUN} } }`);
    expect(data!['ruleRun']).toMatchObject({ ...run, reader: 'auditor', effects: expect.anything() });
    expect(world.audit).toContainEqual({ kind: 'explanation', subject: null, decision: run!['id'] });
    expect((await runsFor('tenant', `device: "${CLIMATE}", from: "${new Date(NOW).toISOString()}"`)).nodes).toEqual([]);
    expect((await runsFor('tenant', `home: "${HOME}", rule: "other"`)).nodes).toEqual([]);
  });

  it('shows others what they were told, of the home what they may read, and strangers nothing', async () => {
    await warm();
    const { nodes } = await runsFor('property_manager');
    expect(nodes).toMatchObject([
      {
        reader: 'requester',
        event: { values: { temperature: 31.5 } },
        conditions: [{ got: 31.5 }, { fact: null, got: null, held: true }],
        effects: [{ kind: 'notice', what: { to: 'property' } }, { kind: 'share' }],
      },
    ]);
    for (const account of ['community_officer', 'resident', 'stranger', 'city_officer']) {
      expect((await runsFor(account)).nodes, account).toEqual([]);
    }
    const { errors } = await ask('tenant', '{ ruleRuns { nodes { id } } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'access:run.too_many' });
  });

  it('is of the tenancy it was in: who lives there next sees none of it', async () => {
    await warm();
    world.apply([
      { kind: 'lease_transitioned', home: HOME, lease: 'demo-lease', to: 'ended' },
      { kind: 'relation_added', subject: 'demo-person-resident', relation: 'resident', object: HOME },
    ]);
    expect((await runsFor('resident')).nodes).toEqual([]);
    expect((await runsFor('tenant')).nodes).toEqual([]);
    expect((await runsFor('admin')).nodes).toHaveLength(1);
  });

  it('comes by pages, newest first, and once for an event told again', async () => {
    for (const minute of [3, 1, 2, 1]) await warm(NOW - minute * 60_000);
    const first = await runsFor('tenant', `home: "${HOME}", first: 2`);
    const second = await runsFor('tenant', `home: "${HOME}", first: 2, after: "${first.pageInfo.endCursor}"`);
    const minutes = [...first.nodes, ...second.nodes].map(({ at }) => (NOW - Date.parse(String(at))) / 60_000);
    expect(minutes).toEqual([1, 2, 3]);
    expect(second.pageInfo.endCursor).toBeNull();
  });
});

describe('a rule of a platform', () => {
  it('acts in a home as that platform, by what its people agreed to, and they are told', async () => {
    const lamp = `${HOME}:lamp`;
    const about = {
      id: lamp,
      home: HOME,
      room: null,
      address: 'lamp',
      name: 'lamp',
      vendor: 'v',
      trust: 'normal',
    } as const;
    world.apply([{ kind: 'device_registered', device: { ...about, model: 'LED1545G12' } }]);
    const off: RuleEffect = { kind: 'command', device: 'lamp', property: 'state', value: 'OFF' };
    const saving = rule([off, { kind: 'alarm', alarm: 'wrong_lock_codes' }], { claimant: 'community' });
    const results = async (at: number) => {
      const { effects } = await world.react(reported(CLIMATE, { temperature: 31 }, at), [saving]);
      return effects.map(({ result, decision }) => [
        result,
        world.records.get(decision!)!.asking.subject.organisation?.id,
      ]);
    };
    const office = 'demo-community-office';
    expect(await results(NOW - 2)).toEqual([
      ['refused', office],
      ['refused', office],
    ]);
    const tenant = 'demo-person-tenant';
    const basis = {
      id: 'saves',
      type: 'consent',
      home: HOME,
      person: tenant,
      givenBy: tenant,
      grantee: office,
    } as const;
    const scope = {
      purposes: ['community_service'],
      categories: [...CATEGORIES],
      granularity: 'full',
      ends: null,
    } as const;
    world.apply([{ kind: 'basis_given', basis: { ...basis, ...scope } }]);
    expect(await results(NOW - 1)).toEqual([
      ['granted', office],
      ['refused', office],
    ]);
    expect(world.audit).toContainEqual(
      expect.objectContaining({ kind: 'obligation', duty: 'notify', home: HOME, who: 'residents', told: [tenant] }),
    );
    const [command] = [...world.graph.commands.get(HOME)!.values()];
    expect(command).toMatchObject({ command: { device: lamp, claimant: 'community' } });
  });
});

describe('what rules tell', () => {
  it('comes to whom it is for, and to nobody who may not have what it tells of', async () => {
    const motion = rule(
      [
        { kind: 'notice', to: 'property', text: 'Somebody moves' },
        { kind: 'notice', to: 'residents', text: 'You move' },
      ],
      {
        id: 'motion',
        on: { properties: ['occupancy'] },
        conditions: { all: [{ fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true }] },
      },
    );
    const stream = await streamsOf(server)('tenant', 'subscription { noticeGiven { text rule } }');
    await warm();
    const { effects } = await world.react(reported(MOTION, { occupancy: true }), [motion]);
    expect(effects.map(({ result }) => result)).toEqual(['refused', 'granted']);
    const told = async (account: string) => {
      const { data } = await ask(account, '{ notices { text toldAs rule homeId } }');
      return (data!['notices'] as unknown as { text: string }[]).map(({ text }) => text).sort();
    };
    expect(await told('tenant')).toEqual(['It is warm', 'You move']);
    expect(await told('property_manager')).toEqual(['A home is warm']);
    expect(await told('community_officer')).toEqual([]);
    expect(await stream.next()).toEqual({ data: { noticeGiven: { text: 'It is warm', rule: 'too_warm' } } });
    stream.cancel();
  });

  it('reaches no landlord from a home that is let, and its tenant also when nothing can be decided', async () => {
    const { effects } = await world.react(reported(CLIMATE, { temperature: 31 }), [
      rule([{ kind: 'notice', to: 'owner', text: 'It is warm at your tenant' }]),
    ]);
    expect(effects).toMatchObject([{ result: 'refused' }]);
    const { asking } = world.records.get(effects[0]!.decision!)!;
    expect(asking).toMatchObject({ action: 'subscribe', subject: { person: 'demo-person-landlord' } });
    world.bundle = null;
    const danger = rule(
      [
        { kind: 'notice', to: 'residents', text: 'Leave' },
        { kind: 'notice', to: 'property', text: 'Help' },
      ],
      {
        severity: 'life_safety',
      },
    );
    const urgent = await world.react(reported(CLIMATE, { temperature: 60 }, NOW), [danger]);
    expect(urgent.effects.map(({ decision, result }) => [decision, result])).toEqual([
      ['life_safety', 'granted'],
      [null, 'failed'],
    ]);
    expect(world.reactions.page({ kind: 'notice', home: HOME, first: 9 })).toMatchObject([
      { name: 'demo-person-tenant', body: { text: 'Leave', decision: 'life_safety' } },
    ]);
  });

  it('reaches a platform as the decision for it leaves it, and is taken back with what allowed it', async () => {
    const shared = rule([{ kind: 'share', tier: 'community', property: 'battery', purpose: 'community_service' }], {
      on: { properties: ['battery'] },
      conditions: { all: [{ fact: 'property', params: { name: 'battery' }, operator: 'lessThan', value: 10 }] },
    });
    const hour = 3_600_000;
    world.report(HOME, CLIMATE, { battery: 9 }, NOW - hour);
    const { effects } = await world.react(reported(CLIMATE, { battery: 3 }), [shared]);
    expect(effects).toMatchObject([
      { result: 'granted', deliveries: [{ to: 'demo-community-office', outcome: 'reduced' }] },
    ]);
    const sharedWith = async (account: string, path = '/graphql') => {
      const query = '{ sharedData { nodes { property value unit outcome obligations rule } } }';
      const { data } = await ask(account, query, { path });
      return (data?.['sharedData'] as { nodes: unknown[] } | undefined)?.nodes;
    };
    // By the hour, as the community may have it: not the 3 of now.
    expect(await sharedWith('community_officer', '/community/graphql')).toMatchObject([
      {
        property: 'battery',
        value: 9,
        unit: '%',
        outcome: 'reduced',
        obligations: [{ type: 'coarsen_time', window: 'PT1H' }],
      },
    ]);
    for (const account of ['tenant', 'property_manager', 'city_officer']) expect(await sharedWith(account)).toEqual([]);
    const label = {
      subject_class: 'personal',
      category: 'behaviour',
      grade: 'general_3',
      sharing: 'not_shared',
      sensitive: true,
    } as const;
    world.apply([{ kind: 'property_relabelled', home: HOME, device: CLIMATE, property: 'battery', label }]);
    expect(await sharedWith('community_officer')).toMatchObject([{ value: null, outcome: 'denied' }]);
  });
});
