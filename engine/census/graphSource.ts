import { invariant } from '../../twin/CodedError.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { HomeIds, HomeSource } from './HomeSource.ts';

/** The homes of a whole graph, in the order in which they were added. */
export type GraphSource = HomeSource & {
  /** The number of a home. */
  indexOf(home: string): number;
};

export function graphSource(graph: TwinGraph): GraphSource {
  const ids: string[] = [];
  const indexes = new Map<string, number>();
  const known: HomeIds[] = [];
  const follow = (): void => {
    if (ids.length === graph.homes.size) return;
    for (const id of graph.homes.keys()) if (!indexes.has(id)) indexes.set(id, ids.push(id) - 1);
  };
  const indexOf = (home: string): number => {
    follow();
    const index = indexes.get(home);
    invariant(index !== undefined, 'the graph knows the home');
    return index;
  };
  return {
    graph,
    indexOf,
    get size() {
      return graph.homes.size;
    },
    get revision() {
      return graph.revision;
    },
    open(index) {
      follow();
      return { graph, home: graph.home(ids[index]!) };
    },
    idsOf(index) {
      follow();
      const { devices } = graph.home(ids[index]!);
      // Devices come and never go.
      if (known[index]?.devices.length !== devices.size) {
        known[index] = { home: ids[index]!, devices: [...devices.keys()] };
      }
      return known[index]!;
    },
    homesOf: (subject) => [...(graph.homesOfSubject.get(subject) ?? [])].map(indexOf),
  };
}
