import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { LastSeen } from '../twin/words.ts';

/**
 * Brings up to date how long ago devices were last heard, at the instant `now` (milliseconds since 1970). It is no change of
 * the twin, so nothing is written: it follows from the last messages, and a start finds it again.
 */
export function noteContacts(graph: TwinGraph, now: number, staleAfter: number): void {
  for (const { home, devices } of graph.homes.values()) {
    for (const node of devices.values()) {
      const next: LastSeen =
        node.lastSeenAt === null ? 'never' : now - node.lastSeenAt >= staleAfter ? 'stale' : 'fresh';
      if (next !== node.lastSeen) graph.noteLastSeen(home.id, node.device.id, next);
    }
  }
}
