import { describe, expect, it } from 'vitest';
import type { Change } from '../changes.ts';
import { graphOfSnapshot, snapshotOf } from './snapshot.ts';
import { TwinGraph } from './TwinGraph.ts';

const world: Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'person_added', person: { id: 'tina', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'h1', area: 'city', name: '101', occupancy: 'rented' } },
  { kind: 'relation_added', subject: 'tina', relation: 'resident', object: 'h1' },
  { kind: 'relation_added', subject: 'office', relation: 'manages', object: 'city' },
  { kind: 'home_flagged', home: 'h1', flag: 'elder_alone', on: true },
  {
    kind: 'device_registered',
    device: { id: 'd1', home: 'h1', room: null, address: '0x1', name: 'a', vendor: 'v', model: 'm', trust: 'normal' },
  },
  {
    kind: 'instrument_made',
    instrument: {
      kind: 'order',
      id: 'o1',
      number: '7',
      grantee: 'court',
      area: 'city',
      homes: null,
      purposes: ['regulation'],
      categories: ['environment'],
      granularity: 'full',
      ends: '2026-06-01T00:00:00.000Z',
    },
    act: { move: 'register', by: 'ann', at: '2026-05-01T00:00:00.000Z' },
  },
  ...['ben', 'cat'].map(
    (by, at): Change => ({
      kind: 'instrument_transitioned',
      instrument: 'o1',
      to: at === 0 ? 'approved_once' : 'in_force',
      act: { move: 'approve', by, at: '2026-05-02T00:00:00.000Z' },
    }),
  ),
  {
    kind: 'area_basis_given',
    basis: {
      id: 'o1:order',
      type: 'order',
      area: 'city',
      givenBy: 'office',
      grantee: { party: 'court' },
      purposes: ['regulation'],
      categories: ['environment'],
      granularity: 'full',
      ends: '2026-06-01T00:00:00.000Z',
    },
  },
];

describe('a snapshot of the graph', () => {
  it('holds all that changes brought and none of the values', () => {
    const graph = new TwinGraph();
    for (const change of world) graph.apply(change);
    const bare = new TwinGraph();
    for (const change of world) bare.apply(change);
    graph.setValue('h1', 'd1', 'temperature', { value: 21, at: 1, receivedAt: 2 });
    bare.dirtyHomes.clear();
    expect(graphOfSnapshot(snapshotOf(graph))).toEqual(bare);
    expect(graph.device('h1', 'd1').values.size).toBe(1);
  });

  it('goes on from where it was taken', () => {
    const graph = new TwinGraph();
    for (const change of world) graph.apply(change);
    const restored = graphOfSnapshot(snapshotOf(graph))!;
    const next: Change = { kind: 'home_flagged', home: 'h1', flag: 'elder_alone', on: false };
    restored.apply(next);
    expect(restored.revision).toBe(world.length + 1);
    expect(restored.home('h1').flags.size).toBe(0);
    expect(graph.home('h1').flags.size).toBe(1);
    restored.apply({ kind: 'area_basis_ended', basis: 'o1:order', reason: 'withdrawn' });
    expect([restored, graph].map((each) => each.areaBasesFor({ party: 'court' }, 'city').length)).toEqual([0, 1]);
    expect(restored.instrument('o1').acts.map(({ by }) => by)).toEqual(['ann', 'ben', 'cat']);
  });
});
