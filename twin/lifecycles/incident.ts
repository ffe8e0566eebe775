import { setup } from 'xstate';
import { INCIDENT_STATES, type IncidentState } from '../words.ts';
import type { Lifecycle } from './step.ts';

export const INCIDENT_EVENTS = [
  'consult',
  'appoint',
  'attribute',
  'share',
  'contain',
  'recover',
  'track',
  'close',
] as const;
export type IncidentEvent = (typeof INCIDENT_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: IncidentEvent } } }).createMachine({
  id: 'incident',
  description:
    'Somebody comes to answer for an incident, alone or shared, before it is contained, recovered from, and closed',
  meta: { clauses: ['CC-4.1.5.3-2', 'CC-4.2.2-c', 'CC-4.2.5-a', 'CC-4.2.5-b', 'CC-4.2.7'] },
  initial: 'opened',
  states: {
    opened: { on: { attribute: 'attributed', consult: 'investigated_jointly' } },
    investigated_jointly: {
      on: { attribute: 'attributed', appoint: 'investigated_by_third', share: 'attributed' },
    },
    investigated_by_third: { on: { attribute: 'attributed', share: 'attributed' } },
    attributed: { on: { contain: 'contained' } },
    contained: { on: { recover: 'recovered' } },
    recovered: { on: { track: 'tracked', close: 'closed' } },
    tracked: { on: { close: 'closed' } },
    closed: { type: 'final' },
  },
});

/** The life of an incident. */
export const incidentLifecycle: Lifecycle<IncidentState, IncidentEvent> = {
  machine,
  states: INCIDENT_STATES,
  events: INCIDENT_EVENTS,
};
