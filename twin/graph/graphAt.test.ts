import { describe, expect, it } from 'vitest';
import type { Change } from '../changes.ts';
import { EphemeralSealer } from '../stores/EphemeralSealer.ts';
import { SqliteStore } from '../stores/sqlite/SqliteStore.ts';
import type { Reading } from '../TwinStore.ts';
import { foldGraph } from './foldGraph.ts';
import { type AtOptions, graphAt } from './graphAt.ts';
import { graphOfSnapshot, snapshotOf } from './snapshot.ts';
import { TwinGraph } from './TwinGraph.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const hour = (number: number) => T0 + number * HOUR;

const device = { home: 'h1', room: null, address: '0x1', name: 'm', vendor: 'v', model: 'x', trust: 'normal' } as const;
const lease = { id: 'l1', home: 'h1', tenant: 'ana', landlord: 'olga' } as const;
const HISTORY: readonly Change[] = [
  { kind: 'area_added', area: { id: 'b1', level: 'building', name: 'Building 1', parent: null } },
  { kind: 'home_added', home: { id: 'h1', area: 'b1', name: 'Home 1', occupancy: 'vacant' } },
  { kind: 'device_registered', device: { id: 'h1/m', ...device } },
  { kind: 'lease_signed', lease: { ...lease, starts: new Date(hour(4)).toISOString(), ends: '2027-01-01T00:00:00Z' } },
  { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'active' },
  { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } },
  { kind: 'relation_added', subject: 'ana', relation: 'tenant', object: 'h1' },
  { kind: 'occupancy_changed', home: 'h1', occupancy: 'rented' },
  { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'ended' },
  { kind: 'home_flagged', home: 'h1', flag: 'under_repair', on: true },
];
/** One change an hour, and a quarter of an hour later what the meter says: the number of the hour. */
const changes = HISTORY.map((change, at) => ({ at: new Date(hour(at)).toISOString(), change }));
const readings = [...HISTORY.keys()].map((at): Reading => {
  const received = hour(at) + HOUR / 4;
  const tenancy = at >= 4 && at < 8 ? 'l1' : null;
  return {
    home: 'h1',
    device: 'h1/m',
    at: received,
    receivedAt: received,
    values: { power: at },
    tenancy,
    group: 'closed',
    current: true,
  };
});

async function openStore() {
  const sealer = new EphemeralSealer();
  const store = SqliteStore.open(':memory:', sealer);
  await store.commit({ changes, readings });
  return { store, sealer };
}

/** Checkpoints as a folder keeps them: some revisions of the graph as bytes. */
function checkpointsAt(
  revisions: readonly number[],
): Required<Pick<AtOptions, 'checkpoint'>> & { readonly asked: number[] } {
  const kept = new Map(
    revisions.map((revision) => {
      const graph = new TwinGraph();
      for (const change of HISTORY.slice(0, revision)) graph.apply(change);
      return [revision, snapshotOf(graph)] as const;
    }),
  );
  const asked: number[] = [];
  return {
    asked,
    checkpoint: async (below) => {
      const newest = Math.max(...revisions.filter((revision) => revision < below));
      asked.push(newest);
      return kept.has(newest) ? graphOfSnapshot(kept.get(newest)!) : null;
    },
  };
}

describe('graphAt', () => {
  it('gives what was known at an instant, and none of what came after', async () => {
    const { store } = await openStore();
    const graph = await graphAt(store, hour(6));
    expect(graph.revision).toBe(7);
    expect(graph.home('h1').occupancy).toBe('vacant');
    expect(graph.home('h1').people.get('ana')).toEqual(new Set(['tenant']));
    expect(graph.device('h1', 'h1/m').values.size).toBe(0);
    expect((await graphAt(store, hour(1))).homes.get('h1')?.devices.size).toBe(0);
  });

  it('gives the values of homes that are asked for, without those of a tenant who was gone', async () => {
    const { store } = await openStore();
    const power = async (instant: number) => {
      const graph = await graphAt(store, instant, { values: ['h1'] });
      return graph.device('h1', 'h1/m').values.get('power')?.value;
    };
    expect(await power(hour(7))).toBe(6);
    expect(await power(hour(8) - 1)).toBe(7);
    expect(await power(hour(8))).toBeUndefined();
    expect(await power(hour(9))).toBe(8);
    // When it was heard is the device's own matter and outlives the lease.
    expect((await graphAt(store, hour(8), { values: 'all' })).device('h1', 'h1/m').lastSeenAt).toBe(hour(7.25));
  });

  it('gives the same from the nearest checkpoint before, whatever checkpoints there are', async () => {
    const { store } = await openStore();
    for (const revisions of [[1], [4, 9], [5, 6, 7], [10]]) {
      for (let at = 0; at < HISTORY.length; at += 1) {
        const whole = await graphAt(store, hour(at), { values: 'all' });
        const checkpoints = checkpointsAt(revisions);
        const continued = await graphAt(store, hour(at), { values: 'all', checkpoint: checkpoints.checkpoint });
        // Who has changed since then is for those who keep columns.
        whole.dirtyHomes.clear();
        continued.dirtyHomes.clear();
        expect(continued, `hour ${at} from ${revisions}`).toEqual(whole);
        // Newest first, until one lies before.
        expect(checkpoints.asked.slice(0, -1).every((revision) => revision > at + 1)).toBe(true);
      }
    }
  });

  it('gives one home alone, the same as among others', async () => {
    const { store } = await openStore();
    const other: Change = { kind: 'home_added', home: { id: 'h2', area: 'b1', name: 'Home 2', occupancy: 'rented' } };
    const resident: Change = { kind: 'relation_added', subject: 'ana', relation: 'owner', object: 'h2' };
    const office: Change = { kind: 'relation_added', subject: 'office', relation: 'manages', object: 'b1' };
    const late = [other, resident, office].map((change) => ({ at: new Date(hour(10)).toISOString(), change }));
    await store.commit({ changes: late });
    const [alone, among] = [await graphAt(store, hour(11), { home: 'h1' }), await graphAt(store, hour(11))];
    expect([...alone.homes.keys()]).toEqual(['h1']);
    expect(alone.home('h1')).toEqual(among.home('h1'));
    expect(alone.areaRelations).toEqual(among.areaRelations);
    expect(alone.revision).toBe(among.revision);
  });

  it('refuses an instant before the first event, and one where nothing ever happened', async () => {
    const { store } = await openStore();
    await expect(graphAt(store, T0 - 1)).rejects.toMatchObject({
      code: 'twin:instant.too_early',
      message: expect.stringContaining('the first event is of 2026-01-01T00:00:00.000Z'),
      hint: 'ask for 2026-01-01T00:00:00.000Z or later',
    });
    const empty = SqliteStore.open(':memory:', new EphemeralSealer());
    await expect(graphAt(empty, T0)).rejects.toMatchObject({ code: 'twin:instant.too_early' });
  });

  it('leaves away what was erased since, and counts it', async () => {
    const { store, sealer } = await openStore();
    sealer.destroy({ kind: 'person', person: 'ana' });
    const graph = await graphAt(store, hour(7));
    expect(graph.people.has('ana')).toBe(false);
    expect(graph.home('h1').people.size).toBe(0);
    expect(graph.erased).toBe(2);
    expect((await graphAt(store, hour(4))).erased).toBe(0);
    expect((await foldGraph(store)).erased).toBe(2);
  });
});
