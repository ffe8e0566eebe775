import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import type { Account, Change } from '../twin/changes.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { probePolicies } from './testPolicies.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const CLIMATE = 'demo-rented:0x00158d00045c0001';
const LOCK = 'demo-rented:0x00158d00045c0004';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  world.apply(VENDOR);
  world.issue('vendor', 'city');
  world.report('demo-rented', CLIMATE, { temperature: 25 });
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

type Fact = { readonly path: string | null; readonly value: unknown };
type Explained = {
  readonly reader: string;
  readonly reproduced: boolean;
  readonly request: Record<string, unknown>;
  readonly decision: {
    readonly outcome: string;
    readonly reasons: Record<string, unknown>[];
    readonly errors: object[];
  };
  readonly facts: readonly Fact[];
  readonly nextBetter: { readonly changes: readonly { readonly condition: string }[] } | null;
};

/** The id of a decision about a property of the rented home that an account asked for. */
async function decided(by: string, device: string, property: string): Promise<string> {
  const query = `{ decide(requests: [{ home: "demo-rented", device: "${device}", property: "${property}" }]) { id } }`;
  const { data } = await ask(by, query);
  return (data as unknown as { decide: { id: string }[] }).decide[0]!.id;
}

async function explained(by: string, id: string): Promise<Explained | null> {
  const { data, errors } = await ask(by, EXPLAIN, { variables: { id } });
  expect(errors).toEqual([]);
  return (data as unknown as { explain: Explained | null }).explain;
}

const factOf = ({ facts }: Explained, path: string) => facts.find((fact) => fact.path === path)?.value;

describe('an explanation', () => {
  it('shows the people of the home and the auditor everything [DH-5.2.3-3]', async () => {
    const id = await decided('community_officer', LOCK, 'state');
    const [people, auditor] = await Promise.all([explained('tenant', id), explained('admin', id)]);
    expect(people).toMatchObject({ reader: 'people', reproduced: true, decision: { outcome: 'denied' } });
    expect(auditor).toMatchObject({ reader: 'auditor', facts: people!.facts, nextBetter: people!.nextBetter });
    expect(factOf(people!, 'resource.home.occupancy')).toBe('rented');
    expect(factOf(people!, 'resource.owners')).toHaveLength(1);
    expect(people!.facts.map(({ path }) => path)).not.toContain(null);
    expect(people!.decision.reasons[0]).toMatchObject({
      file: expect.stringMatching(/\.rego$/),
      line: expect.any(Number),
    });
    expect(await explained('resident', id)).toBeNull();
  });

  it('shows a requester the rule and itself, and of the home a condition where nothing of it may be read', async () => {
    const officer = (await explained('community_officer', await decided('community_officer', LOCK, 'state')))!;
    expect(officer).toMatchObject({ reader: 'requester', reproduced: true });
    expect(officer.decision.reasons[0]).toMatchObject({ rule: expect.any(String), message: expect.any(String) });
    expect(factOf(officer, 'subject.tier')).toBe('community');
    expect(officer.facts.filter(({ path }) => path?.startsWith('resource.home') || path === 'resource.owners')).toEqual(
      [],
    );
    expect(officer.facts).toContainEqual(expect.objectContaining({ path: null, value: null }));
    expect(officer.nextBetter!.changes.map(({ condition }) => condition)).toContain('a condition of the home');
  });

  it('shows a requester of the home what may be read there, as long as that still holds', async () => {
    const id = await decided('property_manager', CLIMATE, 'temperature');
    const manager = (await explained('property_manager', id))!;
    expect(manager.reader).toBe('requester');
    expect(factOf(manager, 'resource.home.occupancy')).toBe('rented');
    expect(factOf(manager, 'resource.device')).toMatchObject({ kind: 'sensor' });
    // The consents of a home are not the manager's to read.
    expect(manager.facts.map(({ path }) => path)).not.toContain('resource.owners');
    expect(manager.facts.map(({ path }) => path)).toContain(null);
    world.apply([{ kind: 'occupancy_changed', home: 'demo-rented', occupancy: 'vacant' }]);
    expect(factOf((await explained('property_manager', id))!, 'resource.home.occupancy')).toBeUndefined();
  });

  it('shows other platforms a code and the numbers of clauses, and nothing else [CC-4.1.4]', async () => {
    const id = await decided('vendor', CLIMATE, 'battery');
    const { text } = await ask('vendor', EXPLAIN, { variables: { id } });
    const told = JSON.parse(text).data.explain;
    const nothing = { policy: null, rule: null, file: null, line: null, message: null };
    expect(told).toMatchObject({ reader: 'outside', request: {}, facts: [], nextBetter: null });
    for (const reason of told.decision.reasons)
      expect(reason).toEqual({ ...nothing, code: 'deny', clauses: expect.any(Array) });
    expect(text).not.toMatch(/demo-rented|demo-person|\.rego|0x00158d|resource\./);
    const DECIDE = `{ decide(requests: [{ home: "demo-rented", device: "${CLIMATE}", property: "battery" }]) { outcome reasons { code policy rule file line message clauses { id } } errors { message } } }`;
    const decide = await ask('vendor', DECIDE);
    expect(decide.data).toMatchObject({ decide: [{ outcome: 'denied', reasons: [{ ...nothing, code: 'deny' }] }] });
    expect((await ask('property_manager', DECIDE)).text).toContain('.rego');
  });

  it('is itself decided, and read under that decision', async () => {
    const id = await decided('community_officer', LOCK, 'state');
    const before = world.records.size;
    await explained('community_officer', id);
    const records = [...world.records.values()].slice(before);
    expect(records.map(({ resources, outcome }) => [resources[0]?.type, outcome])).toContainEqual([
      'explanation',
      'reduced',
    ]);
    expect(world.audit).toContainEqual({ kind: 'explanation', subject: 'community_officer', decision: id });
    world.bundle = await probePolicies({ general_4: { outcome: 'raw', obligations: [] } });
    expect(await explained('tenant', id)).toBeNull();
  });

  it('gives the same bytes again under the policies of then, when others are active by now', async () => {
    const id = await decided('tenant', CLIMATE, 'temperature');
    const other = await probePolicies({
      general_1: { outcome: 'raw', obligations: [] },
      general_2: { outcome: 'reduced', obligations: [{ type: 'mask', method: 'suppress' }] },
    });
    world.retired.set(bundle.id, bundle);
    world.bundle = other;
    const again = (await explained('tenant', id))!;
    expect(again).toMatchObject({ reproduced: true, decision: { outcome: 'raw', bundle: bundle.id } });
    world.retired.clear();
    expect(await explained('tenant', id)).toMatchObject({ reproduced: false, nextBetter: null });
  });

  it('says what went wrong in a sentence for readers, in Chinese and English', async () => {
    world.bundle = await probePolicies({
      general_1: { outcome: 'raw', obligations: [] },
      general_2: { outcome: 'raw', obligations: [{ type: 'shred' }] },
    });
    const why = (await explained('tenant', await decided('tenant', CLIMATE, 'temperature')))!;
    expect(why.decision).toMatchObject({
      outcome: 'denied',
      errors: [
        {
          code: 'policy:obligation.unknown',
          message: expect.stringContaining('shred'),
          zh: expect.stringMatching(/\p{Script=Han}/u),
          en: expect.stringContaining('not known'),
        },
      ],
    });
  });
});

const EXPLAIN = `query ($id: ID!) {
  explain(decisionId: $id) {
    reader reproduced request
    decision {
      id outcome obligations bundle at reasons { code policy rule file line message clauses { id zh en } }
      errors { code message zh en }
    }
    facts { path value origin }
    nextBetter { outcome changes { path from to condition } }
  }
}`;

/** A maker of devices that the tenant let read the climate of the rooms. */
const ACCOUNT: Account = {
  id: 'vendor',
  person: null,
  organisation: 'maker',
  area: null,
  tier: 'city',
  roles: ['service_provider'],
  assurance: 'high',
  multiFactor: true,
};
const VENDOR: readonly Change[] = [
  { kind: 'organisation_added', organisation: { id: 'maker', kind: 'vendor', name: 'Maker', area: null } },
  { kind: 'account_added', account: ACCOUNT },
  {
    kind: 'basis_given',
    basis: {
      id: 'for-the-maker',
      type: 'consent',
      home: 'demo-rented',
      person: 'demo-person-tenant',
      givenBy: 'demo-person-tenant',
      grantee: 'maker',
      purposes: ['commerce'],
      categories: ['environment'],
      granularity: 'hour',
      ends: new Date(NOW + 86_400_000).toISOString(),
    },
  },
];
