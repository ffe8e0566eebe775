import { setup } from 'xstate';
import { CONSENT_STATES, type ConsentState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const CONSENT_EVENTS = ['withdraw', 'expire'] as const;
export type ConsentEvent = (typeof CONSENT_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: ConsentEvent } } }).createMachine({
  id: 'consent',
  description:
    'A consent holds from when it is given until it is withdrawn or its term is over; then a new one is needed',
  meta: { clauses: ['DH-7.5.5', 'DH-5.4.7-3', 'DH-6.2.9-n1'] },
  initial: 'given',
  states: {
    given: { on: { withdraw: 'withdrawn', expire: 'expired' } },
    withdrawn: { type: 'final' },
    expired: { type: 'final' },
  },
});

/** The life of a consent, and of every other basis. */
export const consentLifecycle: Lifecycle<ConsentState, ConsentEvent> = {
  machine,
  states: CONSENT_STATES,
  events: CONSENT_EVENTS,
};
