import { duration } from './duration.ts';
import type { LoadedRule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

const NONE: readonly string[] = [];

/**
 * Which rules an event can matter to, those of a higher priority first and else in the order given. One that matters to
 * none costs a look into a map for each property it holds.
 */
export class RuleIndex {
  readonly #byProperty = new Map<string, string[]>();
  readonly #byChange = new Map<string, string[]>();
  readonly #byEvent = new Map<string, string[]>();
  readonly #byMode = new Map<string, string[]>();
  /** By kind of alarm and the state that it came to. */
  readonly #byAlarm = new Map<string, string[]>();
  readonly #bySilence = new Map<number, string[]>();
  /** The rules that timers wake, each by its own id. */
  readonly #byTime = new Map<string, readonly string[]>();
  readonly #place = new Map<string, number>();

  constructor(rules: readonly LoadedRule[]) {
    const inOrder = rules.map(({ rule }) => rule).sort((a, b) => (b.priority ?? 1) - (a.priority ?? 1));
    for (const { id, on } of inOrder) {
      this.#place.set(id, this.#place.size);
      for (const property of on.properties ?? []) push(this.#byProperty, property, id);
      for (const property of on.changes ?? []) push(this.#byChange, property, id);
      for (const event of on.events ?? []) push(this.#byEvent, event, id);
      for (const mode of on.modes ?? []) push(this.#byMode, mode, id);
      for (const each of on.alarms ?? []) {
        const { kind, to } = typeof each === 'string' ? { kind: each, to: 'raised' } : each;
        push(this.#byAlarm, `${kind} ${to}`, id);
      }
      if (on.silence) push(this.#bySilence, duration(on.silence), id);
      this.#byTime.set(id, [id]);
    }
  }

  /** The limits of silence that some rule wakes on, in milliseconds, shortest first. */
  get silences(): readonly number[] {
    return [...this.#bySilence.keys()].sort((a, b) => a - b);
  }

  /** The ids of the rules that the event wakes, each once. */
  wokenBy(event: RuleEvent): readonly string[] {
    switch (event.kind) {
      case 'state_reported':
        return this.#wokenByValues(event.reading.values, event.previous);
      case 'device_silent':
        return this.#bySilence.get(event.limit) ?? NONE;
      case 'time_reached':
      case 'condition_held':
        return this.#byTime.get(event.rule) ?? NONE;
      case 'mode_changed':
        return this.#byMode.get(event.mode) ?? NONE;
      case 'alarm_changed':
        return this.#byAlarm.get(`${event.alarmKind} ${event.to}`) ?? NONE;
      default:
        return this.#byEvent.get(event.kind) ?? NONE;
    }
  }

  #wokenByValues(values: object, changed: object | undefined): readonly string[] {
    let woken: readonly string[] = NONE;
    for (const property in values) woken = this.#both(woken, this.#byProperty.get(property));
    for (const property in changed) woken = this.#both(woken, this.#byChange.get(property));
    return woken;
  }

  #both(woken: readonly string[], more: readonly string[] | undefined): readonly string[] {
    if (!more) return woken;
    if (woken === NONE) return more;
    return [...new Set([...woken, ...more])].sort((a, b) => this.#place.get(a)! - this.#place.get(b)!);
  }
}

function push<Key>(map: Map<Key, string[]>, key: Key, id: string): void {
  const ids = map.get(key);
  if (!ids) map.set(key, [id]);
  else if (!ids.includes(id)) ids.push(id);
}
