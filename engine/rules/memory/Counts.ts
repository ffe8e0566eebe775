import { canonicalJson } from '../../canonicalJson.ts';
import type { FactParams } from '../facts/RuleFact.ts';
import { remember, type Tracker, Trackers } from './Trackers.ts';

/** What is remembered of one device: instants of what was counted since the reset, oldest first. */
type Tally = { readonly instants: readonly number[]; readonly resetAt: number };
type Counted = { readonly counted: ReadonlySet<unknown>; readonly resets: ReadonlySet<unknown> };

/** More is never needed of one device: the schema of rules lets none ask for a higher count. */
const INSTANTS_KEPT = 50;

/** The name under which a counter is kept: equal for equal parameters of `count`. */
export function counterOf({ property, in: counted, within, reset_by: resets = [] }: FactParams): string {
  return canonicalJson([property, counted, within, resets]);
}

/** How often devices said what rules count, by the source's time and in any order of arrival. */
export class Counts {
  readonly trackers = new Trackers<Tally, Counted>();

  add(params: FactParams): void {
    const { in: counted, reset_by: resets = [] } = params as Record<'in' | 'reset_by', readonly unknown[] | undefined>;
    this.trackers.add(counterOf(params), params, { counted: new Set(counted), resets: new Set(resets) });
  }

  remove(params: FactParams): void {
    this.trackers.remove(counterOf(params));
  }

  /** The devices of which a counter counts something. */
  devicesOf(key: string): Iterable<string> {
    return this.trackers.get(key)?.memories.keys() ?? [];
  }

  observe(device: string, values: Readonly<Record<string, unknown>>, at: number): void {
    if (this.trackers.isEmpty) return;
    for (const property in values) {
      for (const counter of this.trackers.of(property)) take(counter, device, values[property], at);
    }
  }

  /**
   * How often the device said one of the values in a time of that length around the instant `at`: the most that any
   * such time holds, so that messages which arrive out of order count like those in order.
   */
  count(key: string, device: string, at: number): number {
    const counter = this.trackers.get(key);
    const instants = counter?.memories.get(device)?.instants ?? [];
    let most = 0;
    for (const from of instants) {
      const until = from + (counter?.within ?? 0);
      if (from <= at && at < until)
        most = Math.max(most, instants.filter((each) => each >= from && each < until).length);
    }
    return most;
  }
}

function take(counter: Tracker<Tally> & Counted, device: string, value: unknown, at: number): void {
  const { counted, resets, memories } = counter;
  if (!resets.has(value) && !counted.has(value)) return;
  const { instants, resetAt } = memories.get(device) ?? { instants: [], resetAt: Number.NEGATIVE_INFINITY };
  const lastReset = resets.has(value) ? Math.max(resetAt, at) : resetAt;
  const all = counted.has(value) && !instants.includes(at) ? [...instants, at] : instants;
  const kept = all
    .filter((instant) => instant > lastReset)
    .sort((a, b) => a - b)
    .slice(-INSTANTS_KEPT);
  remember(counter, device, { instants: kept, resetAt: lastReset });
}
