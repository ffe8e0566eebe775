import { canonicalJson } from '../../canonicalJson.ts';
import { duration } from '../duration.ts';
import type { FactParams } from '../facts/RuleFact.ts';

/** What is remembered of one device for one counter: instants of what was counted since the reset, oldest first. */
type Tally = { instants: number[]; resetAt: number };
type Counter = {
  /** How many conditions of rules ask for it. */
  users: number;
  readonly property: string;
  readonly counted: ReadonlySet<unknown>;
  readonly resets: ReadonlySet<unknown>;
  readonly within: number;
  tallies: Map<string, Tally>;
};

/** More is never needed of one device: the schema of rules lets none ask for a higher count. */
const INSTANTS_KEPT = 50;
/** Devices remembered for each counter; beyond it those heard of longest ago are forgotten. */
const TALLIES_KEPT = 100_000;

/** The name under which a counter is kept: equal for equal parameters of `count`. */
export function counterOf({ property, in: counted, within, reset_by: resets = [] }: FactParams): string {
  return canonicalJson([property, counted, within, resets]);
}

/** How often devices said what rules count, by the source's time and in any order of arrival. */
export class Counts {
  readonly #counters = new Map<string, Counter>();
  readonly #byProperty = new Map<string, Counter[]>();

  add(params: FactParams): void {
    const key = counterOf(params);
    const known = this.#counters.get(key);
    if (known) {
      known.users += 1;
      return;
    }
    const { property, in: counted, within, reset_by: resets = [] } = params;
    const counter: Counter = {
      users: 1,
      property: String(property),
      counted: new Set(counted as readonly unknown[]),
      resets: new Set(resets as readonly unknown[]),
      within: duration(String(within)),
      tallies: new Map(),
    };
    this.#counters.set(key, counter);
    const same = this.#byProperty.get(counter.property);
    if (same) same.push(counter);
    else this.#byProperty.set(counter.property, [counter]);
  }

  remove(params: FactParams): void {
    const key = counterOf(params);
    const counter = this.#counters.get(key);
    if (!counter) return;
    counter.users -= 1;
    if (counter.users > 0) return;
    this.#counters.delete(key);
    const left = this.#byProperty.get(counter.property)?.filter((each) => each !== counter) ?? [];
    if (left.length > 0) this.#byProperty.set(counter.property, left);
    else this.#byProperty.delete(counter.property);
  }

  takeOver(other: Counts): void {
    for (const [key, counter] of this.#counters) {
      const same = other.#counters.get(key);
      if (same) counter.tallies = same.tallies;
    }
  }

  /** The devices of which a counter counts something. */
  devicesOf(key: string): Iterable<string> {
    return this.#counters.get(key)?.tallies.keys() ?? [];
  }

  get lookback(): number {
    return Math.max(0, ...[...this.#counters.values()].map(({ within }) => within));
  }

  get properties(): Iterable<string> {
    return this.#byProperty.keys();
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.#byProperty.size === 0) return;
    for (const property in values) {
      const counters = this.#byProperty.get(property);
      if (counters) for (const counter of counters) take(counter, device, values[property], at);
    }
  }

  /**
   * How often the device said one of the values in a time of that length around the instant `at`: the most that any
   * such time holds, so that messages which arrive out of order count like those in order.
   */
  count(key: string, device: string, at: number): number {
    const counter = this.#counters.get(key);
    const instants = counter?.tallies.get(device)?.instants ?? [];
    let most = 0;
    for (const from of instants) {
      const until = from + (counter?.within ?? 0);
      if (from <= at && at < until)
        most = Math.max(most, instants.filter((each) => each >= from && each < until).length);
    }
    return most;
  }

  forget(device: string): void {
    for (const { tallies } of this.#counters.values()) tallies.delete(device);
  }
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
