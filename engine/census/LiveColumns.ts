import { forkGraph } from '../../twin/graph/forkGraph.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Asking } from '../AccessRequest.ts';
import { Columns } from './Columns.ts';
import type { ColumnsSnapshot } from './ColumnsSnapshot.ts';
import type { HomeIds, HomeSource } from './HomeSource.ts';
import { Pace } from './Pace.ts';
import type { Question } from './Question.ts';

/** The homes of a live twin as they were at one revision, for another thread to count. */
export type LiveCensus = {
  /** Without the ids of homes and devices: there are many, and a report names a few. */
  readonly snapshot: ColumnsSnapshot;
  /** How a home and its devices were called. */
  readonly idsOf: HomeSource['idsOf'];
};

export type TakeOptions = {
  /** What will be asked, by the areas and organisations of that revision. */
  readonly questionsOf: (graph: TwinGraph) => readonly Question[];
  readonly onProgress?: (homes: number, all: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * The columns of a live twin: made at the first need, and from then on only of homes that changed. Homes are read of a fork
 * of the graph in small slices, so that all of them are of one revision and no decision waits long.
 */
export class LiveColumns {
  readonly #graph: TwinGraph;
  readonly #source: ForkSource;
  /** Homes that changed and were not read since. */
  readonly #unread = new Set<string>();
  #columns: Columns | null = null;
  #hasAll = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(graph: TwinGraph) {
    this.#graph = graph;
    this.#source = new ForkSource(graph);
  }

  /** The homes as they are now, whatever becomes of them meanwhile. One who asks waits for those who asked before. */
  take(options: TakeOptions): Promise<LiveCensus> {
    const taken = this.#turn.then(() => this.#take(options));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async #take({ questionsOf, onProgress, signal }: TakeOptions): Promise<LiveCensus> {
    signal?.throwIfAborted();
    this.#columns ??= await Columns.build(this.#source);
    const columns = this.#columns;
    const graph = this.#fork();
    try {
      const pace = new Pace(signal);
      await this.#readHomes(graph, columns, { pace, onProgress });
      const askings = await this.#readPairs(columns, questionsOf(graph), pace);
      const snapshot = columns.snapshotOf(askings);
      const { ids } = this.#source;
      return { snapshot, idsOf: (index) => idsIn(graph, ids[index]!) };
    } finally {
      columns.forgetPairs();
      // A fork costs as long as somebody holds it.
      this.#source.graph = this.#graph;
    }
  }

  /** From now on homes are read as they are now; what changed since the last time is to be read again. */
  #fork(): TwinGraph {
    const { dirtyHomes } = this.#graph;
    for (const id of dirtyHomes) this.#unread.add(id);
    dirtyHomes.clear();
    this.#source.graph = forkGraph(this.#graph);
    return this.#source.graph;
  }

  /** In the order in which homes were added, so that a census has them as one of the folded log has. */
  async #readHomes(
    graph: TwinGraph,
    columns: Columns,
    { pace, onProgress }: { readonly pace: Pace; readonly onProgress: TakeOptions['onProgress'] },
  ): Promise<void> {
    const all = this.#hasAll ? this.#unread.size : graph.homes.size - this.#source.size;
    let done = 0;
    for (const id of this.#hasAll ? [...this.#unread] : graph.homes.keys()) {
      if (!this.#hasAll && this.#source.knows(id) && !this.#unread.has(id)) continue;
      if (graph.homes.has(id)) columns.refresh([this.#source.number(id)]);
      this.#unread.delete(id);
      done += 1;
      if (!pace.isDue()) continue;
      onProgress?.(Math.min(done, all), all);
      await pace.rest();
    }
    this.#hasAll = true;
    columns.refresh([]);
  }

  /** What the askings of questions have to do with single homes. Other questions come each time, so it is not kept up. */
  async #readPairs(columns: Columns, questions: readonly Question[], pace: Pace): Promise<ReadonlySet<Asking>> {
    const askings = new Set<Asking>();
    for (const { askingAt } of questions) {
      for (const area of columns.areas) {
        const asking = askingAt(area);
        if (asking) askings.add(asking);
        if (pace.isDue()) await pace.rest();
      }
    }
    for (const asking of askings) {
      for (const _ of columns.readingPairs(asking)) if (pace.isDue()) await pace.rest();
    }
    return askings;
  }
}

/** The homes of the latest fork, numbered in the order in which they were first read. */
class ForkSource implements HomeSource {
  graph: TwinGraph;
  readonly ids: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(graph: TwinGraph) {
    this.graph = graph;
  }

  get size(): number {
    return this.ids.length;
  }

  get revision(): number {
    return this.graph.revision;
  }

  knows(id: string): boolean {
    return this.#numbers.has(id);
  }

  number(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const number = this.ids.push(id) - 1;
    this.#numbers.set(id, number);
    return number;
  }

  open(index: number) {
    return { graph: this.graph, home: this.graph.home(this.ids[index]!) };
  }

  idsOf(index: number): HomeIds {
    return idsIn(this.graph, this.ids[index]!);
  }

  homesOf(subject: string): readonly number[] {
    return [...(this.graph.homesOfSubject.get(subject) ?? [])].flatMap((id) => this.#numbers.get(id) ?? []);
  }
}

function idsIn(graph: TwinGraph, home: string): HomeIds {
  return { home, devices: [...graph.home(home).devices.keys()] };
}
