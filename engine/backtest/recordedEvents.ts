import { CodedError } from '../../twin/CodedError.ts';
import type { Change } from '../../twin/changes.ts';
import type { Reading, TwinStore } from '../../twin/TwinStore.ts';

/** What the logs tell of one instant, in milliseconds since 1970. */
export type RecordedEvent =
  | { readonly kind: 'change'; readonly at: number; readonly change: Change }
  | { readonly kind: 'reading'; readonly at: number; readonly reading: Reading };

export type Recorded = {
  /** In the order in which they were taken in; changes before readings of the same instant. */
  readonly events: readonly RecordedEvent[];
  readonly changes: number;
  readonly readings: number;
  /** Changes that are missing because their bodies were erased. */
  readonly erased: number;
};

/** So many messages are held in memory. */
const MOST_READINGS = 2_000_000;
/** How far a source's clock may be off: its time finds a message, ours says whether it is of the period. */
const CLOCKS = 86_400_000;

/**
 * Reads what the logs of a twin tell of a period, after the change of a number. Rejects with `engine:backtest.too_large`
 * when there is more than can be held.
 */
export async function recordedEvents(
  store: Pick<TwinStore, 'changes' | 'readings'>,
  { from, until, since }: { readonly from: number; readonly until: number; readonly since: number },
  homes: Iterable<string>,
): Promise<Recorded> {
  const events: RecordedEvent[] = [];
  const known = new Set(homes);
  let [last, erased] = [since, 0];
  for await (const { seq, at, change } of store.changes(since)) {
    const instant = Date.parse(at);
    if (instant >= until) break;
    erased += seq - last - 1;
    last = seq;
    if (change.kind === 'home_added') known.add(change.home.id);
    events.push({ kind: 'change', at: instant, change });
  }
  const changes = events.length;
  for (const home of known) {
    for await (const reading of store.readings(home, from - CLOCKS, until + CLOCKS)) {
      const { receivedAt } = reading;
      if (receivedAt < from || receivedAt >= until) continue;
      if (events.length - changes >= MOST_READINGS) throw tooLarge();
      events.push({ kind: 'reading', at: receivedAt, reading });
    }
  }
  const readings = events.length - changes;
  // Stable: what was read in order stays in order.
  return { events: events.sort((a, b) => a.at - b.at || rank(a) - rank(b)), changes, readings, erased };
}

function rank({ kind }: RecordedEvent): number {
  return kind === 'change' ? 0 : 1;
}

function tooLarge(): CodedError {
  return new CodedError('engine:backtest.too_large', `the period holds more than ${MOST_READINGS} messages`, {
    hint: 'take a shorter one',
  });
}
