import { setup } from 'xstate';
import { LEASE_STATES, type LeaseState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const LEASE_EVENTS = ['start', 'end'] as const;
export type LeaseEvent = (typeof LEASE_EVENTS)[number];

/** What the start and the end of a lease bring with them; whoever makes the changes carries each of them out. */
export type LeaseAction = 'end_tenants_bases' | 'end_household' | 'settle_occupancy';

// The names alone matter: the machine is never run as an actor, so nothing happens here.
const named = () => undefined;

const machine = setup({
  types: { events: {} as { type: LeaseEvent } },
  actions: { end_tenants_bases: named, end_household: named, settle_occupancy: named },
}).createMachine({
  id: 'lease',
  description: 'A lease is the access of its tenant: its end takes away people and consents in one transition',
  meta: { clauses: ['RA-6.8.2-e', 'RA-8.6-a'] },
  initial: 'signed',
  states: {
    // One that ends before it starts has let nobody in.
    signed: { on: { start: { target: 'active', actions: ['settle_occupancy'] }, end: 'ended' } },
    active: {
      on: { end: { target: 'ended', actions: ['end_tenants_bases', 'end_household', 'settle_occupancy'] } },
    },
    ended: { type: 'final' },
  },
});

/** The life of a lease. */
export const leaseLifecycle: Lifecycle<LeaseState, LeaseEvent> = {
  machine,
  states: LEASE_STATES,
  events: LEASE_EVENTS,
};
