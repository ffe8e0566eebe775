import { hasOnly, type ObligationType } from './ObligationType.ts';

const PERSONS = ['residents', 'owner', 'tenant', 'guardian'] as const;

/** Tell these people of the home that the answer was given. */
export type Notify = { readonly type: 'notify'; readonly who: (typeof PERSONS)[number] };

export const notify: ObligationType<Notify> = {
  type: 'notify',
  accepts: hasOnly({ who: PERSONS }),
  stricter: (a) => a,
  // Telling one person does not tell the other: both stay.
  key: ({ who }) => who,
};
