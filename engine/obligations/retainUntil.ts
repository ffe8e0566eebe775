import type { ObligationType } from './ObligationType.ts';

const REFERENCES = ['basis.until', 'lease.end', 'alarm.reset'] as const;

/** The receiver deletes the answer at a date of the home, named by reference since inputs hold no dates. */
export type RetainUntil = { readonly type: 'retain_until'; readonly reference: (typeof REFERENCES)[number] };

export const retainUntil: ObligationType<RetainUntil> = {
  type: 'retain_until',
  description: 'The receiver deletes the answer at a date of the home; the answer says which date that is.',
  members: {
    reference: {
      description:
        '`basis.until` is the end of what the use rests on, the first where there are several; `lease.end` that of the ' +
        'lease; `alarm.reset` is when the alarm is over.',
      enum: REFERENCES,
    },
  },
  // Which of two dates comes first depends on the home, and is not known here.
  stricter: (a, b) => (a.reference === b.reference ? a : null),
};
