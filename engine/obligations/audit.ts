import type { ObligationType } from './ObligationType.ts';

/** Write an entry of its own to the audit for each answer, beyond the decision's record. */
export type Audit = { readonly type: 'audit' };

export const audit: ObligationType<Audit> = {
  type: 'audit',
  description: 'Write an entry of its own to the audit for each answer, beside the record of the decision.',
  members: {},
  stricter: (a) => a,
};
