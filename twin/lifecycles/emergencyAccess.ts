import { setup } from 'xstate';
import { EMERGENCY_ACCESS_STATES, type EmergencyAccessState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const EMERGENCY_ACCESS_EVENTS = ['confirm', 'close', 'expire', 'review'] as const;
type EmergencyAccessEvent = (typeof EMERGENCY_ACCESS_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: EmergencyAccessEvent } } }).createMachine({
  id: 'emergency_access',
  description:
    'One opens, another confirms, and only then something is open; it ends by itself and is reviewed afterwards',
  meta: { clauses: ['DH-4.3.4-s6', 'DH-7.5.6'] },
  initial: 'opened',
  states: {
    opened: { on: { confirm: 'confirmed', close: 'ended', expire: 'ended' } },
    confirmed: { on: { close: 'ended', expire: 'ended' } },
    ended: { on: { review: 'reviewed' } },
    reviewed: { type: 'final' },
  },
});

/** The life of an emergency access. */
export const emergencyAccessLifecycle: Lifecycle<EmergencyAccessState, EmergencyAccessEvent> = {
  machine,
  states: EMERGENCY_ACCESS_STATES,
  events: EMERGENCY_ACCESS_EVENTS,
};
