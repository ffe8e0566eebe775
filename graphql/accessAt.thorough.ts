import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { endLease } from '../engine/endLease.ts';
import type { ActivationRecord } from '../trust/activations/ActivationRecord.ts';
import type { RolloutRecord } from '../trust/activations/RolloutRecord.ts';
import type { Basis, Change } from '../twin/changes.ts';
import { EphemeralSealer } from '../twin/stores/EphemeralSealer.ts';
import { SqliteStore } from '../twin/stores/sqlite/SqliteStore.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { pastHomes } from './pastHome.ts';
import { type ToldAccess, told } from './resolvers/accessAtInstant.ts';
import { clientOf } from './testClient.ts';
import { probePolicies } from './testPolicies.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const DAY = 86_400_000;
const HOME = 'demo-rented';
const CLIMATE = `${HOME}:0x00158d00045c0001`;
const TEMPERATURE = { home: HOME, device: CLIMATE, property: 'temperature' };
const CARE: Basis = {
  id: 'for-the-hospital',
  type: 'consent',
  home: HOME,
  person: 'demo-person-tenant',
  givenBy: 'demo-person-tenant',
  grantee: 'demo-hospital',
  purposes: ['care'],
  categories: ['environment'],
  granularity: 'full',
  ends: null,
};

let then: Bundle;
let later: Bundle;
beforeAll(async () => {
  [then, later] = await Promise.all([
    repositoryPolicies(),
    probePolicies({ general_1: { outcome: 'raw', obligations: [] } }),
  ]);
});

const record = (number: number, at: number, { id }: Bundle): ActivationRecord => ({
  number,
  at: new Date(at).toISOString(),
  kind: 'activated',
  bundle: id,
  manifest: id,
  name: `bundle ${number}`,
  revision: '1',
  previous: null,
  by: 'administrator',
  signers: [],
  due: null,
  schedule: null,
  because: null,
});

/** A folder's logs: a week of tenancy, then the lease ends and a bundle is activated that permits nothing to anybody. */
async function history(records: readonly ActivationRecord[] = [record(1, NOW, then), record(2, NOW + 7 * DAY, later)]) {
  const world = new TestWorld(then);
  const sealer = new EphemeralSealer();
  const store = SqliteStore.open(':memory:', sealer);
  const made: Change[] = [...world.made, { kind: 'basis_given', basis: CARE }];
  world.apply([{ kind: 'basis_given', basis: CARE }]);
  const on = (at: number, changes: readonly Change[]) =>
    changes.map((change) => ({ at: new Date(at).toISOString(), change }));
  const temperature = {
    home: HOME,
    device: CLIMATE,
    at: NOW + DAY,
    receivedAt: NOW + DAY,
    values: { temperature: 21 },
  };
  await store.commit({
    changes: on(NOW, made),
    readings: [{ ...temperature, tenancy: 'demo-lease', group: 'closed', current: true }],
  });
  const ended = endLease(world.graph, { home: HOME, lease: 'demo-lease' });
  await store.commit({ changes: on(NOW + 7 * DAY, ended), wipedHomes: [HOME] });
  const bundles = [then, later];
  const past = pastHomes({
    store,
    bundles: { find: async (id) => bundles.find((bundle) => bundle.id === id) ?? null },
    records: () => records,
    now: () => NOW + 30 * DAY,
  });
  const seen = async (at: number) => told({ ...TEMPERATURE, at }, await past(HOME, at));
  return { seen, past, sealer };
}

const idsOf = ({ granted }: ToldAccess) => granted.flatMap(({ who }) => who.map(({ id }) => id));
const groupOf = ({ granted }: ToldAccess, seer: string) => granted.find(({ who }) => who.some(({ id }) => id === seer));

describe('who could see a reading at an instant', () => {
  it('is answered by the facts and the bundle of then, whatever holds by now [DH-5.2.3-3]', async () => {
    const { seen } = await history();
    const before = await seen(NOW + 6 * DAY);
    expect(before.bundle).toMatchObject({ id: then.id, name: 'bundle 1' });
    expect(before.reportedAt).toBe(new Date(NOW + DAY).toISOString());
    expect(groupOf(before, 'tenant')).toMatchObject({ outcome: 'raw' });
    // It has no account: it is asked as the account of a clinician would ask.
    expect(groupOf(before, 'demo-hospital')).toMatchObject({
      who: [{ kind: 'organisation', tier: 'city', purposes: ['care'] }],
      basis: [{ id: CARE.id, type: 'consent', person: CARE.person, area: null }],
      reasons: [{ code: 'permit', file: expect.stringContaining('.rego'), clauses: expect.any(Array) }],
    });
    expect(before.denied.askings).toBeGreaterThan(0);
    expect(before.denied.commonest).toMatchObject({ code: 'no_permit', clauses: ['DH-7.2.6'] });

    const after = await seen(NOW + 8 * DAY);
    expect(after.bundle).toMatchObject({ id: later.id });
    expect(after).toMatchObject({ granted: [], reportedAt: null, denied: { commonest: { rule: 'no_permit' } } });
  });

  it('takes the tenant away with the lease, under the same bundle', async () => {
    const { past } = await history();
    const { graph } = await past(HOME, NOW + 8 * DAY);
    const active = { bundle: then, record: record(1, NOW, then) };
    const still = idsOf(told({ ...TEMPERATURE, at: NOW + 8 * DAY }, { graph, active }));
    expect(still).not.toContain('tenant');
    expect(still).not.toContain('demo-hospital');
    const { graph: before } = await past(HOME, NOW + 6 * DAY);
    const were = idsOf(told({ ...TEMPERATURE, at: NOW + 6 * DAY }, { graph: before, active }));
    expect(were).toEqual(expect.arrayContaining(['tenant', 'demo-hospital']));
  });

  it('asks the bundle that was rolled out, in the homes of its cohort', async () => {
    for (const [percent, decided] of [
      [100, later],
      [1e-9, then],
    ] as const) {
      const rollout = { rollout: 2, plan: { stages: [percent], salt: 'salt' }, stage: 1 } as unknown as RolloutRecord;
      const stage = { ...record(2, NOW + DAY, later), kind: 'staged', rollout } as const;
      const { past } = await history([record(1, NOW, then), stage]);
      expect((await past(HOME, NOW)).active?.bundle).toBe(then);
      const { graph, active } = await past(HOME, NOW + 2 * DAY);
      expect(active?.bundle).toBe(decided);
      const { granted } = told({ ...TEMPERATURE, at: NOW + 2 * DAY }, { graph, active });
      expect(granted.length > 0).toBe(decided === then);
    }
  });

  it('says that nothing was known, active or reported yet, and what is erased', async () => {
    const { seen, past, sealer } = await history();
    await expect(seen(NOW - 1)).rejects.toMatchObject({ code: 'twin:instant.too_early' });
    await expect(seen(NOW + 31 * DAY)).rejects.toMatchObject({ code: 'twin:instant.to_come' });
    await expect(past('no-home', NOW)).rejects.toMatchObject({ code: 'twin:home.not_found' });
    const { graph } = await past(HOME, NOW);
    const none = told({ ...TEMPERATURE, at: NOW }, { graph, active: null });
    expect(none).toMatchObject({ granted: [], bundle: null, denied: { commonest: { rule: 'no_bundle' } } });
    const wrong = () => told({ ...TEMPERATURE, property: 'wind', at: NOW }, { graph, active: null });
    expect(wrong).toThrow(
      expect.objectContaining({ code: 'twin:property.not_found', hint: expect.stringContaining('temperature') }),
    );
    sealer.destroy({ kind: 'person', person: 'demo-person-tenant' });
    expect((await seen(NOW + DAY)).erased).toBeGreaterThan(0);
  });

  it('holds back what the endpoint of a tier does not serve, whatever its policies say', async () => {
    const { past } = await history();
    const open = await probePolicies({ general_4: { outcome: 'raw', obligations: [] } });
    const { graph } = await past(HOME, NOW);
    const active = { bundle: open, record: record(1, NOW, open) };
    const motion = { ...TEMPERATURE, device: `${HOME}:0x00158d00045c0002`, property: 'occupancy', at: NOW };
    const access = told(motion, { graph, active });
    expect(access.label.grade).toBe('general_4');
    expect(new Set(access.granted.flatMap(({ who }) => who.map(({ tier }) => tier)))).toEqual(
      new Set(['community', 'home']),
    );
    expect(access.denied.commonest).toMatchObject({ rule: 'grade_not_served' });
  });
});

describe('the door to it', () => {
  let world: TestWorld;
  let server: HttpServer;
  let ask: ReturnType<typeof clientOf>;
  beforeEach(async () => {
    world = new TestWorld(then);
    world.remember();
    server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
    ask = clientOf(server);
    return () => server.close();
  });
  const asked = async (by: string, home = HOME, at = '2026-11-04T05:20:00Z') => {
    const query = `{ accessAt(home: "${home}", device: "${CLIMATE}", property: "temperature", at: "${at}") }`;
    const { data, errors } = await ask(by, query);
    return errors[0]?.extensions['code'] ?? (data as unknown as { accessAt: ToldAccess | null }).accessAt;
  };

  it('opens to the people of the home and the auditor, and to nobody else', async () => {
    for (const who of ['tenant', 'admin']) expect(await asked(who), who).toMatchObject({ bundle: null, granted: [] });
    for (const who of ['resident', 'property_manager', 'city_officer', 'regulator', 'stranger']) {
      expect(await asked(who), who).toBeNull();
    }
    expect(await asked('tenant', 'no-home')).toBeNull();
    expect(await asked('tenant', HOME, 'yesterday')).toBe('command:date.invalid');
    expect(world.audit.filter(({ kind }) => kind === 'explanation')).toHaveLength(2);
  });

  it('tells a new tenant nothing of the days of the one before', async () => {
    world.clock.advance(DAY / 2);
    world.apply(endLease(world.graph, { home: HOME, lease: 'demo-lease' }));
    world.apply([{ kind: 'relation_added', subject: 'person-of-home-far', relation: 'resident', object: HOME }]);
    world.remember();
    expect(await asked('tenant')).toBeNull();
    expect(await asked('stranger')).toBeNull();
    expect(await asked('stranger', HOME, '2026-11-04T17:20:00Z')).not.toBeNull();
  });
});
