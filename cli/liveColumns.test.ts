import { setImmediate as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Columns } from '../engine/census/Columns.ts';
import { homesOfSnapshot } from '../engine/census/ColumnsSnapshot.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import { type LiveCensus, LiveColumns } from '../engine/census/LiveColumns.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import type { Change } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { cellsOf, scenario } from './testCells.ts';

const questionsIn = (graph: TwinGraph) => questionsOf(scenario, graph);

/** Some homes of one city as a graph, and what happened in the others. */
function smallCity(homes = 60) {
  const graph = new TwinGraph();
  const city = cityPopulation({ seed: 7, homes });
  for (const change of city.areas) graph.apply(change);
  const changes = Array.from({ length: homes }, (_, index) => city.home(index)).flat();
  const half = changes.findIndex((change) => change.kind === 'home_added' && change.home.id === `home-${homes / 2}`);
  for (const change of changes.slice(0, half)) graph.apply(change);
  return { graph, further: changes.slice(half) };
}

/** A census as a worker gets it. */
function sent({ snapshot, idsOf }: LiveCensus): Columns {
  const copy = structuredClone(snapshot);
  return Columns.fromSnapshot(copy, { ...homesOfSnapshot(copy), idsOf });
}

/** Makes the reading of one home take so long that others are to have their turn afterwards. */
function slowAt(graph: TwinGraph, number: number, then = () => {}): void {
  const get = graph.homes.get.bind(graph.homes);
  let read = 0;
  graph.homes.get = (id) => {
    read += 1;
    for (const until = performance.now() + 5; read === number && performance.now() < until; );
    if (read === number) then();
    return get(id);
  };
}

/** The cells of all that happened up to a revision, read at once. */
async function cellsAt(revision: number, changes: readonly Change[]): Promise<readonly unknown[]> {
  const graph = new TwinGraph();
  for (const change of changes.slice(0, revision)) graph.apply(change);
  return cellsOf(await Columns.build(graphSource(graph)));
}

describe('the columns of a live twin', () => {
  it('are those of one revision, while homes change, are added and are read', async () => {
    const { graph, further } = smallCity();
    const city = cityPopulation({ seed: 7, homes: 60 });
    const log = [...city.areas, ...Array.from({ length: 60 }, (_, index) => city.home(index)).flat()];
    const live = new LiveColumns(graph);
    const rest = [...further];
    slowAt(graph, 20);
    for (let round = 0; round < 2; round++) {
      let goesOn = true;
      const taken = live.take({ questionsOf: questionsIn }).finally(() => {
        goesOn = false;
      });
      while (goesOn && rest.length > 0) {
        for (const change of rest.splice(0, 5)) graph.apply(change);
        await pause();
      }
      const census = await taken;
      const { revision } = census.snapshot;
      // Some happened while homes were read.
      if (round === 0) expect(revision).toBeLessThan(graph.revision);
      for (const change of rest.splice(0, 100)) graph.apply(change);
      expect(JSON.stringify(cellsOf(sent(census)))).toBe(JSON.stringify(await cellsAt(revision, log)));
    }
    expect(graph.revision).toBeGreaterThan(500);
  });

  it('are read again of homes that changed alone', async () => {
    const { graph } = smallCity();
    const live = new LiveColumns(graph);
    await live.take({ questionsOf: questionsIn });
    let read = 0;
    const open = graph.homes.get.bind(graph.homes);
    graph.apply({ kind: 'home_flagged', home: 'home-3', flag: 'elder_alone', on: true });
    graph.homes.get = (id) => {
      read += 1;
      return open(id);
    };
    const census = await live.take({ questionsOf: () => [] });
    expect([census.snapshot.revision, read]).toEqual([graph.revision, expect.any(Number)]);
    expect(read).toBeLessThan(10);
  });

  it('are whole again after somebody who asked has gone', async () => {
    const { graph } = smallCity();
    const live = new LiveColumns(graph);
    const gone = new AbortController();
    slowAt(graph, 20, () => gone.abort(new Error('gone')));
    await expect(live.take({ questionsOf: questionsIn, signal: gone.signal })).rejects.toThrow();
    graph.apply({ kind: 'occupancy_changed', home: 'home-1', occupancy: 'vacant' });
    const census = await live.take({ questionsOf: questionsIn });
    const anew = await Columns.build(graphSource(graph));
    expect(JSON.stringify(cellsOf(sent(census)))).toBe(JSON.stringify(cellsOf(anew)));
  });
});
