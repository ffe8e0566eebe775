import { canonicalJson } from '../../canonicalJson.ts';
import { duration } from '../duration.ts';
import type { FactParams } from '../facts/RuleFact.ts';

/** A value and when it was said. */
type Sample = { readonly at: number; readonly value: unknown };
/** `users`: how many conditions of rules ask for it. */
type Run = {
  users: number;
  readonly property: string;
  readonly within: number;
  samples: Map<string, readonly Sample[]>;
};

/** More is never needed of one device: the schema of rules lets none ask for more repeats. */
const SAMPLES_KEPT = 50;
/** Devices remembered for each run; beyond it those heard of longest ago are forgotten. */
const DEVICES_KEPT = 100_000;

/** The name under which repeats are kept: equal for equal parameters of `repeats`. */
export function runOf({ property, within }: FactParams): string {
  return canonicalJson([property, within]);
}

/** How often devices say the same again, by the source's time and in any order of arrival. */
export class Repeats {
  readonly #runs = new Map<string, Run>();
  readonly #byProperty = new Map<string, Run[]>();

  add(params: FactParams): void {
    const key = runOf(params);
    const known = this.#runs.get(key);
    if (known) {
      known.users += 1;
      return;
    }
    const property = String(params['property']);
    const run: Run = { users: 1, property, within: duration(String(params['within'])), samples: new Map() };
    this.#runs.set(key, run);
    const same = this.#byProperty.get(property);
    if (same) same.push(run);
    else this.#byProperty.set(property, [run]);
  }

  remove(params: FactParams): void {
    const key = runOf(params);
    const run = this.#runs.get(key);
    if (!run) return;
    run.users -= 1;
    if (run.users > 0) return;
    this.#runs.delete(key);
    const left = this.#byProperty.get(run.property)?.filter((each) => each !== run) ?? [];
    if (left.length > 0) this.#byProperty.set(run.property, left);
    else this.#byProperty.delete(run.property);
  }

  takeOver(other: Repeats): void {
    for (const [key, run] of this.#runs) {
      const same = other.#runs.get(key);
      if (same) run.samples = same.samples;
    }
  }

  get lookback(): number {
    return Math.max(0, ...[...this.#runs.values()].map(({ within }) => within));
  }

  get properties(): Iterable<string> {
    return this.#byProperty.keys();
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.#byProperty.size === 0) return;
    for (const property in values) {
      const runs = this.#byProperty.get(property);
      if (runs) for (const run of runs) take(run, device, { at, value: values[property] });
    }
  }

  /** How many messages of the time that ends at the instant `at` said, one after another, what the last of them said. */
  count(key: string, device: string, at: number): number {
    const run = this.#runs.get(key);
    const samples = (run?.samples.get(device) ?? []).filter((each) => each.at <= at && each.at > at - run!.within);
    const last = samples.at(-1);
    const other = samples.findLastIndex(({ value }) => value !== last?.value);
    return samples.length - 1 - other;
  }

  forget(device: string): void {
    for (const { samples } of this.#runs.values()) samples.delete(device);
  }
}

function take({ samples: all, within }: Run, device: string, sample: Sample): void {
  const samples = all.get(device) ?? [];
  if (samples.some(({ at }) => at === sample.at)) return;
  const next = [...samples, sample].sort((a, b) => a.at - b.at);
  const oldest = next.at(-1)!.at - within;
  // Set anew, so that the map's order is that of the last use.
  all.delete(device);
  all.set(device, next.filter(({ at }) => at > oldest).slice(-SAMPLES_KEPT));
  if (all.size > DEVICES_KEPT) all.delete(all.keys().next().value as string);
}
