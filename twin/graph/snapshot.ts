import { deserialize, serialize } from 'node:v8';
import { lifecycles } from '../lifecycles/index.ts';
import { OverlayMap } from './OverlayMap.ts';
import { type HomeNode, TwinGraph } from './TwinGraph.ts';
import { GRAPH_MAPS } from './touchedBy.ts';

/** Rises with every change to what a snapshot holds; one of another version is not read, and the log is folded instead. */
const VERSION = 11;

/** What of the graph is kept; the last values of properties have a table of their own. */
const PARTS = ['revision', ...GRAPH_MAPS, 'areasRevision', 'erased'] as const satisfies readonly (keyof TwinGraph)[];

/** The states in which a snapshot holds things: where one was renamed, the log is folded with the new name. */
const STATES = JSON.stringify(Object.entries(lifecycles).map(([name, { states }]) => [name, states]));

type Kept = {
  readonly version: number;
  readonly states: string;
  readonly node: string;
  readonly parts: Partial<TwinGraph>;
};

/** The graph as bytes, without the last values: a start that reads them folds only what came after. */
export function snapshotOf(graph: TwinGraph): Uint8Array {
  const homes = new Map([...graph.homes].map(([id, home]) => [id, withoutValues(home)]));
  const parts = Object.fromEntries(PARTS.map((part) => [part, part === 'homes' ? homes : plain(graph[part])]));
  return serialize({ version: VERSION, states: STATES, node: process.versions.v8, parts });
}

/** The graph of a snapshot; null when another version, of the snapshot or of Node's format, wrote it. */
export function graphOfSnapshot(bytes: Uint8Array): TwinGraph | null {
  const { version, states, node, parts } = deserialize(bytes) as Kept;
  if (version !== VERSION || states !== STATES || node !== process.versions.v8) return null;
  return Object.assign(new TwinGraph(), parts);
}

/** A fork's maps lie over those of another graph. */
function plain(part: TwinGraph[Exclude<(typeof PARTS)[number], 'homes'>]): unknown {
  return part instanceof OverlayMap ? new Map<string, unknown>(part) : part;
}

/** Without what follows from values either, or stands with them: when a device was last heard, what rules remember of it. */
function withoutValues(home: HomeNode): HomeNode {
  const none = { lastSeenAt: null, lastSeen: 'never', ruleMemory: null } as const;
  const devices = new Map([...home.devices].map(([id, device]) => [id, { ...device, ...none, values: new Map() }]));
  return { ...home, devices };
}
