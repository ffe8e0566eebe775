import { CodedError } from '../CodedError.ts';
import type { Change, ChangeRecord } from '../changes.ts';
import { assertNoneStranded } from '../lifecycles/migrate.ts';
import { RULE_MEMORY, type TwinStore } from '../TwinStore.ts';
import { type DeviceNode, type PropertyValue, TwinGraph } from './TwinGraph.ts';

/** What folding reads of a store. */
type ReadableStore = Pick<TwinStore, 'changes' | 'revision' | 'values' | 'valuePages'>;

/**
 * The graph of now: all changes of a store folded onto a checkpoint of it, if there is one, with the last values. A
 * checkpoint that is ahead of the store is left out: it holds what was never kept. Throws `store:state.removed` where
 * something is in a state that this program does not have.
 */
export async function foldGraph(store: ReadableStore, checkpoint: TwinGraph | null = null): Promise<TwinGraph> {
  const start = checkpoint && checkpoint.revision <= (await store.revision()) ? checkpoint : new TwinGraph();
  const graph = await foldChanges(store, start);
  const revision = await store.revision();
  graph.erased += revision - graph.revision;
  graph.revision = revision;
  assertNoneStranded(graph);
  await foldValues(store, graph);
  return graph;
}

async function foldValues(store: ReadableStore, graph: TwinGraph): Promise<void> {
  // The device may be erased while values under another key are not.
  const nodeOf = (home: string, device: string) => graph.homes.get(home)?.devices.get(device);
  if (!store.valuePages) {
    for await (const { home, device, property, value, at, receivedAt } of store.values()) {
      const node = nodeOf(home, device);
      if (node) takeValue(node, property, { value, at, receivedAt });
    }
    return;
  }
  for await (const page of store.valuePages()) {
    for (const { home, device, values } of page) {
      const node = nodeOf(home, device);
      if (!node) continue;
      for (const property in values) {
        const [value, at, receivedAt] = values[property]!;
        takeValue(node, property, { value, at, receivedAt });
      }
    }
  }
}

/** Puts a last value in its place. How long ago the device was heard is noted by whoever knows what time it is. */
export function takeValue(node: DeviceNode, property: string, value: PropertyValue): void {
  if (property === RULE_MEMORY) {
    node.ruleMemory = value.value;
    return;
  }
  node.values.set(property, value);
  node.lastSeenAt = Math.max(node.lastSeenAt ?? value.receivedAt, value.receivedAt);
}

type FoldOptions = {
  /** The last one is before the first that is not wanted. */
  readonly wanted?: (record: ChangeRecord) => boolean;
  /** Changes to leave out, such as those of other homes. */
  readonly skip?: (change: Change) => boolean;
  readonly onFolded?: (record: ChangeRecord) => void;
};

/** Folds changes onto a graph, as long as they are wanted and without those that were erased. */
export async function foldChanges(
  store: Pick<TwinStore, 'changes'>,
  graph: TwinGraph,
  { wanted = () => true, skip = () => false, onFolded = () => undefined }: FoldOptions = {},
): Promise<TwinGraph> {
  for await (const record of store.changes(graph.revision)) {
    if (!wanted(record)) break;
    const { seq, change } = record;
    graph.erased += seq - graph.revision - 1;
    try {
      if (!skip(change)) graph.apply(change);
    } catch (error) {
      // Changes under other keys may still point to a home that is erased.
      if (graph.erased === 0 || !isNotFound(error)) throw error;
    }
    // Erased changes have numbers too.
    graph.revision = seq;
    onFolded(record);
  }
  return graph;
}

function isNotFound(error: unknown): boolean {
  return error instanceof CodedError && /^twin:\w+\.not_found$/.test(error.code);
}
