import { describe, expect, it } from 'vitest';
import { isCovered, rolloutNumber } from './isCovered.ts';
import { TwinGraph } from './TwinGraph.ts';

const ids = Array.from({ length: 20_000 }, (_, index) => `home-${index}`);
const covered = (percent: number, salt = 's') => ids.filter((id) => isCovered(id, { salt, percent }));

describe('the share of a roll-out', () => {
  it.each([1, 10, 50])('covers %d %% of the homes, give or take four standard deviations', (percent) => {
    const expected = (ids.length * percent) / 100;
    const deviation = Math.sqrt(expected * (1 - percent / 100));
    expect(Math.abs(covered(percent).length - expected)).toBeLessThan(4 * deviation);
  });

  it('spreads homes evenly over the numbers', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const id of ids) tenths[Math.floor(rolloutNumber(id, 's') / 1_000)]! += 1;
    // Chi-squared with 9 degrees of freedom; 27.9 is passed by chance once in a thousand salts.
    expect(tenths.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0)).toBeLessThan(27.9);
  });

  it('covers every home at 100 %, none at null, and never an area', () => {
    expect(covered(100)).toHaveLength(ids.length);
    expect(isCovered('home-1', null)).toBe(false);
    expect(isCovered('', { salt: 's', percent: 100 })).toBe(false);
  });

  it('grows by stages and never swaps homes', () => {
    const first = new Set(covered(10));
    expect(covered(1).every((id) => first.has(id))).toBe(true);
  });

  it('is another one under another salt', () => {
    const both = covered(10, 'a').filter((id) => isCovered(id, { salt: 'b', percent: 10 }));
    // Two independent tenths share a hundredth.
    expect(both.length).toBeGreaterThan(100);
    expect(both.length).toBeLessThan(320);
  });
});

describe('a graph', () => {
  it('knows the cohort of each home, and which homes a stage changes', () => {
    const graph = new TwinGraph();
    for (const id of ids.slice(0, 500)) {
      graph.apply({ kind: 'home_added', home: { id, area: 'a', name: id, occupancy: 'vacant' } });
    }
    graph.dirtyHomes.clear();
    expect(graph.cohortOf('home-1')).toBe('rest');
    graph.rollOut({ salt: 's', percent: 10 });
    const inside = [...graph.homes.keys()].filter((id) => graph.cohortOf(id) === 'rollout');
    expect([...graph.dirtyHomes]).toEqual(inside);
    expect(inside).toEqual(covered(10).filter((id) => graph.homes.has(id)));
    graph.dirtyHomes.clear();
    graph.rollOut({ salt: 's', percent: 20 });
    expect(graph.dirtyHomes.size).toBeGreaterThan(0);
    expect(inside.some((id) => graph.dirtyHomes.has(id))).toBe(false);
    graph.rollOut(null);
    expect(graph.cohortOf(inside[0]!)).toBe('rest');
  });
});
