import { duration } from '../duration.ts';
import type { Rule } from '../Rule.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { DeviceAspects } from './DeviceAspects.ts';
import { type Pins, pinsOf } from './pinsOf.ts';
import type { Entry, RuleList } from './RuleList.ts';
import { RuleShelf } from './RuleShelf.ts';

/** An event that any rule may wait for; the others are for one rule, which they name. */
export type ShelvedEvent = Exclude<RuleEvent, { kind: 'time_reached' | 'condition_held' }>;

/** Events of a home are about no device, or not about one that a rule was made for. */
const NO_PINS: Pins = new Map();

/** The rules of one scope (all homes, one home, one pack), on a shelf for each thing that wakes them. */
export class RuleShelves {
  readonly #byProperty = new Map<string, RuleShelf>();
  readonly #byChange = new Map<string, RuleShelf>();
  /** By the kind of an event of a device, and for a silence its limit. */
  readonly #byDeviceEvent = new Map<string, RuleShelf>();
  readonly #byMode = new Map<string, RuleShelf>();
  /** By kind of alarm and the state that it came to. */
  readonly #byAlarm = new Map<string, RuleShelf>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: Entry, rule: Rule): void {
    this.#size += 1;
    for (const [map, key, pins] of this.#shelvesOf(rule)) {
      let shelf = map.get(key);
      if (!shelf) {
        shelf = new RuleShelf();
        map.set(key, shelf);
      }
      shelf.add(entry, pins);
    }
  }

  delete(rule: Rule): void {
    this.#size -= 1;
    for (const [map, key] of this.#shelvesOf(rule)) {
      const shelf = map.get(key)!;
      shelf.delete(rule.id);
      if (shelf.size === 0) map.delete(key);
    }
  }

  /** Adds to `found` the lists of rules that the event can matter to. */
  find(event: ShelvedEvent, device: DeviceAspects | null, found: RuleList[]): void {
    if (event.kind !== 'state_reported') {
      this.#shelfOf(event)?.find(device, null, found);
      return;
    }
    const { values } = event.reading;
    for (const property in values) this.#byProperty.get(property)?.find(device, values[property], found);
    for (const property in event.previous) this.#byChange.get(property)?.find(device, values[property], found);
  }

  #shelfOf(event: Exclude<ShelvedEvent, { kind: 'state_reported' }>): RuleShelf | undefined {
    switch (event.kind) {
      case 'mode_changed':
        return this.#byMode.get(event.mode);
      case 'alarm_changed':
        return this.#byAlarm.get(`${event.alarmKind} ${event.to}`);
      case 'device_silent':
        return this.#byDeviceEvent.get(silence(event.limit));
      default:
        return this.#byDeviceEvent.get(event.kind);
    }
  }

  /** Where a rule stands, and what it is found by there. */
  *#shelvesOf(rule: Rule): Generator<[map: Map<string, RuleShelf>, key: string, pins: Pins]> {
    const { properties, changes, events, silence: limit, modes, alarms = [] } = rule.on;
    for (const property of new Set(properties)) yield [this.#byProperty, property, pinsOf(rule, property)];
    for (const property of new Set(changes)) yield [this.#byChange, property, pinsOf(rule, property)];
    for (const kind of new Set(events)) yield [this.#byDeviceEvent, kind, pinsOf(rule, null)];
    if (limit) yield [this.#byDeviceEvent, silence(duration(limit)), pinsOf(rule, null)];
    for (const mode of new Set(modes)) yield [this.#byMode, mode, NO_PINS];
    const raised = alarms.map((each) => (typeof each === 'string' ? `${each} raised` : `${each.kind} ${each.to}`));
    for (const alarm of new Set(raised)) yield [this.#byAlarm, alarm, NO_PINS];
  }
}

function silence(limit: number): string {
  return `device_silent ${limit}`;
}
