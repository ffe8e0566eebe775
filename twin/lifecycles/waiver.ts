import { setup } from 'xstate';
import { WAIVER_STATES, type WaiverState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const WAIVER_EVENTS = ['start', 'end'] as const;
export type WaiverEvent = (typeof WAIVER_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: WaiverEvent } } }).createMachine({
  id: 'waiver',
  description: 'A waiver acts from its start until it is taken back or its term is over; one that ended stays ended',
  initial: 'given',
  states: {
    given: { on: { start: 'in_force', end: 'ended' } },
    in_force: { on: { end: 'ended' } },
    ended: { type: 'final' },
  },
});

/** The life of a waiver. */
export const waiverLifecycle: Lifecycle<WaiverState, WaiverEvent> = {
  machine,
  states: WAIVER_STATES,
  events: WAIVER_EVENTS,
};
