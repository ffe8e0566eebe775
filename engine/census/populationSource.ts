import { invariant } from '../../twin/CodedError.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { HomeSource } from './HomeSource.ts';
import { Numbers } from './Numbers.ts';
import type { Population } from './Population.ts';

/**
 * The homes of a population, folded one at a time into a graph that holds the areas and organisations, and dropped when
 * the next is opened: memory stays small however many there are. Homes are opened in order the first time.
 */
export function populationSource(population: Population): HomeSource {
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  let revision = graph.revision;
  const areaRelations = graph.areaRelations.size;
  // Who has to do with which home: a subject's hash and the home, side by side. Ids themselves would take gigabytes.
  const subjects = new Numbers();
  const homes = new Numbers();
  let seen = 0;

  const source: HomeSource = {
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
