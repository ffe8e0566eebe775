import { setup } from 'xstate';
import { ALARM_STATES, type AlarmState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const ALARM_EVENTS = ['acknowledge', 'handle', 'reset'] as const;
export type AlarmEvent = (typeof ALARM_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: AlarmEvent } } }).createMachine({
  id: 'alarm',
  description:
    'An alarm is held until somebody resets it, whatever its sensor says meanwhile; a reset follows handling',
  meta: { clauses: ['RA-6.2.2-b', 'DH-4.3.4-s3'] },
  initial: 'raised',
  states: {
    raised: { on: { acknowledge: 'acknowledged', handle: 'handled' } },
    acknowledged: { on: { handle: 'handled' } },
    handled: { on: { reset: 'reset' } },
    reset: { type: 'final' },
  },
});

/** The life of an alarm: raised, seen, dealt with, and only then reset. That its cause has gone moves nothing. */
export const alarmLifecycle: Lifecycle<AlarmState, AlarmEvent> = {
  machine,
  states: ALARM_STATES,
  events: ALARM_EVENTS,
};
