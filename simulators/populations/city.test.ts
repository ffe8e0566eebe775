import { describe, expect, it } from 'vitest';
import { deviceType } from '../../twin/devices/index.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { cityPopulation } from './city.ts';
import { CARE_DEVICES, CITY_DEVICES } from './cityDevices.ts';
import { Random } from './Random.ts';

const HOMES = 3_000;

function foldCity(seed: number, homes: number): TwinGraph {
  const city = cityPopulation({ seed, homes });
  const graph = new TwinGraph();
  for (const change of city.areas) graph.apply(change);
  for (let index = 0; index < city.size; index++) for (const change of city.home(index)) graph.apply(change);
  return graph;
}

describe('cityPopulation', () => {
  const graph = foldCity(1, HOMES);
  const homes = [...graph.homes.values()];
  const share = (holds: (home: (typeof homes)[number]) => boolean) => homes.filter(holds).length / HOMES;

  it('tells events that fold into a graph with as many homes as asked for', () => {
    expect(graph.homes.size).toBe(HOMES);
    expect(homes.every(({ home }) => graph.areaPath(home.area).length === 6)).toBe(true);
  });

  it('is the same for the same seed, in whichever order homes are asked for', () => {
    const [one, other] = [cityPopulation({ seed: 7, homes: 500 }), cityPopulation({ seed: 7, homes: 500 })];
    const backwards = Array.from({ length: 500 }, (_, index) => other.home(499 - index)).reverse();
    expect(Array.from({ length: 500 }, (_, index) => one.home(index))).toEqual(backwards);
    expect(one.home(3)).not.toEqual(cityPopulation({ seed: 8, homes: 500 }).home(3));
  });

  it('grows without changing the homes and areas that were there', () => {
    const [small, large] = [cityPopulation({ seed: 1, homes: 701 }), cityPopulation({ seed: 1, homes: 9_000 })];
    for (let index = 0; index < small.size; index++) expect(small.home(index)).toEqual(large.home(index));
    expect(large.areas.slice(0, small.areas.length)).toEqual(small.areas);
  });

  it('has vacant, owned and rented homes, and leases in every state', () => {
    expect(share(({ occupancy }) => occupancy === 'vacant')).toBeCloseTo(0.1, 1);
    expect(share(({ occupancy }) => occupancy === 'rented')).toBeCloseTo(0.28, 1);
    const states = new Set(homes.flatMap(({ leases }) => [...leases.values()].map(({ state }) => state)));
    expect(states).toEqual(new Set(['signed', 'active', 'ended']));
  });

  it('has a permission in force in three homes of ten', () => {
    expect(share(({ bases }) => bases.size > 0)).toBeCloseTo(0.3, 1);
  });

  it('flags every elder who lives alone', () => {
    for (const home of homes) {
      const residents = [...home.people].filter(([, relations]) => relations.has('resident')).map(([id]) => id);
      const alone = residents.length === 1 && graph.people.get(residents[0]!)?.ageBand === 'elder';
      if (alone) expect(home.flags).toContain('elder_alone');
    }
    expect(share(({ flags }) => flags.has('elder_alone'))).toBeGreaterThan(0.05);
  });

  it('has only devices whose types are known, about seven in an occupied home', () => {
    for (const { model } of [...CITY_DEVICES, ...CARE_DEVICES]) expect(deviceType(model), model).toBeDefined();
    const occupied = homes.filter(({ occupancy }) => occupancy !== 'vacant');
    const mean = occupied.reduce((sum, { devices }) => sum + devices.size, 0) / occupied.length;
    expect(mean).toBeGreaterThan(5);
    expect(mean).toBeLessThan(8);
  });

  it('has raised alarms, labels that owners set, and communities too small for statistics', () => {
    expect(share(({ alarms }) => [...alarms.values()].some(({ state }) => state === 'raised'))).toBeGreaterThan(0.002);
    expect(share(({ devices }) => [...devices.values()].some(({ labels }) => labels.size > 0))).toBeGreaterThan(0.01);
    const communities = [...graph.areas.values()].filter(({ level }) => level === 'community');
    expect(Math.min(...communities.map(({ id }) => [...graph.homesWithin(id)].length))).toBe(7);
  });
});

describe('Random', () => {
  it('draws numbers that are spread evenly', () => {
    const random = new Random(42);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 100_000; draw++) counts[random.below(10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('gives neighbouring streams nothing in common', () => {
    const firsts = new Set(Array.from({ length: 10_000 }, (_, stream) => new Random(1, stream).bits()));
    expect(firsts.size).toBeGreaterThan(9_990);
  });
});
