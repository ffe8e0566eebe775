import { canonicalJson } from '../../canonicalJson.ts';
import type { FactParams } from '../facts/RuleFact.ts';
import { remember, type Tracker, Trackers } from './Trackers.ts';

/** A value and when it was said. */
type Sample = { readonly at: number; readonly value: unknown };

/** More is never needed of one device: the schema of rules lets none ask for more repeats. */
const SAMPLES_KEPT = 50;

/** The name under which repeats are kept: equal for equal parameters of `repeats`. */
export function runOf({ property, within }: FactParams): string {
  return canonicalJson([property, within]);
}

/** How often devices say the same again, by the source's time and in any order of arrival. */
export class Repeats {
  readonly trackers = new Trackers<readonly Sample[]>();

  add(params: FactParams): void {
    this.trackers.add(runOf(params), params, {});
  }

  remove(params: FactParams): void {
    this.trackers.remove(runOf(params));
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.trackers.isEmpty) return;
    for (const property in values) {
      for (const run of this.trackers.of(property)) take(run, device, { at, value: values[property] });
    }
  }

  /** How many messages of the time that ends at the instant `at` said, one after another, what the last of them said. */
  count(key: string, device: string, at: number): number {
    const run = this.trackers.get(key);
    const samples = (run?.memories.get(device) ?? []).filter((each) => each.at <= at && each.at > at - run!.within);
    const last = samples.at(-1);
    const other = samples.findLastIndex(({ value }) => value !== last?.value);
    return samples.length - 1 - other;
  }
}

function take(run: Tracker<readonly Sample[]>, device: string, sample: Sample): void {
  const samples = run.memories.get(device) ?? [];
  if (samples.some(({ at }) => at === sample.at)) return;
  const next = [...samples, sample].sort((a, b) => a.at - b.at);
  const oldest = next.at(-1)!.at - run.within;
  remember(run, device, next.filter(({ at }) => at > oldest).slice(-SAMPLES_KEPT));
}
