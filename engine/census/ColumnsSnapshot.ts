import { invariant } from '../../twin/CodedError.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Asking } from '../AccessRequest.ts';
import type { DeviceClassesSnapshot } from './DeviceClasses.ts';
import type { HomeIds, HomeSource } from './HomeSource.ts';
import type { NumberBlock } from './Numbers.ts';
import type { PeopleSnapshot } from './PeopleColumn.ts';

/** Columns as plain values, which stay as they are whatever is read into the columns afterwards. */
export type ColumnsSnapshot = {
  readonly revision: number;
  /** For each fact, request, home and pair facts one after the other, the values by their digests. */
  readonly values: readonly (readonly unknown[])[];
  readonly homeTuples: readonly (readonly number[])[];
  readonly pairTuples: readonly (readonly number[])[];
  readonly deviceClasses: DeviceClassesSnapshot;
  readonly areas: readonly string[];
  /** The columns by their names in `Columns`. */
  readonly numbers: Readonly<Record<'areaOf' | 'tupleOf' | 'deviceStart' | 'deviceCount' | 'devices', NumberBlock>>;
  readonly people: PeopleSnapshot;
  readonly pairs: readonly PairsSnapshot[];
  /** The ids of homes and devices, and what the graph holds around them. Null where a source has them anyway. */
  readonly around: { readonly ids: string; readonly graph: GraphAround } | null;
};

/** The homes that the subject of an asking has something to do with, and the tuple of pair facts of each. */
export type PairsSnapshot = { readonly asking: Asking; readonly homes: NumberBlock; readonly tuples: NumberBlock };

/** What a graph holds outside of homes, as far as facts and scenarios read it. */
export type GraphAround = Pick<
  TwinGraph,
  'revision' | 'areas' | 'organisations' | 'areaRelations' | 'areaWaivers' | 'areaBases' | 'areasRevision' | 'erased'
>;

const [BETWEEN_HOMES, BETWEEN_IDS] = ['\u0000', '\u0001'];

/** The ids of all homes of a source in one text, which threads hand over faster than many. */
export function idsText(source: HomeSource): string {
  const homes = Array.from({ length: source.size }, (_, index) => textOf(source.idsOf(index)));
  return homes.join(BETWEEN_HOMES);
}

const texts = new WeakMap<HomeIds, string>();

function textOf(ids: HomeIds): string {
  const text = texts.get(ids) ?? [ids.home, ...ids.devices].join(BETWEEN_IDS);
  texts.set(ids, text);
  return text;
}

export function graphAround(graph: TwinGraph): GraphAround {
  const { revision, areasRevision, erased, areas, organisations, areaRelations, areaWaivers, areaBases } = graph;
  return {
    revision,
    areasRevision,
    erased,
    // Areas and organisations are replaced and never written to; the others are.
    areas: new Map(areas),
    organisations: new Map(organisations),
    // Those of a fork read through to another graph, which a clone would not.
    ...structuredClone({
      areaRelations: new Map(areaRelations),
      areaWaivers: new Map(areaWaivers),
      areaBases: new Map(areaBases),
    }),
  };
}

/** The homes of a snapshot, which went into the columns and are nowhere else. */
export function homesOfSnapshot({ numbers, around }: ColumnsSnapshot): HomeSource {
  invariant(around, 'a snapshot without what is around the homes is opened with their source');
  const graph = Object.assign(new TwinGraph(), around.graph);
  let ids: readonly string[] | null = null;
  return {
    graph,
    size: numbers.tupleOf.length,
    revision: graph.revision,
    idsOf(index) {
      ids ??= around.ids.split(BETWEEN_HOMES);
      const [home, ...devices] = ids[index]!.split(BETWEEN_IDS);
      return { home: home!, devices };
    },
    open() {
      throw new Error('invariant broken: a snapshot holds columns and no homes');
    },
    homesOf() {
      throw new Error('invariant broken: a snapshot is asked what it was made for');
    },
  };
}
