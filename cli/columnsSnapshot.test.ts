import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Columns } from '../engine/census/Columns.ts';
import type { ColumnsSnapshot } from '../engine/census/ColumnsSnapshot.ts';
import { readColumns, writeColumns } from '../engine/census/columnFile.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { cellsOf, NOW, scenario } from './testCells.ts';

const city = cityPopulation({ seed: 7, homes: 25 });

/** A small city as one graph, with a basis of an area. */
function smallCity(): TwinGraph {
  const graph = new TwinGraph();
  for (const change of city.areas) graph.apply(change);
  for (let index = 0; index < city.size; index++) for (const change of city.home(index)) graph.apply(change);
  const scope = { purposes: ['care'], categories: ['environment'], granularity: 'full', ends: null } as const;
  const basis = { id: 'b', type: 'approval', area: 'district-1', givenBy: 'city-government', ...scope } as const;
  graph.apply({ kind: 'area_basis_given', basis: { ...basis, grantee: { party: 'hospital-1' } } });
  return graph;
}

/** A snapshot as a worker gets it. */
function sent(snapshot: ColumnsSnapshot): Columns {
  return Columns.fromSnapshot(structuredClone(snapshot));
}

describe('a snapshot of columns', () => {
  it('holds every cell as the graph had it', async () => {
    const graph = smallCity();
    graph.erased = 2;
    const columns = await Columns.build(graphSource(graph));
    expect(sent(columns.snapshot([])).source.graph.erased).toBe(2);
    const cells = cellsOf(sent(columns.snapshot(questionsOf(scenario, graph))));
    expect(cells.length).toBeGreaterThan(3_000);
    for (const { asking, input, ...resource } of cells) {
      const gathered = gatherFacts(graph, asking, { type: 'property', ...resource }, NOW);
      expect(JSON.stringify(input)).toBe(JSON.stringify(gathered));
    }
  });

  it('stays as it is while homes change, are read again and others are added', async () => {
    const graph = smallCity();
    const source = graphSource(graph);
    const columns = await Columns.build(source);
    const kept = columns.snapshot(questionsOf(scenario, graph));
    const before = cellsOf(sent(kept));
    const { revision } = graph;

    graph.dirtyHomes.clear();
    for (const [id, home] of graph.homes) {
      graph.apply({ kind: 'occupancy_changed', home: id, occupancy: 'vacant' });
      for (const basis of home.bases.keys()) graph.apply({ kind: 'basis_ended', home: id, basis, reason: 'withdrawn' });
    }
    graph.apply({ kind: 'area_basis_ended', basis: 'b', reason: 'withdrawn' });
    graph.apply({ kind: 'relation_added', subject: 'hospital-1', relation: 'manages', object: 'district-1' });
    graph.apply({ kind: 'home_added', home: { id: 'new', area: 'building-1', name: 'new', occupancy: 'rented' } });
    columns.refresh([...graph.dirtyHomes, 'new'].map((home) => source.indexOf(home)));

    const opened = sent(kept);
    expect(JSON.stringify(cellsOf(opened))).toBe(JSON.stringify(before));
    expect([opened.revision, opened.size]).toEqual([revision, 25]);
    const after = cellsOf(sent(columns.snapshot(questionsOf(scenario, graph))));
    expect(after).toHaveLength(before.length);
    expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
  });

  it('is asked for nothing but what it was made for', async () => {
    const columns = await Columns.build(graphSource(smallCity()));
    const opened = sent(columns.snapshot([]));
    expect(() => cellsOf(opened)).toThrow('a snapshot is asked what it was made for');
    expect(() => opened.refresh([0])).toThrow('a snapshot holds columns and no homes');
  });
});

describe('a file of columns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'columns-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kept', 'city');

  it('gives back every cell, and whatever else the homes are asked', async () => {
    const source = populationSource(city);
    const columns = await Columns.build(source);
    const questions = questionsOf(scenario, source.graph);
    writeColumns(file, 'city-7', { columns: columns.snapshot(questions, false), opened: source.opened() });

    const kept = readColumns(file, 'city-7')!;
    const opened = populationSource(city, kept.opened);
    const read = Columns.fromSnapshot(kept.columns, opened);
    expect(JSON.stringify(cellsOf(read))).toBe(JSON.stringify(cellsOf(columns)));
    expect([read.revision, opened.revision]).toEqual([columns.revision, source.revision]);
    const [asking] = questionsOf({ ...scenario, purposes: ['research'] }, source.graph).map((one) =>
      one.askingAt('building-1'),
    );
    expect([...read.pairs(asking!).related]).toEqual([...columns.pairs(asking!).related]);
    expect([...read.people.shared()]).toEqual([...columns.people.shared()]);
  });

  it('is as if it were not there when it is of other homes, damaged or cut off', () => {
    const bytes = readFileSync(file);
    const readWith = (changed: Uint8Array) => {
      writeFileSync(join(folder, 'changed'), changed);
      return readColumns(join(folder, 'changed'), 'city-7');
    };
    expect(readColumns(file, 'city-8')).toBeNull();
    expect(readColumns(join(folder, 'none'), 'city-7')).toBeNull();
    expect(readWith(bytes)).not.toBeNull();
    for (const at of [0, 40, bytes.length >> 1, bytes.length - 1]) {
      expect(readWith(bytes.with(at, bytes[at]! ^ 1)), `byte ${at}`).toBeNull();
      expect(readWith(bytes.subarray(0, at)), `${at} bytes`).toBeNull();
    }
  });
});
