import { canonicalJson } from '../../canonicalJson.ts';
import { duration } from '../duration.ts';
import type { FactParams } from '../facts/RuleFact.ts';

/** A value and when it was said. */
type Sample = { readonly at: number; readonly value: number };
/** By slice of time the first value said in it, and the last value of all. */
type Course = { readonly slices: Map<number, Sample>; last: Sample };
/** `users`: how many conditions of rules ask for it. */
type Meter = { users: number; readonly property: string; readonly within: number; courses: Map<string, Course> };

/** Into so many slices of time a window is cut; of each the first value is kept. */
const SLICES = 60;
/** Devices remembered for each window; beyond it those heard of longest ago are forgotten. */
const COURSES_KEPT = 100_000;

/** The name under which a window is kept: equal for equal parameters of `rate_of_change`, whatever it is told per. */
export function meterOf({ property, within }: FactParams): string {
  return canonicalJson([property, within]);
}

/** How fast values change, by the source's time and in any order of arrival. */
export class Rates {
  readonly #meters = new Map<string, Meter>();
  readonly #byProperty = new Map<string, Meter[]>();

  add(params: FactParams): void {
    const key = meterOf(params);
    const known = this.#meters.get(key);
    if (known) {
      known.users += 1;
      return;
    }
    const meter: Meter = {
      users: 1,
      property: String(params['property']),
      within: duration(String(params['within'])),
      courses: new Map(),
    };
    this.#meters.set(key, meter);
    const same = this.#byProperty.get(meter.property);
    if (same) same.push(meter);
    else this.#byProperty.set(meter.property, [meter]);
  }

  remove(params: FactParams): void {
    const key = meterOf(params);
    const meter = this.#meters.get(key);
    if (!meter) return;
    meter.users -= 1;
    if (meter.users > 0) return;
    this.#meters.delete(key);
    const left = this.#byProperty.get(meter.property)?.filter((each) => each !== meter) ?? [];
    if (left.length > 0) this.#byProperty.set(meter.property, left);
    else this.#byProperty.delete(meter.property);
  }

  takeOver(other: Rates): void {
    for (const [key, meter] of this.#meters) {
      const same = other.#meters.get(key);
      if (same) meter.courses = same.courses;
    }
  }

  get lookback(): number {
    // The slice in which the window begins keeps its first value.
    return Math.max(0, ...[...this.#meters.values()].map(({ within }) => within + within / SLICES));
  }

  get properties(): Iterable<string> {
    return this.#byProperty.keys();
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.#byProperty.size === 0) return;
    for (const property in values) {
      const meters = this.#byProperty.get(property);
      const value = values[property];
      if (meters && typeof value === 'number') for (const meter of meters) take(meter, device, { at, value });
    }
  }

  /**
   * By how much the value rose in each millisecond, between the first and the last value known of the window that ends at
   * the instant `at`; negative when it fell. Null when fewer than two are known, and before the last one.
   */
  perMs(key: string, device: string, at: number): number | null {
    const meter = this.#meters.get(key);
    const course = meter?.courses.get(device);
    if (!meter || !course || at < course.last.at) return null;
    let first = course.last;
    for (const sample of course.slices.values()) {
      if (sample.at > at - meter.within && sample.at < first.at) first = sample;
    }
    const { last } = course;
    return first === last ? null : (last.value - first.value) / (last.at - first.at);
  }

  forget(device: string): void {
    for (const { courses } of this.#meters.values()) courses.delete(device);
  }
}

function take({ within, courses }: Meter, device: string, sample: Sample): void {
  const width = within / SLICES;
  const course = courses.get(device) ?? { slices: new Map<number, Sample>(), last: sample };
  if (sample.at >= course.last.at) course.last = sample;
  const oldest = Math.floor((course.last.at - within) / width);
  const slice = Math.floor(sample.at / width);
  const known = course.slices.get(slice);
  if (slice >= oldest && (!known || sample.at < known.at)) course.slices.set(slice, sample);
  for (const old of course.slices.keys()) if (old < oldest) course.slices.delete(old);
  // Set anew, so that the map's order is that of the last use.
  courses.delete(device);
  courses.set(device, course);
  if (courses.size > COURSES_KEPT) courses.delete(courses.keys().next().value as string);
}
