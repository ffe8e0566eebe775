import { describe, expect, it } from 'vitest';
import type { AreaLevel } from '../../twin/words.ts';
import { fitSlices } from './fitSlices.ts';
import type { Slice } from './ImpactReport.ts';

const slices = (level: AreaLevel, count: number): Slice[] =>
  Array.from({ length: count }, (_, at) => ({
    area: `${level}-${at}`,
    level,
    category: 'device',
    grade: 'general_1',
    requester: 'office',
    from: 'denied',
    to: 'raw',
    obligations: 'unchanged',
    cells: 1,
    homes: 1,
  }));

describe('fitSlices', () => {
  const all = [...slices('city', 3), ...slices('district', 4), ...slices('building', 5)];

  it('keeps all that fit', () => {
    expect(fitSlices(all, 12)).toEqual({ slices: all, omitted: [] });
  });

  it('leaves out the narrowest areas first, whole levels of them, and says so', () => {
    expect(fitSlices(all, 11)).toEqual({
      slices: all.slice(0, 7),
      omitted: ['slices: 5 of areas of the level building, for there are more than 11 in all'],
    });
    expect(fitSlices(all, 6).slices).toEqual(all.slice(0, 3));
  });

  it('keeps the widest area, however many there are', () => {
    expect(fitSlices(all, 2)).toMatchObject({
      slices: all.slice(0, 3),
      omitted: [/building/, /district/].map((level) => expect.stringMatching(level)),
    });
  });
});
