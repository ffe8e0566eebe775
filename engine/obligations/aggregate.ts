import { AREA_LEVELS, type AreaLevel } from '../../twin/words.ts';
import { TIME_GRAINS, type TimeGrain } from './coarsenTime.ts';
import { later, type ObligationType } from './ObligationType.ts';

/** The fewest homes that an answer may rest on which is not to name one: with less, one neighbour works out the other. */
export const LEAST_K = 3;
/** More homes than a deployment has would deny for ever, which a policy says by not permitting. */
const MOST_K = 1_000_000;
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
  description: 'Answer only by statistics over many homes.',
  members: {
    k: {
      description: 'The fewest homes that a figure may rest on.',
      type: 'integer',
      minimum: LEAST_K,
      maximum: MOST_K,
    },
    area: { description: 'The smallest area whose homes may be counted together.', enum: LEVELS },
    window: {
      description: 'The shortest time that a figure may be about, as an ISO 8601 duration.',
      enum: TIME_GRAINS,
    },
  },
  stricter: (a, b) => ({
    type: 'aggregate',
    k: Math.max(a.k, b.k),
    area: later(LEVELS, a.area, b.area),
    window: later(TIME_GRAINS, a.window, b.window),
  }),
};
