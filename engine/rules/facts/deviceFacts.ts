import { deviceType } from '../../../twin/devices/index.ts';
import { DEVICE_KINDS, DEVICE_STATES } from '../../../twin/words.ts';
import { RULE_EVENT_KINDS } from '../RuleEvent.ts';
import { deviceAsked, deviceOf, homeOf } from './about.ts';
import type { ReadFact, RuleFact } from './RuleFact.ts';

const OTHER = {
  type: 'string',
  description: 'Another device of the same home, by its name; the one that woke the rule when left out',
} as const;

/** Facts about the device that woke the rule, and about others of its home. */
export const deviceFacts = {
  property: {
    doc: 'The value of a property: in the message that woke the rule, else the last one known.',
    reads: ['message', 'twin'],
    params: { name: { type: 'string', description: 'The property' }, device: OTHER },
    required: ['name'],
    prepare: ({ name, device }) => propertyOf(String(name), device),
  },
  previous: {
    doc: 'What the property was before the message that woke the rule; when a timer of `held_for` woke it, before it became what it has been since. Its present value where nothing changed it.',
    reads: ['message', 'twin', 'memory'],
    params: { name: { type: 'string', description: 'The property' } },
    required: ['name'],
    prepare({ name }) {
      const property = String(name);
      return (event, { graph, temporal }) => {
        if (event.kind === 'state_reported' && event.previous && Object.hasOwn(event.previous, property))
          return event.previous[property];
        if (event.kind === 'condition_held') {
          const before = temporal.beforeHeld(event, property);
          if (before !== undefined) return before;
        }
        return deviceOf(event, graph)?.values.get(property)?.value ?? null;
      };
    },
  },
  event: {
    doc: 'What woke the rule.',
    reads: ['message'],
    params: {},
    required: [],
    words: RULE_EVENT_KINDS,
    prepare: () => (event) => event.kind,
  },
  device_state: {
    doc: 'Whether the device is registered, online, offline, faulty or retired.',
    reads: ['twin'],
    params: { device: OTHER },
    required: [],
    words: DEVICE_STATES,
    prepare({ device }) {
      const asked = deviceAsked(device);
      return (event, { graph }) => asked(event, graph)?.state ?? null;
    },
  },
  device_model: {
    doc: 'The model of the device, as its maker writes it.',
    reads: ['twin'],
    params: {},
    required: [],
    prepare:
      () =>
      (event, { graph }) =>
        deviceOf(event, graph)?.device.model ?? null,
  },
  device_kind: {
    doc: 'What the device is for.',
    reads: ['twin'],
    params: {},
    required: [],
    words: DEVICE_KINDS,
    prepare:
      () =>
      (event, { graph }) =>
        deviceType(deviceOf(event, graph)?.device.model ?? '')?.kind ?? null,
  },
  device_name: {
    doc: 'The name of the device in its home.',
    reads: ['twin'],
    params: {},
    required: [],
    prepare:
      () =>
      (event, { graph }) =>
        deviceOf(event, graph)?.name ?? null,
  },
  device_battery: {
    doc: 'How full the battery of the device is; null for one without a battery.',
    unit: '%',
    reads: ['message', 'twin'],
    params: { device: OTHER },
    required: [],
    value: { type: 'number', minimum: 0, maximum: 100 },
    prepare: ({ device }) => propertyOf('battery', device),
  },
  room: {
    doc: 'The name of the room in which the device stands.',
    reads: ['twin'],
    params: {},
    required: [],
    prepare:
      () =>
      (event, { graph }) => {
        const room = deviceOf(event, graph)?.device.room;
        return (room && homeOf(event, graph)?.rooms.get(room)?.name) ?? null;
      },
  },
} as const satisfies Readonly<Record<string, RuleFact>>;

function propertyOf(property: string, device: unknown): ReadFact {
  const asked = deviceAsked(device);
  const known: ReadFact = (event, { graph }) => asked(event, graph)?.values.get(property)?.value ?? null;
  if (device !== undefined) return known;
  return (event, sources) => {
    if (event.kind !== 'state_reported' || !Object.hasOwn(event.reading.values, property)) return known(event, sources);
    return event.reading.values[property];
  };
}
