import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import { duration } from './duration.ts';
import { factsAsked, type LoadedRule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

/** What a condition on `count` counts. */
export type CountParams = {
  readonly property: string;
  readonly in: readonly unknown[];
  /** An ISO 8601 duration. */
  readonly within: string;
  /** Values after which counting starts anew, such as a right code after wrong ones. */
  readonly reset_by?: readonly unknown[];
};

/** What is remembered of one device for one counter: instants of what was counted since the reset, oldest first. */
type Tally = { instants: number[]; resetAt: number };
/** The last sign of life of a device, and the longest limit of silence since then that was dealt with. */
type Heard = { readonly home: string; at: number; dealtWith: number };
type Counter = {
  /** How many conditions of rules ask for it. */
  users: number;
  readonly property: string;
  readonly counted: ReadonlySet<unknown>;
  readonly resets: ReadonlySet<unknown>;
  readonly within: number;
  tallies: Map<string, Tally>;
};

/** More is never needed of one device: no rule may ask for a higher count (`HIGHEST_COUNT`). */
const INSTANTS_KEPT = 50;
export const HIGHEST_COUNT = INSTANTS_KEPT;
/** Devices remembered for each counter; beyond it those heard of longest ago are forgotten. */
const TALLIES_KEPT = 100_000;

/**
 * What rules remember of the past: counts within a time, and when each device was last heard of. All of it by the
 * source's time, so that a message told twice counts once, and a restart that reads recent messages again ends in the
 * same state. Its size is bounded by devices and counters, not by messages.
 */
export class TemporalState {
  readonly #counters = new Map<string, Counter>();
  readonly #byProperty = new Map<string, Counter[]>();
  #heard = new Map<string, Heard>();

  constructor(rules: readonly LoadedRule[]) {
    for (const rule of rules) this.add(rule);
  }

  /** Counts what a rule counts, from now on. */
  add(rule: LoadedRule): void {
    for (const params of countersOf(rule)) this.#addCounter(params);
  }

  /** Counts no more what this rule alone counts. */
  remove(rule: LoadedRule): void {
    for (const params of countersOf(rule)) this.#removeCounter(params);
  }

  /**
   * Takes over all that another knows: when devices were heard of, and every count that both keep. What the other goes on
   * to hear is heard here too; so the other is used no more.
   */
  takeOver(other: TemporalState): void {
    this.#heard = other.#heard;
    for (const [key, counter] of this.#counters) {
      const same = other.#counters.get(key);
      if (same) counter.tallies = same.tallies;
    }
  }

  /** For how many devices something is counted that these rules count. */
  devicesCountedFor(rule: LoadedRule): number {
    const counters = countersOf(rule).map((params) => this.#counters.get(keyOf(params)));
    return new Set(counters.flatMap((counter) => [...(counter?.tallies.keys() ?? [])])).size;
  }

  /** How far back `restore` must read for every count to be right, in milliseconds. */
  get lookback(): number {
    return Math.max(0, ...[...this.#counters.values()].map(({ within }) => within));
  }

  /** The properties that some rule counts. */
  get countedProperties(): readonly string[] {
    return [...this.#byProperty.keys()];
  }

  /** Takes in an event. Taking in the same one again changes nothing. */
  observe(event: RuleEvent): void {
    if (event.kind === 'state_reported') this.#observeReading(event.reading);
    else if (event.kind === 'device_online') this.#hear(event.home, event.device, event.at);
  }

  /** Takes in recent messages at a start, in any order. */
  async restore(readings: Iterable<Reading> | AsyncIterable<Reading>): Promise<void> {
    for await (const reading of readings) this.#observeReading(reading);
  }

  /** Takes in when each device of the graph was last heard of. */
  restoreHeard(graph: TwinGraph): void {
    for (const home of graph.homes.values()) {
      for (const [device, { values }] of home.devices) {
        for (const { at } of values.values()) this.#hear(home.home.id, device, at);
      }
    }
  }

  /**
   * How often the device said one of the values in a time of that length around the instant `at`: the most that any
   * such time holds, so that messages which arrive out of order count like those in order.
   */
  count(device: string, params: CountParams, at: number): number {
    const counter = this.#counters.get(keyOf(params));
    const instants = counter?.tallies.get(device)?.instants ?? [];
    let most = 0;
    for (const from of instants) {
      const until = from + (counter?.within ?? 0);
      if (from <= at && at < until)
        most = Math.max(most, instants.filter((each) => each >= from && each < until).length);
    }
    return most;
  }

  /** When the device was last heard of, in milliseconds since 1970; null when never. */
  heardAt(device: string): number | null {
    return this.#heard.get(device)?.at ?? null;
  }

  /** The limits of silence that devices have passed and that nobody has dealt with, at the instant `now`. */
  *silences(now: number, limits: readonly number[]): Generator<Extract<RuleEvent, { kind: 'device_silent' }>> {
    for (const [device, { home, at, dealtWith }] of this.#heard) {
      for (const limit of limits) {
        if (limit > dealtWith && now - at >= limit) yield { kind: 'device_silent', home, device, at: now, limit };
      }
    }
  }

  /** Takes note that a silence has been dealt with; it holds until the device is heard of again. */
  dealtWith({ device, limit }: Extract<RuleEvent, { kind: 'device_silent' }>): void {
    const heard = this.#heard.get(device);
    if (heard) heard.dealtWith = Math.max(heard.dealtWith, limit);
  }

  /** Forgets a device that is gone for good. */
  forget(device: string): void {
    this.#heard.delete(device);
    for (const { tallies } of this.#counters.values()) tallies.delete(device);
  }

  #addCounter(params: CountParams): void {
    const key = keyOf(params);
    const known = this.#counters.get(key);
    if (known) {
      known.users += 1;
      return;
    }
    const counter: Counter = {
      users: 1,
      property: params.property,
      counted: new Set(params.in),
      resets: new Set(params.reset_by),
      within: duration(params.within),
      tallies: new Map(),
    };
    this.#counters.set(key, counter);
    const same = this.#byProperty.get(params.property);
    if (same) same.push(counter);
    else this.#byProperty.set(params.property, [counter]);
  }

  #removeCounter(params: CountParams): void {
    const key = keyOf(params);
    const counter = this.#counters.get(key);
    if (!counter) return;
    counter.users -= 1;
    if (counter.users > 0) return;
    this.#counters.delete(key);
    const left = this.#byProperty.get(params.property)!.filter((each) => each !== counter);
    if (left.length > 0) this.#byProperty.set(params.property, left);
    else this.#byProperty.delete(params.property);
  }

  #observeReading({ home, device, at, values }: Reading): void {
    this.#hear(home, device, at);
    for (const [property, counters] of this.#byProperty) {
      if (!Object.hasOwn(values, property)) continue;
      for (const counter of counters) take(counter, device, values[property], at);
    }
  }

  #hear(home: string, device: string, at: number): void {
    const known = this.#heard.get(device);
    if (!known || known.at < at) this.#heard.set(device, { home, at, dealtWith: 0 });
  }
}

/** What a rule counts. */
function countersOf({ rule }: LoadedRule): readonly CountParams[] {
  const counts = [...factsAsked(rule.conditions)].filter(({ fact }) => fact === 'count');
  return counts.map(({ params }) => params as CountParams);
}

function take({ counted, resets, tallies }: Counter, device: string, value: unknown, at: number): void {
  if (!resets.has(value) && !counted.has(value)) return;
  const { instants, resetAt } = tallies.get(device) ?? { instants: [], resetAt: Number.NEGATIVE_INFINITY };
  const lastReset = resets.has(value) ? Math.max(resetAt, at) : resetAt;
  const all = counted.has(value) && !instants.includes(at) ? [...instants, at] : instants;
  const kept = all
    .filter((instant) => instant > lastReset)
    .sort((a, b) => a - b)
    .slice(-INSTANTS_KEPT);
  // Set anew, so that the map's order is that of the last use.
  tallies.delete(device);
  tallies.set(device, { instants: kept, resetAt: lastReset });
  if (tallies.size > TALLIES_KEPT) tallies.delete(tallies.keys().next().value as string);
}

function keyOf({ property, in: counted, within, reset_by = [] }: CountParams): string {
  return JSON.stringify([property, counted, within, reset_by]);
}
