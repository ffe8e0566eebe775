import { hasOnly, later, type ObligationType } from './ObligationType.ts';

const LEVELS = ['home', 'building', 'community', 'district'] as const;

/** Name no place finer than this level. */
export type CoarsenSpace = { readonly type: 'coarsen_space'; readonly level: (typeof LEVELS)[number] };

export const coarsenSpace: ObligationType<CoarsenSpace> = {
  type: 'coarsen_space',
  accepts: hasOnly({ level: LEVELS }),
  stricter: (a, b) => ({ type: 'coarsen_space', level: later(LEVELS, a.level, b.level) }),
};
