import { setup } from 'xstate';
import { AGREEMENT_STATES, type AgreementState } from '../words.ts';
import { BASIS_ACTIONS } from './basisActions.ts';
import type { Lifecycle } from './step.ts';

const AGREEMENT_EVENTS = ['sign', 'end', 'expire'] as const;
type AgreementEvent = (typeof AGREEMENT_EVENTS)[number];

const machine = setup({
  types: { events: {} as { type: AgreementEvent } },
  actions: BASIS_ACTIONS,
}).createMachine({
  id: 'agreement',
  description: 'An agreement holds when both parties have signed it, and until its term or until one of them ends it',
  meta: { clauses: ['CC-4.2.3.3-a-1'] },
  initial: 'proposed',
  states: {
    proposed: { on: { sign: 'signed_once', end: 'ended', expire: 'ended' } },
    signed_once: { on: { sign: { target: 'in_force', actions: ['give_bases'] }, end: 'ended', expire: 'ended' } },
    in_force: {
      on: {
        end: { target: 'ended', actions: ['end_bases'] },
        expire: { target: 'ended', actions: ['end_bases'] },
      },
    },
    ended: { type: 'final' },
  },
});

/** The life of an agreement. */
export const agreementLifecycle: Lifecycle<AgreementState, AgreementEvent> = {
  machine,
  states: AGREEMENT_STATES,
  events: AGREEMENT_EVENTS,
};
