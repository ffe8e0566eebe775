import { graphOfSnapshot, snapshotOf } from '../../twin/graph/snapshot.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Writer } from '../writer/Writer.ts';

/** So many changes are worth a checkpoint of the graph. */
export const CHECKPOINT_CHANGES = 5_000;

/** The graph as the last checkpoint has it; null when there is none. */
export async function readCheckpoint(writer: Writer): Promise<TwinGraph | null> {
  const snapshot = await writer.loadCheckpoint();
  return snapshot && graphOfSnapshot(snapshot);
}

/** A start after this folds only what came later. What cannot be kept now costs that start a moment, and nothing else. */
export async function writeCheckpoint(writer: Writer, graph: TwinGraph, since: number): Promise<void> {
  if (!writer.ready || graph.revision - since < CHECKPOINT_CHANGES) return;
  // What is applied and not yet durable must not be remembered.
  if (graph.revision === (await writer.revision())) await writer.saveCheckpoint(snapshotOf(graph));
}
