import { canonicalJson } from '../../canonicalJson.ts';
import type { FactParams } from '../facts/RuleFact.ts';
import { remember, type Tracker, Trackers } from './Trackers.ts';

/** A value and when it was said. */
type Sample = { readonly at: number; readonly value: number };
/** By slice of time the first value said in it, and the last value of all. */
type Course = { readonly slices: Map<number, Sample>; readonly last: Sample };

/** Into so many slices of time a window is cut; of each the first value is kept. */
const SLICES = 60;

/** The name under which a window is kept: equal for equal parameters of `rate_of_change`, whatever it is told per. */
export function meterOf({ property, within }: FactParams): string {
  return canonicalJson([property, within]);
}

/** How fast values change, by the source's time and in any order of arrival. */
export class Rates {
  readonly trackers = new Trackers<Course>();

  add(params: FactParams): void {
    this.trackers.add(meterOf(params), params, {});
  }

  remove(params: FactParams): void {
    this.trackers.remove(meterOf(params));
  }

  /** How far back all is needed, in milliseconds: the slice in which a window begins keeps its first value. */
  get lookback(): number {
    return this.trackers.longest * (1 + 1 / SLICES);
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.trackers.isEmpty) return;
    for (const property in values) {
      const value = values[property];
      if (typeof value !== 'number') continue;
      for (const meter of this.trackers.of(property)) take(meter, device, { at, value });
    }
  }

  /**
   * By how much the value rose in each millisecond, between the first and the last value known of the window that ends at
   * the instant `at`; negative when it fell. Null when fewer than two are known, and before the last one.
   */
  perMs(key: string, device: string, at: number): number | null {
    const meter = this.trackers.get(key);
    const course = meter?.memories.get(device);
    if (!meter || !course || at < course.last.at) return null;
    let first = course.last;
    for (const sample of course.slices.values()) {
      if (sample.at > at - meter.within && sample.at < first.at) first = sample;
    }
    const { last } = course;
    return first === last ? null : (last.value - first.value) / (last.at - first.at);
  }
}

function take(meter: Tracker<Course>, device: string, sample: Sample): void {
  const width = meter.within / SLICES;
  const { slices, last: before } = meter.memories.get(device) ?? { slices: new Map<number, Sample>(), last: sample };
  const last = sample.at >= before.at ? sample : before;
  const oldest = Math.floor((last.at - meter.within) / width);
  const slice = Math.floor(sample.at / width);
  const known = slices.get(slice);
  if (slice >= oldest && (!known || sample.at < known.at)) slices.set(slice, sample);
  for (const old of slices.keys()) if (old < oldest) slices.delete(old);
  remember(meter, device, { slices, last });
}
