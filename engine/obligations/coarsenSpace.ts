import { later, type ObligationType } from './ObligationType.ts';

/** Places, finest first. */
const PLACE_LEVELS = ['room', 'home', 'building', 'community', 'district'] as const;
export type PlaceLevel = (typeof PLACE_LEVELS)[number];

/** Name no place finer than this level. */
export type CoarsenSpace = { readonly type: 'coarsen_space'; readonly level: PlaceLevel };

export const coarsenSpace: ObligationType<CoarsenSpace> = {
  type: 'coarsen_space',
  description: 'Name no place finer than a level.',
  members: {
    level: {
      description:
        '`room` hides the name of the device, `home` its room too. `building` and wider hide the home: an answer that ' +
        'names the home holds no value, and lists give the value with that area alone, where at least three homes of ' +
        'it are in the list.',
      enum: PLACE_LEVELS,
    },
  },
  stricter: (a, b) => ({ type: 'coarsen_space', level: later(PLACE_LEVELS, a.level, b.level) }),
};
