import { later, type ObligationType } from './ObligationType.ts';

/** ISO 8601 durations, finest first. */
export const TIME_GRAINS = ['PT15M', 'PT1H', 'P1D'] as const;
export type TimeGrain = (typeof TIME_GRAINS)[number];

/** Give means over a window in the place of single readings. */
export type CoarsenTime = { readonly type: 'coarsen_time'; readonly window: TimeGrain };

export const coarsenTime: ObligationType<CoarsenTime> = {
  type: 'coarsen_time',
  description:
    'Give the last complete window of time in the place of the last reading: the mean of a number, the last of anything else.',
  members: {
    window: { description: 'How long a window is, as an ISO 8601 duration.', enum: TIME_GRAINS },
  },
  stricter: (a, b) => ({ type: 'coarsen_time', window: later(TIME_GRAINS, a.window, b.window) }),
};
