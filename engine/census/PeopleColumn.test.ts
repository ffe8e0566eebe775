import { describe, expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { graphSource } from './graphSource.ts';
import { PeopleColumn, type PeopleSnapshot } from './PeopleColumn.ts';

const lives = (
  subject: string,
  object: string,
  kind: 'relation_added' | 'relation_ended' = 'relation_added',
): Change => ({
  kind,
  subject,
  relation: 'resident',
  object,
});

/** Two homes: an adult and a child in the first, an elder in the second. */
function twoHomes() {
  const graph = new TwinGraph();
  const changes: readonly Change[] = [
    { kind: 'area_added', area: { id: 'b', level: 'building', name: 'b', parent: null } },
    ...(['one', 'other'] as const).map(
      (id): Change => ({ kind: 'home_added', home: { id, area: 'b', name: id, occupancy: 'owner_occupied' } }),
    ),
    { kind: 'person_added', person: { id: 'adult', ageBand: 'adult' } },
    { kind: 'person_added', person: { id: 'child', ageBand: 'child_14_and_under' } },
    { kind: 'person_added', person: { id: 'elder', ageBand: 'elder' } },
    lives('adult', 'one'),
    lives('child', 'one'),
    lives('elder', 'other'),
  ];
  for (const change of changes) graph.apply(change);
  const source = graphSource(graph);
  const column = new PeopleColumn();
  const take = (...homes: readonly string[]) => {
    for (const index of homes.map(source.indexOf)) column.take(index, source.open(index), source);
  };
  take('one', 'other');
  return { graph, column, take };
}

const countsOf = ({ tupleOf, tuples }: PeopleColumn) => [...tupleOf.view()].map((tuple) => tuples.tuple(tuple));
const sharedOf = (column: PeopleColumn) =>
  [...column.shared()].map(({ age, homes }) => [age, [...homes].sort()]).filter(([, homes]) => homes!.length > 1);

describe('PeopleColumn', () => {
  it('counts the people of each home by age', () => {
    const { column } = twoHomes();
    expect(countsOf(column)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
    ]);
    expect(sharedOf(column)).toEqual([]);
  });

  it('knows who comes to live in two homes and who leaves one, though only that one is read again', () => {
    const { graph, column, take } = twoHomes();
    graph.apply(lives('child', 'other'));
    take('other');
    expect(countsOf(column)).toEqual([
      [1, 1, 0],
      [0, 1, 1],
    ]);
    expect(sharedOf(column)).toEqual([['minor', [0, 1]]]);
    graph.apply(lives('child', 'one', 'relation_ended'));
    take('one');
    expect(countsOf(column)[0]).toEqual([1, 0, 0]);
    expect(sharedOf(column)).toEqual([]);
  });

  it('goes on from a snapshot as from itself', () => {
    const { graph, column, take } = twoHomes();
    graph.apply(lives('adult', 'other'));
    take('other');
    const kept: PeopleSnapshot = structuredClone(column.snapshot());
    graph.apply(lives('adult', 'one', 'relation_ended'));
    take('one');
    const restored = new PeopleColumn(kept);
    expect(sharedOf(restored)).toEqual([['other', [0, 1]]]);
    expect(countsOf(restored)).toEqual([
      [1, 1, 0],
      [1, 0, 1],
    ]);
    const source = graphSource(graph);
    restored.take(0, source.open(0), source);
    expect([sharedOf(restored), countsOf(restored)]).toEqual([sharedOf(column), countsOf(column)]);
  });
});
