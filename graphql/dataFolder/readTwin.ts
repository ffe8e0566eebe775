import { factSettings } from '../../engine/facts/factSettings.ts';
import { noteContacts } from '../../engine/noteContacts.ts';
import { foldGraph } from '../../twin/graph/foldGraph.ts';
import { graphAt } from '../../twin/graph/graphAt.ts';
import { graphOfSnapshot } from '../../twin/graph/snapshot.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { TwinStore } from '../../twin/TwinStore.ts';
import type { FolderDatabase } from '../writer/FolderDatabase.ts';
import { readClosedFolder } from './readClosedFolder.ts';

export type ReadTwinOptions = {
  /** The twin as it was known then, in milliseconds since 1970; as it is unless given. */
  readonly at?: number;
  /** As of when devices were heard of lately or not. */
  readonly now: number;
};

/**
 * The twin of a data folder on which no server runs. Rejects as `readClosedFolder` does, and with
 * `twin:instant.too_early` for an instant before the first event.
 */
export function readTwin(folder: string, { at, now }: ReadTwinOptions): Promise<TwinGraph> {
  return readClosedFolder(folder, async (database) => {
    if (at !== undefined) return twinAt(database, { at, now });
    const snapshot = database.checkpoints.load();
    const graph = await foldGraph(database.store, snapshot && graphOfSnapshot(snapshot));
    noteContacts(graph, now, factSettings.lastSeenStaleAfter);
    return graph;
  });
}

/** The twin of a folder as it was known at an instant, as of which or of another devices were heard of lately or not. */
export async function twinAt(
  { store, checkpoints }: { readonly store: TwinStore; readonly checkpoints?: FolderDatabase['checkpoints'] },
  { at, now = at }: { readonly at: number; readonly now?: number },
): Promise<TwinGraph> {
  const checkpoint = async (below: number) => {
    const snapshot = checkpoints?.load(below) ?? null;
    return snapshot && graphOfSnapshot(snapshot);
  };
  const graph = await graphAt(store, at, { values: 'all', checkpoint });
  noteContacts(graph, now, factSettings.lastSeenStaleAfter);
  return graph;
}
