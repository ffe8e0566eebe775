import { expect, it } from 'vitest';
import type { Change } from '../changes.ts';
import { EphemeralSealer } from '../stores/EphemeralSealer.ts';
import { SqliteStore } from '../stores/sqlite/SqliteStore.ts';
import { foldGraph } from './foldGraph.ts';
import { TwinGraph } from './TwinGraph.ts';

const DAY = 86_400_000;
const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const on = (day: number, change: Change) => ({ at: new Date(T0 + day * DAY).toISOString(), change });

const history = [
  on(0, { kind: 'area_added', area: { id: 'b1', level: 'building', name: 'Building 1', parent: null } }),
  on(0, { kind: 'home_added', home: { id: 'h1', area: 'b1', name: 'Home 1', occupancy: 'vacant' } }),
  on(0, { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } }),
  on(1, {
    kind: 'device_registered',
    device: { id: 'h1/m', home: 'h1', room: null, address: '0x1', name: 'm', vendor: 'v', model: 'x', trust: 'normal' },
  }),
  on(2, { kind: 'relation_added', subject: 'ana', relation: 'resident', object: 'h1' }),
  on(3, { kind: 'occupancy_changed', home: 'h1', occupancy: 'rented' }),
];
const power = (day: number, value: number) => ({
  home: 'h1',
  device: 'h1/m',
  at: T0 + day * DAY,
  receivedAt: T0 + day * DAY,
  values: { power: value },
  tenancy: null,
  group: 'closed' as const,
  current: true,
});

async function storeWithHistory() {
  const sealer = new EphemeralSealer();
  const store = SqliteStore.open(':memory:', sealer);
  await store.commit({ changes: history, readings: [power(1, 10), power(2, 20), power(3, 30)] });
  return { store, sealer };
}

it('folds a store into the graph that applying its changes gives, with the last values', async () => {
  const { store } = await storeWithHistory();
  const expected = new TwinGraph();
  for (const { change } of history) expected.apply(change);
  expected.setValue('h1', 'h1/m', 'power', { value: 30, at: T0 + 3 * DAY, receivedAt: T0 + 3 * DAY });
  // How long ago that was is for whoever knows what time it is.
  expected.device('h1', 'h1/m').lastSeen = 'never';
  expect(await foldGraph(store)).toEqual(expected);
});

it('folds the same from a store that gives values one by one', async () => {
  const { store } = await storeWithHistory();
  const oneByOne = {
    changes: (since: number) => store.changes(since),
    revision: () => store.revision(),
    values: () => store.values(),
  };
  expect(await foldGraph(oneByOne)).toEqual(await foldGraph(store));
});

it('folds without what was erased, at the revision of the store', async () => {
  const { store, sealer } = await storeWithHistory();
  sealer.destroy({ kind: 'person', person: 'ana' });
  const graph = await foldGraph(store);
  expect(graph.people.size).toBe(0);
  expect(graph.home('h1').people.size).toBe(0);
  expect(graph.home('h1').occupancy).toBe('rented');
  expect(graph.revision).toBe(history.length);
  // She, and that she resides there.
  expect(graph.erased).toBe(2);
});

it('folds on when a home was erased to which people and later changes still point', async () => {
  const { store, sealer } = await storeWithHistory();
  sealer.destroy({ kind: 'home', home: 'h1', tenancy: null, group: 'closed' });
  await store.commit({ changes: [on(4, { kind: 'device_renamed', home: 'h1', device: 'h1/m', name: 'n' })] });
  await store.commit({ changes: [on(5, { kind: 'person_added', person: { id: 'ben', ageBand: 'adult' } })] });
  const graph = await foldGraph(store);
  expect([...graph.people.keys()]).toEqual(['ana', 'ben']);
  expect(graph.homes.size).toBe(0);
  expect(graph.revision).toBe(await store.revision());
});

it('does not fold a change about what never was', async () => {
  const { store } = await storeWithHistory();
  await store.commit({ changes: [on(4, { kind: 'device_renamed', home: 'h2', device: 'h2/m', name: 'n' })] });
  await expect(foldGraph(store)).rejects.toMatchObject({ code: 'twin:home.not_found' });
});
