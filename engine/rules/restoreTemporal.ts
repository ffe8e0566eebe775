import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { Reading, TwinStore } from '../../twin/TwinStore.ts';
import type { TemporalState } from './TemporalState.ts';

type ReadingStore = Pick<TwinStore, 'readings'>;

/**
 * Brings the memory of the rules back at a start, from the values of the graph and recent readings. Only homes in which
 * something is counted are read. Call it when the graph has its values and before events come in.
 */
export async function restoreTemporal(
  temporal: TemporalState,
  {
    graph,
    store,
    now,
    takenUntil = now,
  }: {
    readonly graph: TwinGraph;
    readonly store: ReadingStore;
    readonly now: number;
    /** Until when everybody was woken who waits for something to last. */
    readonly takenUntil?: number;
  },
): Promise<void> {
  temporal.restoreDevices(graph, takenUntil);
  for (const home of graph.homes.values()) {
    const readings = await Array.fromAsync(recentReadings(home, { temporal, store, now }));
    if (readings.length > 0) temporal.restore(readings.sort((a, b) => a.receivedAt - b.receivedAt));
  }
}

/**
 * The readings of a home that count still: of each device those up to its newest one, however long ago that was, because
 * what comes next is counted with it.
 */
async function* recentReadings(
  home: HomeNode,
  { temporal, store, now }: { readonly temporal: TemporalState; readonly store: ReadingStore; readonly now: number },
): AsyncGenerator<Reading> {
  const { lookback } = temporal;
  const newest = newestOf(home, temporal.rememberedProperties);
  const lively = new Set([...newest].filter(([, at]) => at >= now - lookback).map(([device]) => device));
  const tenancy = tenancyOf(home);
  const isOf = (reading: Reading, devices: ReadonlySet<string>) =>
    devices.has(reading.device) && reading.tenancy === tenancy;
  if (lively.size > 0) {
    const since = Math.min(...[...lively].map((device) => newest.get(device)!)) - lookback;
    // Beyond now, because the clock of a source may be a little ahead of ours.
    for await (const reading of store.readings(home.home.id, since, Number.MAX_SAFE_INTEGER))
      if (isOf(reading, lively)) yield reading;
  }
  for (const [device, at] of newest) {
    if (lively.has(device)) continue;
    for await (const reading of store.readings(home.home.id, at - lookback, at + 1))
      if (isOf(reading, new Set([device]))) yield reading;
  }
}

/** When each device spoke last that says something which is remembered. */
function newestOf({ devices }: HomeNode, properties: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const [device, { values }] of devices) {
    if (!properties.some((property) => values.has(property))) continue;
    newest.set(device, Math.max(...[...values.values()].map(({ at }) => at)));
  }
  return newest;
}
