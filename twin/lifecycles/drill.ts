import { setup } from 'xstate';
import { DRILL_STATES, type DrillState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const DRILL_EVENTS = ['start', 'end'] as const;
type DrillEvent = (typeof DRILL_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: DrillEvent } } }).createMachine({
  id: 'drill',
  description: 'A drill is announced first; only while it runs are there alarms of a drill; it ends by itself',
  initial: 'announced',
  states: {
    announced: { on: { start: 'running', end: 'ended' } },
    running: { on: { end: 'ended' } },
    ended: { type: 'final' },
  },
});

/** The life of a drill: told beforehand, under way, over. What ends before it starts is called off. */
export const drillLifecycle: Lifecycle<DrillState, DrillEvent> = {
  machine,
  states: DRILL_STATES,
  events: DRILL_EVENTS,
};
