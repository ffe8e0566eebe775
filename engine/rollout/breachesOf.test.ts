import { describe, expect, it } from 'vitest';
import type { ImpactCounts, RolloutBudget } from '../../trust/activations/RolloutRecord.ts';
import { breachesOf } from './breachesOf.ts';

const budget: RolloutBudget = { newlyDenied: 0.01, newlyRaw: { cells: 2 }, errors: 0, p99Ms: 50, fromCells: 100 };
const none: ImpactCounts = {
  cells: 1_000,
  allowedBefore: 1_000,
  allowed: 1_000,
  changed: 0,
  newlyDenied: 0,
  newlyRaw: 0,
  errors: 0,
};

/** The measures that are broken. */
function broken(
  counts: Partial<ImpactCounts>,
  bounds: Partial<RolloutBudget> = {},
  p99Ms: number | null = 1,
): string[] {
  const measured = { total: { ...none, ...counts }, p99Ms };
  return breachesOf({ ...budget, ...bounds }, measured).map(({ measure }) => measure);
}

describe('a budget', () => {
  it.each<[string, Partial<ImpactCounts>, Partial<RolloutBudget>, string[]]>([
    ['is kept up to its bounds', { newlyDenied: 10, newlyRaw: 2 }, {}, []],
    ['is broken by one more that is denied', { newlyDenied: 11 }, {}, ['newly_denied']],
    [
      'holds the denied against what was allowed, not against all',
      { newlyDenied: 9, allowedBefore: 800 },
      {},
      ['newly_denied'],
    ],
    ['is broken by one more that is raw', { newlyRaw: 3 }, {}, ['newly_raw']],
    ['may bound the share that becomes raw', { newlyRaw: 21 }, { newlyRaw: { share: 0.02 } }, ['newly_raw']],
    ['is broken by errors', { errors: 1 }, {}, ['errors']],
    ['tells every bound that is broken', { newlyDenied: 500, errors: 1 }, {}, ['newly_denied', 'errors']],
    ['judges no share of a few cells', { cells: 99, newlyDenied: 50 }, {}, []],
    ['judges at once what must not be at all', { cells: 1, newlyDenied: 1 }, { newlyDenied: 0 }, ['newly_denied']],
    [
      'bounds nothing by null',
      { newlyDenied: 900, newlyRaw: 9, errors: 9 },
      { newlyDenied: null, newlyRaw: null, errors: null },
      [],
    ],
  ])('%s', (_title, counts, bounds, measures) => {
    expect(broken(counts, bounds)).toEqual(measures);
  });

  it('bounds how long decisions take, once there are enough', () => {
    expect(broken({}, {}, 51)).toEqual(['p99']);
    expect(broken({}, {}, 50)).toEqual([]);
    expect(broken({ cells: 99 }, {}, 51)).toEqual([]);
    expect(broken({}, { p99Ms: null }, 51)).toEqual([]);
  });

  it('says what it allows and what there is', () => {
    expect(breachesOf(budget, { total: { ...none, newlyDenied: 25 }, p99Ms: 80 })).toEqual([
      { measure: 'newly_denied', most: '1 %', found: '25 of 1000 cells (2.50 %)' },
      { measure: 'p99', most: '50 ms', found: '80.0 ms' },
    ]);
  });
});
