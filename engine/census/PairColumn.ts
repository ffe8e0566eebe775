import { type HomeNode, newHome, type TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { type Asking, NOBODY } from '../AccessRequest.ts';
import type { PairFact } from '../facts/Fact.ts';
import type { PairsSnapshot } from './ColumnsSnapshot.ts';
import type { FactColumn } from './FactColumn.ts';
import type { OpenHome } from './HomeSource.ts';
import { Numbers } from './Numbers.ts';
import type { Tuples } from './Tuples.ts';

/** An asking of somebody who has nothing to do with any home. */
export const STRANGER: Asking = {
  subject: NOBODY,
  action: 'read',
  purpose: 'own_use',
  channel: 'api',
};

/**
 * The pair facts of one asking, digested: for homes that the subject has something to do with home by home, for all
 * others by the area in which they stand.
 */
export class PairColumn {
  readonly asking: Asking;
  /** Digests of tuples of all pair facts, by the number of the home. */
  readonly related = new Map<number, number>();
  readonly #columns: readonly FactColumn<PairFact>[];
  readonly #tuples: Tuples;
  readonly #byArea = new Map<string, readonly number[]>();
  readonly #broughtIn = new Map<string, readonly unknown[]>();

  /** @param kept what it knew of homes before */
  constructor(asking: Asking, columns: readonly FactColumn<PairFact>[], tuples: Tuples, kept?: PairsSnapshot) {
    this.asking = asking;
    kept?.homes.forEach((home, at) => void this.related.set(home, kept.tuples[at]!));
    this.#columns = columns;
    this.#tuples = tuples;
  }

  snapshot(): PairsSnapshot {
    const [homes, tuples] = [new Numbers(), new Numbers()];
    for (const [home, tuple] of this.related) {
      homes.push(home);
      tuples.push(tuple);
    }
    return { asking: this.asking, homes: homes.view(), tuples: tuples.view() };
  }

  /** Takes in what a home is to the subject now. */
  read(index: number, { graph, home }: OpenHome): void {
    if (!isRelated(graph, home, this.asking)) return;
    const digests = this.#columns.map((column) => column.digest(column.fact.read(graph, home, this.asking)));
    this.related.set(index, this.#tuples.digest(digests));
  }

  /** Digests of the facts that rest on the area, for homes of strangers. */
  ofArea(graph: TwinGraph, area: string): readonly number[] {
    let known = this.#byArea.get(area);
    if (!known) {
      const home = emptyHome(area);
      known = this.#columns
        .filter(({ fact }) => fact.ofStranger === 'area')
        .map((column) => column.digest(column.fact.read(graph, home, this.asking)));
      this.#byArea.set(area, known);
    }
    return known;
  }

  /** What the area brings into each of the facts that rest on the home for strangers, null where nothing; none at all most often. */
  broughtIn(graph: TwinGraph, area: string): readonly unknown[] {
    let known = this.#broughtIn.get(area);
    if (!known) {
      const ofFacts = this.#columns
        .filter(({ fact }) => fact.ofStranger === 'home')
        .map(({ fact }) => fact.fromArea?.read(graph, area, this.asking) ?? null);
      known = ofFacts.every((ofArea) => ofArea === null) ? [] : ofFacts;
      this.#broughtIn.set(area, known);
    }
    return known;
  }

  /** Forgets what it knows of areas, when relations to areas or bases of areas may have changed. */
  forgetAreas(): void {
    this.#byArea.clear();
    this.#broughtIn.clear();
  }
}

/** Whether the subject has, or had, a relation, lease or basis with the home itself. */
function isRelated(graph: TwinGraph, { home }: HomeNode, { subject }: Asking): boolean {
  const has = (id: string | null | undefined): boolean =>
    id != null && (graph.homesOfSubject.get(id)?.has(home.id) ?? false);
  return has(subject.person) || has(subject.organisation?.id);
}

function emptyHome(area: string): HomeNode {
  return newHome({ id: '', area, name: '', occupancy: 'vacant' });
}
