import { setImmediate as pause } from 'node:timers/promises';
import type { Area } from '../../twin/changes.ts';
import type { Asking } from '../AccessRequest.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { Fact, HomeFact, PairFact, RequestFact } from '../facts/Fact.ts';
import { homeFacts } from '../facts/homeFacts.ts';
import { pairFacts } from '../facts/pairFacts.ts';
import { requestFacts } from '../facts/requestFacts.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { type ColumnsSnapshot, graphAround, homesOfSnapshot, idsText } from './ColumnsSnapshot.ts';
import { DeviceClasses } from './DeviceClasses.ts';
import { FactColumn } from './FactColumn.ts';
import type { HomeSource, OpenHome } from './HomeSource.ts';
import { Numbers } from './Numbers.ts';
import { PairColumn, STRANGER } from './PairColumn.ts';
import { PeopleColumn } from './PeopleColumn.ts';
import { PolicyTree } from './PolicyTree.ts';
import type { Question } from './Question.ts';
import { Tuples } from './Tuples.ts';

/** How long homes are read before others get a turn. */
const SLICE_MS = 20;
/** How many policies' verdicts are kept: those of a bundle, and of many versions of a draft. */
const MOST_TREES = 256;

export type BuildOptions = {
  /** What will be asked; other questions may follow, at the price of reading homes again. */
  readonly questions?: readonly Question[];
  readonly onProgress?: (homes: number) => void;
};

/**
 * What homes contribute to policy inputs, digested to small integers home by home: every value is read by the facts
 * themselves. A census counts these columns and visits no home.
 */
export class Columns {
  readonly source: HomeSource;
  readonly requestColumns: readonly FactColumn<RequestFact>[];
  readonly homeColumns: readonly FactColumn<HomeFact>[];
  readonly pairColumns: readonly FactColumn<PairFact>[];
  readonly deviceClasses: DeviceClasses;
  /** The columns of what an asking and a home's relation to it bring: request facts, then pair facts. */
  readonly askedColumns: readonly FactColumn[];
  /** Tuples of the home facts, then of the pair facts that rest on the home for strangers. */
  readonly homeTuples: Tuples;
  /** Tuples of the pair facts. */
  readonly pairTuples: Tuples;
  /** The areas in which homes stand, by their number. */
  readonly areas: string[];
  /** By the number of the home: that of its area, and the digest of its home tuple. */
  readonly areaOf: Numbers;
  readonly tupleOf: Numbers;
  /** Where the classes of a home's devices start among all, and how many there are. */
  readonly deviceStart: Numbers;
  readonly deviceCount: Numbers;
  readonly devices: Numbers;
  readonly people: PeopleColumn;

  readonly #areaNumbers: Map<string, number>;
  readonly #pairs = new Map<string, PairColumn>();
  // Making the key takes longer than all else that is done for a home.
  #pairsOfAsking = new WeakMap<Asking, PairColumn>();
  readonly #trees = new Map<string, PolicyTree>();
  #areaPaths: (readonly Area[])[] = [];
  #revision: number;

  private constructor(source: HomeSource, kept: ColumnsSnapshot | null) {
    let column = 0;
    const columnOf = <Of extends Fact>(fact: Of) => new FactColumn(fact, kept?.values[column++]);
    this.source = source;
    this.requestColumns = requestFacts.map(columnOf);
    this.homeColumns = homeFacts.map(columnOf);
    this.pairColumns = pairFacts.map(columnOf);
    this.askedColumns = [...this.requestColumns, ...this.pairColumns];
    this.deviceClasses = new DeviceClasses(kept?.deviceClasses);
    this.homeTuples = new Tuples(kept?.homeTuples);
    this.pairTuples = new Tuples(kept?.pairTuples);
    this.areas = [...(kept?.areas ?? [])];
    this.areaOf = new Numbers(kept?.numbers.areaOf);
    this.tupleOf = new Numbers(kept?.numbers.tupleOf);
    this.deviceStart = new Numbers(kept?.numbers.deviceStart);
    this.deviceCount = new Numbers(kept?.numbers.deviceCount);
    this.devices = new Numbers(kept?.numbers.devices);
    this.people = new PeopleColumn(kept?.people);
    this.#areaNumbers = new Map(this.areas.map((area, number) => [area, number]));
    for (const pairs of kept?.pairs ?? []) {
      const column = new PairColumn(pairs.asking, this.pairColumns, this.pairTuples, pairs);
      this.#pairs.set(canonicalJson(pairs.asking), column);
    }
    this.#revision = kept?.revision ?? 0;
  }

  /** Reads every home once. Others get a turn in between. */
  static async build(source: HomeSource, { questions = [], onProgress }: BuildOptions = {}): Promise<Columns> {
    const columns = new Columns(source, null);
    let until = performance.now() + SLICE_MS;
    for (let index = 0; index < source.size; index++) {
      const open = source.open(index);
      columns.#take(index, open);
      for (const { askingAt } of questions) {
        const asking = askingAt(open.home.home.area);
        if (asking) columns.#pairColumn(asking).read(index, open);
      }
      if (performance.now() < until) continue;
      onProgress?.(index);
      await pause();
      until = performance.now() + SLICE_MS;
    }
    columns.#revision = source.revision;
    return columns;
  }

  /**
   * The columns of a snapshot. Without the source that it was made of, it can be asked what it was made for and nothing
   * else: it holds no home and cannot be refreshed.
   *
   * @param source the homes at the revision of the snapshot, where they are at hand
   */
  static fromSnapshot(snapshot: ColumnsSnapshot, source: HomeSource = homesOfSnapshot(snapshot)): Columns {
    return new Columns(source, snapshot);
  }

  /**
   * Everything at this revision, as plain values that a worker can be sent (`postMessage` shares the columns and clones
   * the rest). It is a copy: homes may be read into the columns at once, and it stays as it is.
   *
   * @param questions what it will be asked; homes are read for those that are new, so give them on the thread that has
   * the homes
   * @param around whether it is to be opened where the homes are not
   */
  snapshot(questions: readonly Question[], around = true): ColumnsSnapshot {
    const askings = questions.flatMap(({ askingAt }) => this.areas.flatMap((area) => askingAt(area) ?? []));
    const snapshot = this.snapshotOf(new Set(askings), around ? idsText(this.source) : '');
    return around ? snapshot : { ...snapshot, around: null };
  }

  /** As `snapshot`, for askings; without ids where homes are called otherwise. */
  snapshotOf(askings: ReadonlySet<Asking>, ids = ''): ColumnsSnapshot {
    const asked = new Set([...askings].map((asking) => this.pairs(asking)));
    return {
      revision: this.#revision,
      values: [...this.requestColumns, ...this.homeColumns, ...this.pairColumns].map((column) => column.values()),
      homeTuples: this.homeTuples.all(),
      pairTuples: this.pairTuples.all(),
      deviceClasses: this.deviceClasses.snapshot(),
      areas: [...this.areas],
      numbers: {
        areaOf: this.areaOf.copy(),
        tupleOf: this.tupleOf.copy(),
        deviceStart: this.deviceStart.copy(),
        deviceCount: this.deviceCount.copy(),
        devices: this.devices.copy(),
      },
      people: this.people.snapshot(),
      pairs: [...asked].map((pairs) => pairs.snapshot()),
      around: { ids, graph: graphAround(this.source.graph) },
    };
  }

  get size(): number {
    return this.tupleOf.length;
  }

  /** The revision of the source that the columns show. */
  get revision(): number {
    return this.#revision;
  }

  /** For each area in which homes stand, by its number, the area and all that contain it, narrowest first. */
  areaPaths(): readonly (readonly Area[])[] {
    const { graph } = this.source;
    const above = new Map<string, readonly Area[]>();
    const pathOf = (id: string | null): readonly Area[] => {
      if (id === null) return [];
      const path = above.get(id) ?? graph.areaPath(id);
      above.set(id, path);
      return path;
    };
    while (this.#areaPaths.length < this.areas.length) {
      const area = graph.areas.get(this.areas[this.#areaPaths.length]!);
      this.#areaPaths.push(area ? [area, ...pathOf(area.parent)] : []);
    }
    return this.#areaPaths;
  }

  /** What a policy said of the values in these columns; policies without a digest are asked anew each time. */
  policyTree(policy: PolicyEvaluator): PolicyTree {
    const known = this.#trees.get(policy.digest ?? '');
    if (known) return known;
    const tree = new PolicyTree(policy, [...this.askedColumns, ...this.homeColumns, ...this.deviceClasses.columns]);
    if (policy.digest === undefined) return tree;
    const [oldest] = this.#trees.keys();
    if (oldest !== undefined && this.#trees.size >= MOST_TREES) this.#trees.delete(oldest);
    this.#trees.set(policy.digest, tree);
    return tree;
  }

  /** Reads homes again, or for the first time, that changed since the columns were made. */
  refresh(indexes: Iterable<number>): void {
    for (const index of indexes) {
      const open = this.source.open(index);
      this.#take(index, open);
      for (const pairs of this.#pairs.values()) pairs.read(index, open);
    }
    this.#areaPaths = [];
    const stale = this.source.graph.areasRevision > this.#revision;
    for (const pairs of this.#pairs.values()) {
      pairs.forgetAreas();
      // What an area brings is in the facts of the homes that are read one by one, too.
      if (stale) for (const index of [...pairs.related.keys()]) pairs.read(index, this.source.open(index));
    }
    this.#revision = this.source.revision;
  }

  /** The pair facts of an asking; homes are read for it if it is a new one. */
  pairs(asking: Asking): PairColumn {
    for (const _ of this.readingPairs(asking));
    return this.#pairColumn(asking);
  }

  /** Reads homes for an asking if it is a new one, and stops after each: others may have a turn in between. */
  *readingPairs(asking: Asking): Generator<void> {
    const known = this.#pairs.size;
    const pairs = this.#pairColumn(asking);
    if (this.#pairs.size === known) return;
    const { person, organisation } = asking.subject;
    const subjects = [person, organisation?.id].filter((id) => id != null);
    const related = new Set(subjects.flatMap((subject) => this.source.homesOf(subject)));
    for (const index of related) yield pairs.read(index, this.source.open(index));
  }

  /** Forgets all pair facts: they need not be kept up then, and are read anew when somebody asks. */
  forgetPairs(): void {
    this.#pairs.clear();
    this.#pairsOfAsking = new WeakMap();
  }

  #pairColumn(asking: Asking): PairColumn {
    const seen = this.#pairsOfAsking.get(asking);
    if (seen) return seen;
    const key = canonicalJson(asking);
    const pairs = this.#pairs.get(key) ?? new PairColumn(asking, this.pairColumns, this.pairTuples);
    this.#pairs.set(key, pairs);
    this.#pairsOfAsking.set(asking, pairs);
    return pairs;
  }

  #take(index: number, open: OpenHome): void {
    const area = this.#areaNumber(open.home.home.area);
    const tuple = this.#homeTuple(open);
    const devices = [...open.home.devices.values()].map((device) => this.deviceClasses.digest(device));
    if (index === this.size) {
      this.areaOf.push(area);
      this.tupleOf.push(tuple);
      this.deviceStart.push(0);
      this.deviceCount.push(0);
    } else {
      this.areaOf.set(index, area);
      this.tupleOf.set(index, tuple);
    }
    this.#setDevices(index, devices);
    this.people.take(index, open, this.source);
  }

  #homeTuple({ graph, home }: OpenHome): number {
    const digests = this.homeColumns.map((column) => column.digest(column.fact.read(graph, home)));
    for (const column of this.pairColumns) {
      if (column.fact.ofStranger === 'home') digests.push(column.digest(column.fact.read(graph, home, STRANGER)));
    }
    return this.homeTuples.digest(digests);
  }

  #setDevices(index: number, devices: readonly number[]): void {
    let start = this.deviceStart.at(index);
    if (devices.length > this.deviceCount.at(index)) {
      start = this.devices.length;
      for (const device of devices) this.devices.push(device);
    } else {
      for (const [at, device] of devices.entries()) this.devices.set(start + at, device);
    }
    this.deviceStart.set(index, start);
    this.deviceCount.set(index, devices.length);
  }

  #areaNumber(area: string): number {
    let number = this.#areaNumbers.get(area);
    if (number === undefined) {
      number = this.areas.push(area) - 1;
      this.#areaNumbers.set(area, number);
    }
    return number;
  }
}
