import type { DeviceEvent } from './DeviceEvent.ts';
import { duration } from './duration.ts';
import type { LoadedRule } from './Rule.ts';

const NONE: readonly string[] = [];

/** Which rules an event can matter to. One that matters to none costs a look into a map for each property it holds. */
export class RuleIndex {
  readonly #byProperty = new Map<string, string[]>();
  readonly #byEvent = new Map<string, string[]>();
  readonly #bySilence = new Map<number, string[]>();

  constructor(rules: readonly LoadedRule[]) {
    for (const { rule } of rules) {
      for (const property of rule.on.properties ?? []) push(this.#byProperty, property, rule.id);
      for (const event of rule.on.events ?? []) push(this.#byEvent, event, rule.id);
      if (rule.on.silence) push(this.#bySilence, duration(rule.on.silence), rule.id);
    }
  }

  /** The limits of silence that some rule wakes on, in milliseconds, shortest first. */
  get silences(): readonly number[] {
    return [...this.#bySilence.keys()].sort((a, b) => a - b);
  }

  /** The ids of the rules that the event wakes, each once. */
  wokenBy(event: DeviceEvent): readonly string[] {
    if (event.kind === 'device_silent') return this.#bySilence.get(event.limit) ?? NONE;
    if (event.kind !== 'state_reported') return this.#byEvent.get(event.kind) ?? NONE;
    let woken: readonly string[] = NONE;
    for (const property in event.reading.values) {
      const rules = this.#byProperty.get(property);
      if (rules) woken = woken === NONE ? rules : [...new Set([...woken, ...rules])];
    }
    return woken;
  }
}

function push<Key>(map: Map<Key, string[]>, key: Key, id: string): void {
  const ids = map.get(key);
  if (!ids) map.set(key, [id]);
  else if (!ids.includes(id)) ids.push(id);
}
