import { NO_HOUSEHOLD } from '../../../twin/graph/Household.ts';
import type { HomeNode, TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { AGE_BANDS, ALARM_STATES, HOME_FLAGS, HOME_MODES, OCCUPANCIES } from '../../../twin/words.ts';
import { homeOf } from './about.ts';
import type { ReadFact, RuleFact } from './RuleFact.ts';

const readOccupancy: ReadFact = (event, { graph }) => homeOf(event, graph)?.occupancy ?? null;

const readMode: ReadFact = (event, { graph }) => {
  const home = homeOf(event, graph);
  return home && (home.household ?? NO_HOUSEHOLD).mode;
};

/** Facts about the home in which something happened. */
export const homeFacts = {
  occupancy: {
    doc: 'How the home is occupied.',
    reads: ['twin'],
    params: {},
    required: [],
    words: OCCUPANCIES,
    prepare: () => readOccupancy,
  },
  home_occupancy: {
    doc: 'The same as `occupancy`, under the name that tells whose it is.',
    reads: ['twin'],
    params: {},
    required: [],
    words: OCCUPANCIES,
    prepare: () => readOccupancy,
  },
  home_mode: {
    doc: 'How the household lives now.',
    reads: ['twin'],
    params: {},
    required: [],
    words: HOME_MODES,
    prepare: () => readMode,
  },
  home_flag: {
    doc: 'Whether the home bears a mark.',
    reads: ['twin'],
    params: { name: { type: 'string', enum: HOME_FLAGS, description: 'The mark' } },
    required: ['name'],
    value: { type: 'boolean' },
    prepare: ({ name }) => {
      const flag = name as (typeof HOME_FLAGS)[number];
      return (event, { graph }) => homeOf(event, graph)?.flags.has(flag) ?? false;
    },
  },
  resident_age_band: {
    doc: 'Whether somebody of an age band lives in the home.',
    reads: ['twin'],
    params: { band: { type: 'string', enum: AGE_BANDS, description: 'The age band' } },
    required: ['band'],
    value: { type: 'boolean' },
    prepare:
      ({ band }) =>
      (event, { graph }) => {
        const home = homeOf(event, graph);
        return home !== null && somebodyIs(band, home, graph);
      },
  },
  alarm: {
    doc: 'Whether there is an alarm of a kind in the home: one that is not reset, or one in a state.',
    reads: ['twin'],
    params: {
      kind: { type: 'string', description: 'The kind of alarm' },
      state: { type: 'string', enum: ALARM_STATES, description: 'The state that it is in' },
    },
    required: ['kind'],
    value: { type: 'boolean' },
    prepare:
      ({ kind, state: wanted }) =>
      (event, { graph }) => {
        for (const { alarm, state } of homeOf(event, graph)?.alarms.values() ?? []) {
          if (alarm.kind === kind && (wanted === undefined ? state !== 'reset' : state === wanted)) return true;
        }
        return false;
      },
  },
} as const satisfies Readonly<Record<string, RuleFact>>;

/** Somebody lives there who is a resident, or a tenant whose lease is active. */
function somebodyIs(band: unknown, { people, leases }: HomeNode, graph: TwinGraph): boolean {
  for (const [person, relations] of people) {
    if (relations.has('resident') && graph.people.get(person)?.ageBand === band) return true;
  }
  for (const { lease, state } of leases.values()) {
    if (state === 'active' && graph.people.get(lease.tenant)?.ageBand === band) return true;
  }
  return false;
}
