import { CodedError } from '../CodedError.ts';
import { type Change, homeOf } from '../changes.ts';
import type { TwinStore } from '../TwinStore.ts';
import { foldChanges, takeValue } from './foldGraph.ts';
import { TwinGraph } from './TwinGraph.ts';

/** What reading the past takes of a store. */
type PastStore = Pick<TwinStore, 'changes' | 'readings'>;

export type AtOptions = {
  /** The homes whose values are wanted: those of all homes read the whole log of readings. None when missing. */
  readonly values?: readonly string[] | 'all';
  /** The one home that is wanted, beside areas, organisations, people and accounts: a whole city is more to hold. */
  readonly home?: string;
  /** The newest checkpoint of a revision below the one given, null when there is none. Without it the whole log is read. */
  readonly checkpoint?: (below: number) => Promise<TwinGraph | null>;
};

/**
 * The graph as it was known at an instant (milliseconds since 1970), folded from the nearest checkpoint before it or from
 * the beginning, which gives the same. What was erased since stays away: `erased` counts those changes.
 *
 * Rejects with `twin:instant.too_early` for an instant before the first event.
 *
 * @example
 * const graph = await graphAt(store, Date.parse('2026-03-01T00:00:00Z'), { values: ['home-1'] });
 */
export async function graphAt(
  store: PastStore,
  instant: number,
  { values = [], home: only, checkpoint = async () => null }: AtOptions = {},
): Promise<TwinGraph> {
  const until = new Date(instant).toISOString();
  const start = await startBefore(store, until, checkpoint);
  const checkpointed = start.revision;
  const wiped = new Map<string, number>();
  const graph = await foldChanges(store, start, {
    wanted({ at }) {
      if (at > until && start.revision === 0) throw tooEarly(until, at);
      return at <= until;
    },
    skip: (change) => only !== undefined && isOfOther(start, change, only),
    onFolded({ at }) {
      for (const home of start.wipedHomes) wiped.set(home, Date.parse(at));
      start.wipedHomes.clear();
    },
  });
  if (graph.revision === 0) throw tooEarly(until, null);
  const asked = values === 'all' ? [...graph.homes.keys()] : values;
  for (const [home, at] of await wipedBefore(store, checkpointed, asked)) if (!wiped.has(home)) wiped.set(home, at);
  for (const home of asked) await readValues(store, graph, { home, instant, wipedAt: wiped.get(home) });
  return graph;
}

/** Whether a change is one of another home. */
function isOfOther({ areas }: TwinGraph, change: Change, home: string): boolean {
  if (change.kind === 'relation_added' || change.kind === 'relation_ended') {
    return change.object !== home && !areas.has(change.object);
  }
  const of = homeOf(change);
  return of !== null && of !== home;
}

/** A checkpoint whose last change had happened by then; an empty graph when there is none. */
async function startBefore(
  store: PastStore,
  until: string,
  checkpoint: NonNullable<AtOptions['checkpoint']>,
): Promise<TwinGraph> {
  for (let below = Number.POSITIVE_INFINITY; ; ) {
    const graph = await checkpoint(below);
    if (graph === null || graph.revision === 0) return new TwinGraph();
    const at = await instantOf(store, graph.revision);
    // What is kept of the last change tells when that was. It is gone when it was erased, and then it may have been later.
    if (at !== null && at <= until) return graph;
    below = graph.revision;
  }
}

async function instantOf(store: PastStore, seq: number): Promise<string | null> {
  for await (const record of store.changes(seq - 1)) return record.seq === seq ? record.at : null;
  return null;
}

/**
 * When the values of homes were last wiped up to a revision, in milliseconds since 1970: a checkpoint does not say. The log
 * is read for it, and only where homes are asked for.
 */
async function wipedBefore(
  store: PastStore,
  revision: number,
  homes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const wiped = new Map<string, number>();
  if (revision === 0 || homes.length === 0) return wiped;
  const asked = new Set(homes);
  const active = new Set<string>();
  for await (const { seq, at, change } of store.changes(0)) {
    if (seq > revision) break;
    if (change.kind !== 'lease_transitioned' || !asked.has(change.home)) continue;
    const lease = JSON.stringify([change.home, change.lease]);
    if (change.to === 'active') active.add(lease);
    else if (active.delete(lease)) wiped.set(change.home, Date.parse(at));
  }
  return wiped;
}

/** What the devices of a home had said by then, since its values were last wiped. */
async function readValues(
  store: PastStore,
  graph: TwinGraph,
  {
    home,
    instant,
    wipedAt = -1,
  }: { readonly home: string; readonly instant: number; readonly wipedAt: number | undefined },
): Promise<void> {
  const devices = graph.homes.get(home)?.devices;
  for await (const { device, values, at, receivedAt } of store.readings(home, 0, instant + 1)) {
    const node = receivedAt <= instant ? devices?.get(device) : undefined;
    if (!node) continue;
    node.lastSeenAt = Math.max(node.lastSeenAt ?? receivedAt, receivedAt);
    if (receivedAt <= wipedAt) continue;
    for (const [property, value] of Object.entries(values)) takeValue(node, property, { value, at, receivedAt });
  }
}

function tooEarly(until: string, first: string | null): CodedError {
  if (first === null) {
    return new CodedError('twin:instant.too_early', 'nothing has ever happened here, so there is no past', {
      hint: 'name a data folder that holds a twin',
    });
  }
  return new CodedError('twin:instant.too_early', `nothing is known of ${until}: the first event is of ${first}`, {
    hint: `ask for ${first} or later`,
  });
}
