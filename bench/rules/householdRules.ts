import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Condition, FactCondition, LoadedRule, Rule, Wakes } from '../../engine/rules/Rule.ts';

const ROOMS = ['hall', 'kitchen', 'living', 'bedroom', 'bath', 'office', 'laundry', 'cellar', 'garage', 'attic'];

type Draft = { readonly on: Wakes; readonly conditions: Condition; readonly text: string };

/**
 * Rules as homes have them, none of which holds on a quiet day: six in ten wait for what a plug says (power, voltage,
 * temperature, its switch, its link), for any device or for one by name or room; the others for climate, doors, motion,
 * batteries and buttons.
 */
const DRAFTS: readonly ((index: number, room: string) => Draft)[] = [
  (index) => ({
    on: { properties: ['power'] },
    conditions: { all: [is('power', 'greaterThan', 2_500 + index), is('state', 'equal', 'ON')] },
    text: 'a plug carries more than it should',
  }),
  (index, room) => ({
    on: { changes: ['power'], devices: { name: `${room}/washer ${index}` } },
    conditions: {
      all: [
        is('power', 'lessThan', 5),
        { fact: 'previous', params: { name: 'power' }, operator: 'greaterThan', value: 50 },
      ],
    },
    text: 'the laundry is done',
  }),
  (index) => ({
    on: { properties: ['device_temperature', 'power'] },
    conditions: {
      any: [
        is('device_temperature', 'greaterThan', 60 + (index % 20)),
        { all: [is('device_temperature', 'greaterThan', 50), is('power', 'greaterThan', 2_000 + index)] },
      ],
    },
    text: 'a plug is hot',
  }),
  (index) => ({
    // A sensor on a battery tells that of its battery, in millivolts.
    on: { properties: ['voltage'], devices: { kind: 'actuator' } },
    conditions: {
      any: [is('voltage', 'greaterThan', 253 + index / 100), is('voltage', 'lessThan', 200 - (index % 10))],
    },
    text: 'the mains are out of bounds',
  }),
  (index, room) => ({
    on: { properties: ['current', 'state'], devices: { room } },
    conditions: { all: [is('current', 'greaterThan', 16 + index / 100), { not: is('state', 'equal', 'OFF') }] },
    text: `too much hangs on one wire of the ${room}`,
  }),
  (index) => ({
    on: { properties: ['linkquality'] },
    conditions: { all: [is('linkquality', 'lessThan', 10 + (index % 20)), is('consumer_connected', 'equal', true)] },
    text: 'a plug is hard to reach',
  }),
  (index, room) => ({
    on: { properties: ['temperature', 'humidity'] },
    conditions: {
      all: [
        { fact: 'room', operator: 'equal', value: room },
        { any: [is('temperature', 'greaterThan', 30 + index / 100), is('humidity', 'greaterThan', 85)] },
      ],
    },
    text: `the ${room} wants air`,
  }),
  (index, room) => ({
    on: { changes: ['contact'], devices: { name: `${room}/window ${index}` } },
    conditions: {
      all: [is('contact', 'equal', false), { fact: 'home_occupancy', operator: 'equal', value: 'vacant' }],
    },
    text: 'a window was opened while nobody is at home',
  }),
  (index, room) => ({
    on: { properties: ['occupancy'], devices: { name: `${room}/motion ${index}` } },
    conditions: { all: [is('occupancy', 'equal', true), is('illuminance', 'lessThan', 40)] },
    text: `somebody is in the dark ${room}`,
  }),
  (index) => ({
    on: { properties: ['battery', 'action'] },
    conditions: { any: [is('battery', 'lessThan', 5 + (index % 5)), is('action', 'in', [`emergency_${index}`])] },
    text: 'a battery is nearly empty',
  }),
];

/** So many of them, the same at each run; each tells the residents. */
function householdRules(count: number): readonly LoadedRule[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `household_${index}`;
    const { on, conditions, text } = DRAFTS[index % DRAFTS.length]!(index, ROOMS[(index * 7) % ROOMS.length]!);
    const rule: Rule = {
      id,
      title: text,
      severity: 'comfort',
      clauses: [],
      on,
      conditions,
      event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: `${text} (${index})` }] } },
    };
    return { rule, file: `rules/household/${id}.json` };
  });
}

/** What is usual on a quiet day, on which none of them acts. */
const CASES = `- note: nothing follows from what is usual
  given: { devices: { hall/plug: SP-EUC01 } }
  messages:
    - { at: PT0S, topic: hall/plug, payload: { state: "ON", power: 120, voltage: 230, current: 0.5, device_temperature: 30 } }
  want: { alarms: [] }
`;

/** Writes them with a case each under the `rules` of a root. */
export function writeHouseholdRules(root: string, count: number): void {
  mkdirSync(join(root, 'rules/household'));
  for (const { rule, file } of householdRules(count)) {
    writeFileSync(join(root, file), `${JSON.stringify(rule, null, 2)}\n`);
    writeFileSync(join(root, file.replace(/\.json$/, '.cases.yaml')), CASES);
  }
}

function is(name: string, operator: string, value: unknown): FactCondition {
  return { fact: 'property', params: { name }, operator, value };
}
