import type { ObligationType } from './ObligationType.ts';

const PERSONS = ['residents', 'owner', 'tenant', 'guardian'] as const;

/** Tell these people of the home that the answer was given. */
export type Notify = { readonly type: 'notify'; readonly who: (typeof PERSONS)[number] };

export const notify: ObligationType<Notify> = {
  type: 'notify',
  description: 'Tell people of the home that the answer was given: they find it among their notices.',
  members: {
    who: {
      description:
        'Who is told: all whose life the home shows, its owners, its tenants, or the grown people who live with a child.',
      enum: PERSONS,
    },
  },
  stricter: (a) => a,
  // Telling one person does not tell the other: both stay.
  key: ({ who }) => who,
};
