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
  /** Told how many changes are read, out of how many. */
  readonly onProgress?: (read: number, total: number) => void;
};

/** What reading a twin takes of a store. */
type PastStore = Pick<TwinStore, 'changes' | 'revision' | 'values' | 'valuePages' | 'readings'>;

/**
 * The twin of a data folder on which no server runs. Rejects as `readClosedFolder` does, and with
 * `twin:instant.too_early` for an instant before the first event.
 */
export function readTwin(folder: string, { at, now, onProgress }: ReadTwinOptions): Promise<TwinGraph> {
  return readClosedFolder(folder, async ({ store: whole, checkpoints }) => {
    const store = onProgress ? await watched(whole, onProgress) : whole;
    if (at !== undefined) return twinAt({ store, checkpoints }, { at, now });
    const snapshot = checkpoints.load();
    const graph = await foldGraph(store, snapshot && graphOfSnapshot(snapshot));
    noteContacts(graph, now, factSettings.lastSeenStaleAfter);
    return graph;
  });
}

/** A store that tells how far its changes are read. */
async function watched(store: PastStore, onProgress: NonNullable<ReadTwinOptions['onProgress']>): Promise<PastStore> {
  const total = await store.revision();
  return {
    revision: () => store.revision(),
    values: () => store.values(),
    ...(store.valuePages && { valuePages: () => store.valuePages!() }),
    readings: (home, from, until) => store.readings(home, from, until),
    async *changes(since) {
      for await (const record of store.changes(since)) {
        onProgress(record.seq, total);
        yield record;
      }
    },
  };
}

/** The twin of a folder as it was known at an instant, as of which or of another devices were heard of lately or not. */
export async function twinAt(
  { store, checkpoints }: { readonly store: PastStore; readonly checkpoints?: FolderDatabase['checkpoints'] },
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
