import { isLate } from '../isLate.ts';
import { counterOf } from '../memory/Counts.ts';
import { watchOf } from '../memory/Holds.ts';
import { meterOf } from '../memory/Rates.ts';
import { aboutOf, type RuleEvent } from '../RuleEvent.ts';
import { deviceNamed } from './about.ts';
import type { RuleFact } from './RuleFact.ts';
import { UNIT_MS, type UnitOfTime } from './unitMs.ts';

const DURATION = { $ref: '#/definitions/duration' } as const;

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
        return device === null || comesLate(event) ? 0 : temporal.count(counter, device, at);
      };
    },
  },
  held_for: {
    doc: 'For how long the property has said one of the values, or a number above, below or between; 0 when it does not. A timer wakes the rule when it has lasted as long as the condition asks.',
    unit: 'the `unit` asked for',
    reads: ['memory'],
    params: {
      property: { type: 'string', description: 'The property' },
      in: { type: 'array', minItems: 1, description: 'The values' },
      above: { type: 'number', description: 'The number that it is more than' },
      below: { type: 'number', description: 'The number that it is less than' },
      unit: { type: 'string', enum: ['seconds', 'minutes', 'hours', 'days'], description: 'In what it is told' },
      device: {
        type: 'string',
        description: 'Another device of the same home, by its name; the one that woke the rule when left out',
      },
    },
    required: ['property', 'unit'],
    value: { type: 'number', minimum: 0 },
    prepare(params) {
      const watch = watchOf(params);
      const { unit, device: name } = params;
      const ms = UNIT_MS[unit as UnitOfTime];
      return (event, { graph, temporal }) => {
        const { device, at } = aboutOf(event);
        const asked = typeof name === 'string' ? (deviceNamed(name, event, graph)?.device.id ?? null) : device;
        return asked === null ? 0 : temporal.heldFor(watch, asked, at) / ms;
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
        const rate = device === null || comesLate(event) ? null : temporal.ratePerMs(meter, device, at);
        return rate === null ? null : rate * ms;
      };
    },
  },
} as const satisfies Readonly<Record<string, RuleFact>>;

function comesLate(event: RuleEvent): boolean {
  return event.kind === 'state_reported' && isLate(event.reading);
}
