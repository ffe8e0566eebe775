import type { ObligationType } from './ObligationType.ts';

const METHODS = ['generalise', 'randomise', 'pseudonymise', 'suppress'] as const;

/** Hide what a value says (SC-6.3.4): `maskValue` carries it out. */
export type Mask = { readonly type: 'mask'; readonly method: (typeof METHODS)[number] };

export const mask: ObligationType<Mask> = {
  type: 'mask',
  description: 'Hide what a value says. Two different methods on one value merge to `suppress`.',
  members: {
    method: {
      description:
        '`generalise` leaves one figure of a number and nothing of other values. `randomise` adds noise to a number, at ' +
        'most half of the place of its first figure (21.4 moves by at most 5), and leaves nothing of other values; the ' +
        'noise stays the same for a property until its window ends (that of `coarsen_time`, else the day). ' +
        '`pseudonymise` puts a keyed name in the place of text. `suppress` leaves out the value and its time.',
      enum: METHODS,
    },
  },
  // Each hides something that the others show; leaving out hides all, and is the least that does what both do.
  stricter: (a, b) => (a.method === b.method ? a : { type: 'mask', method: 'suppress' }),
};
