import type { TwinStore } from '../TwinStore.ts';
import { TwinGraph } from './TwinGraph.ts';

/** The graph of now: all changes of a store folded, with the last values. */
export async function foldGraph(store: TwinStore): Promise<TwinGraph> {
  const graph = await foldChanges(store, () => true);
  graph.revision = await store.revision();
  for await (const { home, device, property, value, at, receivedAt } of store.values()) {
    // The device may be erased while values under another key are not.
    graph.homes.get(home)?.devices.get(device)?.values.set(property, { value, at, receivedAt });
  }
  return graph;
}

/**
 * The graph as it was known at an instant (milliseconds since 1970), with the values of the homes that are asked for:
 * those of all homes would read the whole log.
 */
export async function graphAt(store: TwinStore, instant: number, homes: readonly string[] = []): Promise<TwinGraph> {
  const until = new Date(instant).toISOString();
  const graph = await foldChanges(store, (at) => at <= until);
  for (const home of homes) {
    for await (const { device, values, at, receivedAt } of store.readings(home, 0, instant + 1)) {
      const node = receivedAt <= instant ? graph.homes.get(home)?.devices.get(device) : undefined;
      for (const [property, value] of Object.entries(values)) node?.values.set(property, { value, at, receivedAt });
    }
  }
  return graph;
}

async function foldChanges(store: TwinStore, wanted: (at: string) => boolean): Promise<TwinGraph> {
  const graph = new TwinGraph();
  for await (const { seq, at, change } of store.changes(0)) {
    if (!wanted(at)) break;
    graph.apply(change);
    // Erased changes have numbers too.
    graph.revision = seq;
  }
  return graph;
}
