import { invariant } from '../../twin/CodedError.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { HomeSource } from './HomeSource.ts';
import { type NumberBlock, Numbers } from './Numbers.ts';
import type { Population } from './Population.ts';

/** What a source knows once all homes were opened: who has to do with which home, a subject's hash and the home side by side. */
export type OpenedHomes = { readonly revision: number; readonly subjects: NumberBlock; readonly homes: NumberBlock };

export type PopulationSource = HomeSource & {
  /** What it knows, once all homes were opened; another source of the same population can begin with it. */
  opened(): OpenedHomes;
};

/**
 * The homes of a population, folded one at a time into a graph that holds the areas and organisations, and dropped when
 * the next is opened: memory stays small however many there are. Homes are opened in order the first time.
 *
 * @param kept what another source of the same population knew in the end
 */
export function populationSource(population: Population, kept?: OpenedHomes): PopulationSource {
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  let revision = kept?.revision ?? graph.revision;
  const areaRelations = graph.areaRelations.size;
  // Who has to do with which home: a subject's hash and the home, side by side. Ids themselves would take gigabytes.
  const subjects = new Numbers(kept?.subjects);
  const homes = new Numbers(kept?.homes);
  let seen = kept ? population.size : 0;

  const source: PopulationSource = {
    graph,
    size: population.size,
    get revision() {
      return revision;
    },
    open(index) {
      invariant(index <= seen, 'homes are opened in order the first time');
      forgetHomes(graph);
      const changes = population.home(index);
      for (const change of changes) graph.apply(change);
      invariant(graph.homes.size === 1 && graph.areaRelations.size === areaRelations, "a home's changes stay in it");
      if (index === seen) {
        seen += 1;
        revision += changes.length;
        for (const subject of graph.homesOfSubject.keys()) {
          subjects.push(hash(subject));
          homes.push(index);
        }
      }
      const [home] = graph.homes.values();
      return { graph, home: home! };
    },
    idsOf(index) {
      const { home } = source.open(index);
      return { home: home.home.id, devices: [...home.devices.keys()] };
    },
    homesOf(subject) {
      invariant(seen === population.size, 'all homes were opened before');
      const wanted = hash(subject);
      const found: number[] = [];
      const hashes = subjects.view();
      for (let at = 0; at < hashes.length; at++) if (hashes[at] === wanted) found.push(homes.at(at));
      return found;
    },
    opened() {
      invariant(seen === population.size, 'all homes were opened before');
      return { revision, subjects: subjects.view(), homes: homes.view() };
    },
  };
  return source;
}

/** Drops the homes of a graph, and keeps what is around them. */
export function forgetHomes(graph: TwinGraph): void {
  graph.homes.clear();
  graph.people.clear();
  graph.homesOfArea.clear();
  graph.homesOfSubject.clear();
  graph.homeOfDevice.clear();
  graph.dirtyHomes.clear();
}

/** FNV-1a. Two subjects with one hash only make more homes be looked at. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hashed = Math.imul(hashed ^ text.charCodeAt(at), 0x01000193);
  return hashed >>> 0;
}
