import { hasOnly, type ObligationType } from './ObligationType.ts';

const METHODS = ['generalise', 'pseudonymise', 'suppress'] as const;

/** Hide what a value says: make it vaguer, put a pseudonym in the place of names, or leave it out (SC-6.3.4). */
export type Mask = { readonly type: 'mask'; readonly method: (typeof METHODS)[number] };

export const mask: ObligationType<Mask> = {
  type: 'mask',
  accepts: hasOnly({ method: METHODS }),
  // Vaguer values and pseudonyms hide different things, so neither stands in for both; leaving out hides all.
  stricter(a, b) {
    if (a.method === b.method) return a;
    return [a, b].find(({ method }) => method === 'suppress') ?? null;
  },
};
