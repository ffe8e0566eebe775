import { describe, expect, it } from 'vitest';
import type {
  ImpactCounts,
  ImpactKey,
  ObservedImpact,
  PredictedImpact,
} from '../../trust/activations/RolloutRecord.ts';
import { compareImpact } from './compareImpact.ts';

const office: ImpactKey = {
  tier: 'community',
  organisation: 'community_office',
  action: 'read',
  purpose: 'community_service',
  resource: 'property',
  category: 'environment',
};
const counts = (cells: number, changed: number): ImpactCounts => {
  return { cells, allowedBefore: cells, allowed: cells, changed, newlyDenied: changed, newlyRaw: 0, errors: 0 };
};
const { resource: _, category: __, ...asker } = office;
const predicted = (changed: number | null): PredictedImpact => ({
  revision: 1,
  homes: 10,
  total: counts(1_000, changed ?? 0),
  lines: changed === null ? [] : [{ of: office, counts: counts(1_000, changed) }],
  asked: [asker],
  people: { asked: 0, known: 0 },
});
const observed = (cells: number, changed: number, of: Partial<ImpactKey> = {}): ObservedImpact => ({
  since: '2026-11-04T05:20:00.000Z',
  until: '2026-11-04T06:20:00.000Z',
  decided: cells,
  total: counts(cells, changed),
  lines: [{ of: { ...office, ...of }, counts: counts(cells, changed) }],
  skipped: 0,
  p99Ms: 1,
});

describe('what happened beside what was simulated', () => {
  it.each<[string, PredictedImpact, ObservedImpact, boolean | null, string | null]>([
    ['agrees within five parts of a hundred', predicted(100), observed(100, 15), true, null],
    ['disagrees beyond', predicted(100), observed(100, 16), false, null],
    ['disagrees when less happens, too', predicted(100), observed(100, 4), false, null],
    ['disagrees when one thing happens that never was to', predicted(0), observed(10_000, 1), false, null],
    ['disagrees when something of what nobody was allowed changes', predicted(null), observed(100, 1), false, null],
    ['says nothing of a few cells', predicted(100), observed(29, 29), null, 'few_cells'],
    [
      'says nothing of those who did not ask',
      predicted(100),
      observed(100, 10, { tier: 'city' }),
      null,
      'not_asked_for',
    ],
    [
      'says nothing of what is not simulated',
      predicted(100),
      observed(100, 10, { resource: 'lease' }),
      null,
      'not_simulated',
    ],
  ])('%s', (_title, simulated, happened, agrees, because) => {
    expect(compareImpact(simulated, happened)).toMatchObject([{ agrees, because }]);
  });

  it('tells both as shares', () => {
    expect(compareImpact(predicted(100), observed(50, 5))).toEqual([
      {
        of: office,
        predicted: { changed: 0.1, newlyDenied: 0.1, newlyRaw: 0 },
        observed: { changed: 0.1, newlyDenied: 0.1, newlyRaw: 0 },
        cells: { predicted: 1_000, observed: 50 },
        agrees: true,
        because: null,
      },
    ]);
  });
});
