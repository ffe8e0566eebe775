import { paced } from '../engine/census/Pace.ts';
import { factSettings } from '../engine/facts/factSettings.ts';
import { noteContacts } from '../engine/noteContacts.ts';
import { graphAt } from '../twin/graph/graphAt.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Writer } from './writer/Writer.ts';

/** The twin as it was known at an instant, read so slowly that decisions go on. */
export async function pastTwin(
  writer: Writer,
  instant: number,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<TwinGraph> {
  const past = {
    changes: (since: number) => paced(writer.changes(since), signal),
    readings: (home: string, from: number, until: number) => paced(writer.readings(home, from, until), signal),
  };
  const graph = await graphAt(past, instant, { values: 'all' });
  noteContacts(graph, now, factSettings.lastSeenStaleAfter);
  return graph;
}
