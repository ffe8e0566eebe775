import { AREA_LEVELS, type AreaLevel } from '../../twin/words.ts';
import { TIME_GRAINS, type TimeGrain } from './coarsenTime.ts';
import { later, type ObligationType } from './ObligationType.ts';

/** The fewest homes that an aggregate may be asked to rest on: with less, one neighbour can work out the other. */
const LEAST_K = 3;
const LEVELS: readonly AreaLevel[] = [...AREA_LEVELS].reverse();

/** Answer only by statistics over at least `k` homes of an area, over a window of time. */
export type Aggregate = {
  readonly type: 'aggregate';
  readonly k: number;
  readonly area: AreaLevel;
  readonly window: TimeGrain;
};

export const aggregate: ObligationType<Aggregate> = {
  type: 'aggregate',
  accepts: ({ type: _, k, area, window, ...rest }) =>
    Object.keys(rest).length === 0 &&
    Number.isSafeInteger(k) &&
    (k as number) >= LEAST_K &&
    LEVELS.includes(area as AreaLevel) &&
    TIME_GRAINS.includes(window as TimeGrain),
  stricter: (a, b) => ({
    type: 'aggregate',
    k: Math.max(a.k, b.k),
    area: later(LEVELS, a.area, b.area),
    window: later(TIME_GRAINS, a.window, b.window),
  }),
};
