import { counterOf } from '../memory/Counts.ts';
import { watchOf } from '../memory/Holds.ts';
import { meterOf } from '../memory/Rates.ts';
import { runOf } from '../memory/Repeats.ts';
import { aboutOf, type RuleEvent } from '../RuleEvent.ts';
import type { TemporalState } from '../TemporalState.ts';
import { deviceNamed, deviceOf, homeOf, tellersOf } from './about.ts';
import type { RuleFact } from './RuleFact.ts';
import { UNIT_MS, type UnitOfTime } from './unitMs.ts';

const DURATION = { $ref: '#/definitions/duration' } as const;
/** What a device shows for a while. */
const SHOWN = {
  property: { type: 'string', description: 'The property' },
  in: { type: 'array', minItems: 1, description: 'The values' },
  above: { type: 'number', description: 'The number that it is more than' },
  below: { type: 'number', description: 'The number that it is less than' },
  unit: { type: 'string', enum: ['seconds', 'minutes', 'hours', 'days'], description: 'In what it is told' },
} as const;

/** Facts that rules remember: they look at more than the present. */
export const memoryFacts = {
  count: {
    doc: 'How often the device said one of the values, in a time of that length around the moment.',
    reads: ['memory'],
    params: {
      property: { type: 'string', description: 'The property' },
      in: { type: 'array', minItems: 1, description: 'The values that count' },
      within: { ...DURATION, description: 'How long the time is' },
      reset_by: { type: 'array', description: 'Values after which counting begins anew' },
    },
    required: ['property', 'in', 'within'],
    value: { type: 'number', maximum: 50 },
    prepare(params) {
      const counter = counterOf(params);
      return (event, { temporal }) => {
        const { device, at } = aboutOf(event);
        return device === null || comesLate(event, temporal) ? 0 : temporal.count(counter, device, at);
      };
    },
  },
  room_held_for: {
    doc: 'For how long a device in the room of the one that woke the rule has said one of the values, or a number above, below or between: the longest of them, and 0 when none does. No timer wakes the rule; a message does.',
    unit: 'the `unit` asked for',
    reads: ['memory', 'twin'],
    params: SHOWN,
    required: ['property', 'unit'],
    value: { type: 'number', minimum: 0 },
    prepare(params) {
      const watch = watchOf(params);
      const ms = UNIT_MS[params['unit'] as UnitOfTime];
      return (event, { graph, temporal }) => {
        const room = deviceOf(event, graph)?.device.room;
        if (room == null) return 0;
        let longest = 0;
        for (const { device } of homeOf(event, graph)?.devices.values() ?? [])
          if (device.room === room) longest = Math.max(longest, temporal.heldFor(watch, device.id, aboutOf(event).at));
        return longest / ms;
      };
    },
  },
  held_for: {
    doc: 'For how long the property has said one of the values, or a number above, below or between, or, where none of these is given, what it says now; 0 when it does not. A timer wakes the rule when it has lasted as long as the condition asks.',
    unit: 'the `unit` asked for',
    reads: ['memory'],
    params: {
      ...SHOWN,
      device: {
        type: 'string',
        description: 'Another device of the same home, by its name; the one that woke the rule when left out',
      },
      everywhere: {
        type: 'boolean',
        description: 'Whether it is asked of every device of the home that tells of the property and is within reach',
      },
    },
    required: ['property', 'unit'],
    value: { type: 'number', minimum: 0 },
    prepare(params) {
      const watch = watchOf(params);
      const { unit, device: name, everywhere } = params;
      const ms = UNIT_MS[unit as UnitOfTime];
      return (event, { graph, temporal }) => {
        const { device, at } = aboutOf(event);
        if (everywhere === true) {
          const told = tellersOf(String(params['property']), event, graph);
          const held = told.map(({ device: { id } }) => temporal.heldFor(watch, id, at));
          return held.length === 0 ? 0 : Math.min(...held) / ms;
        }
        const asked = typeof name === 'string' ? (deviceNamed(name, event, graph)?.device.id ?? null) : device;
        return asked === null ? 0 : temporal.heldFor(watch, asked, at) / ms;
      };
    },
  },
  repeats: {
    doc: 'How many messages of a time that ends now said the same value, one after another; 0 for a message that comes late. A sensor of fine steps that says the same many times is stuck.',
    reads: ['memory'],
    params: {
      property: { type: 'string', description: 'The property' },
      within: { ...DURATION, description: 'How long the time is' },
    },
    required: ['property', 'within'],
    value: { type: 'number', maximum: 50 },
    prepare(params) {
      const run = runOf(params);
      return (event, { temporal }) => {
        const { device, at } = aboutOf(event);
        return device === null || comesLate(event, temporal) ? 0 : temporal.repeats(run, device, at);
      };
    },
  },
  absent_for: {
    doc: 'For how long nothing came from the device.',
    unit: 'the `unit` asked for',
    reads: ['memory'],
    params: {
      unit: { type: 'string', enum: ['minutes', 'hours', 'days'], description: 'In what it is told' },
    },
    required: ['unit'],
    value: { type: 'number' },
    prepare({ unit }) {
      const ms = UNIT_MS[unit as UnitOfTime];
      return (event, { temporal }) => {
        const { device, at } = aboutOf(event);
        const heardAt = device === null ? null : temporal.heardAt(device);
        return heardAt === null ? 0 : (at - heardAt) / ms;
      };
    },
  },
  rate_of_change: {
    doc: 'By how much the value rises in each `per`, between the first and the last one known of the time that ends now; negative when it falls. Null when fewer than two are known, and for a message that is not the last.',
    unit: 'that of the property, for each `per`',
    reads: ['memory'],
    params: {
      property: { type: 'string', description: 'The property, a number' },
      within: { ...DURATION, description: 'How long the time is' },
      per: { type: 'string', enum: ['second', 'minute', 'hour', 'day'], description: 'For each of what it is told' },
    },
    required: ['property', 'within', 'per'],
    value: { type: 'number' },
    prepare(params) {
      const meter = meterOf(params);
      const ms = UNIT_MS[`${params['per']}s` as UnitOfTime];
      return (event, { temporal }) => {
        const { device, at } = aboutOf(event);
        const rate = device === null || comesLate(event, temporal) ? null : temporal.ratePerMs(meter, device, at);
        return rate === null ? null : rate * ms;
      };
    },
  },
} as const satisfies Readonly<Record<string, RuleFact>>;

function comesLate(event: RuleEvent, temporal: TemporalState): boolean {
  return event.kind === 'state_reported' && temporal.isLate(event.reading.device, event.reading.at);
}
