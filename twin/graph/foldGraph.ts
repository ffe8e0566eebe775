import { CodedError } from '../CodedError.ts';
import type { TwinStore } from '../TwinStore.ts';
import { type DeviceNode, type PropertyValue, TwinGraph } from './TwinGraph.ts';

/** What folding reads of a store. */
type ReadableStore = Pick<TwinStore, 'changes' | 'revision' | 'values' | 'valuePages'>;

/**
 * The graph of now: all changes of a store folded onto a checkpoint of it, if there is one, with the last values. A
 * checkpoint that is ahead of the store is left out: it holds what was never kept.
 */
export async function foldGraph(store: ReadableStore, checkpoint: TwinGraph | null = null): Promise<TwinGraph> {
  const start = checkpoint && checkpoint.revision <= (await store.revision()) ? checkpoint : new TwinGraph();
  const graph = await foldChanges(store, () => true, start);
  graph.revision = await store.revision();
  await foldValues(store, graph);
  return graph;
}

/**
 * The graph as it was known at an instant (milliseconds since 1970), with the values of the homes that are asked for:
 * those of all homes would read the whole log.
 */
export async function graphAt(store: TwinStore, instant: number, homes: readonly string[] = []): Promise<TwinGraph> {
  const until = new Date(instant).toISOString();
  const graph = await foldChanges(store, (at) => at <= until, new TwinGraph());
  for (const home of homes) {
    for await (const { device, values, at, receivedAt } of store.readings(home, 0, instant + 1)) {
      const node = receivedAt <= instant ? graph.homes.get(home)?.devices.get(device) : undefined;
      if (!node) continue;
      for (const [property, value] of Object.entries(values)) take(node, property, { value, at, receivedAt });
    }
  }
  return graph;
}

async function foldValues(store: ReadableStore, graph: TwinGraph): Promise<void> {
  // The device may be erased while values under another key are not.
  const nodeOf = (home: string, device: string) => graph.homes.get(home)?.devices.get(device);
  if (!store.valuePages) {
    for await (const { home, device, property, value, at, receivedAt } of store.values()) {
      const node = nodeOf(home, device);
      if (node) take(node, property, { value, at, receivedAt });
    }
    return;
  }
  for await (const page of store.valuePages()) {
    for (const { home, device, values } of page) {
      const node = nodeOf(home, device);
      if (!node) continue;
      for (const property in values) {
        const [value, at, receivedAt] = values[property]!;
        take(node, property, { value, at, receivedAt });
      }
    }
  }
}

/** Puts a last value in its place. How long ago the device was heard is noted by whoever knows what time it is. */
function take(node: DeviceNode, property: string, value: PropertyValue): void {
  node.values.set(property, value);
  node.lastSeenAt = Math.max(node.lastSeenAt ?? value.receivedAt, value.receivedAt);
}

async function foldChanges(
  store: ReadableStore,
  wanted: (at: string) => boolean,
  graph: TwinGraph,
): Promise<TwinGraph> {
  let erased = false;
  for await (const { seq, at, change } of store.changes(graph.revision)) {
    if (!wanted(at)) break;
    erased ||= seq !== graph.revision + 1;
    try {
      graph.apply(change);
    } catch (error) {
      // Changes under other keys may still point to a home that is erased.
      if (!erased || !isNotFound(error)) throw error;
    }
    // Erased changes have numbers too.
    graph.revision = seq;
  }
  return graph;
}

function isNotFound(error: unknown): boolean {
  return error instanceof CodedError && /^twin:\w+\.not_found$/.test(error.code);
}
