import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { TwinStore } from '../../twin/TwinStore.ts';
import type { TemporalState } from './TemporalState.ts';

/**
 * Brings the memory of the rules back at a start, from the values of the graph and recent readings. Only homes in which
 * something that is counted happened lately are read. Call it when the graph has its values and before events come in.
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
    readonly store: Pick<TwinStore, 'readings'>;
    readonly now: number;
    /** Until when everybody was woken who waits for something to last. */
    readonly takenUntil?: number;
  },
): Promise<void> {
  temporal.restoreDevices(graph, takenUntil);
  const since = now - temporal.lookback;
  for (const [id, { devices }] of graph.homes) {
    const recent = [...devices.values()].some(({ values }) =>
      temporal.rememberedProperties.some((property) => (values.get(property)?.at ?? 0) >= since),
    );
    // Beyond now, because the clock of a source may be a little ahead of ours.
    if (recent) await temporal.restore(store.readings(id, since, Number.MAX_SAFE_INTEGER));
  }
}
