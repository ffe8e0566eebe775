import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { RuleBook } from './rules/RuleBook.ts';
import type { RuleEvent } from './rules/RuleEvent.ts';
import type { TemporalState } from './rules/TemporalState.ts';
import { dueChanges } from './timers.ts';

/**
 * What time alone brings about at the instant `now`: changes to commit, and silences to react to like messages. It
 * walks over the whole twin: meant for once a minute and a start, not for each message.
 */
export function sweep(
  now: number,
  { graph, book, temporal }: { readonly graph: TwinGraph; readonly book: RuleBook; readonly temporal: TemporalState },
): { readonly changes: readonly Change[]; readonly events: readonly RuleEvent[] } {
  return { changes: dueChanges(graph, now), events: silences(graph, now, { index: book.index, temporal }) };
}

/** Devices from which nothing came for a limit, without those that are known to be away or gone. */
export function silences(
  graph: TwinGraph,
  now: number,
  { index, temporal }: { readonly index: RuleBook['index']; readonly temporal: TemporalState },
): readonly RuleEvent[] {
  const limits = index.silences;
  if (limits.length === 0) return [];
  return [...temporal.silences(now, limits)].filter((event) => {
    const state = graph.homes.get(event.home)?.devices.get(event.device)?.state;
    if (state === undefined || state === 'offline' || state === 'retired') return false;
    return index.wokenBy(event, graph).length > 0;
  });
}
