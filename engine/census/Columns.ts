import { setImmediate as pause } from 'node:timers/promises';
import type { Asking } from '../AccessRequest.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { homeFacts } from '../facts/homeFacts.ts';
import { pairFacts } from '../facts/pairFacts.ts';
import { requestFacts } from '../facts/requestFacts.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { DeviceClasses } from './DeviceClasses.ts';
import { FactColumn } from './FactColumn.ts';
import { GrowingUint32 } from './GrowingUint32.ts';
import type { HomeSource, OpenHome } from './HomeSource.ts';
import { PairColumn, STRANGER } from './PairColumn.ts';
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
  readonly requestColumns = requestFacts.map((fact) => new FactColumn(fact));
  readonly homeColumns = homeFacts.map((fact) => new FactColumn(fact));
  readonly pairColumns = pairFacts.map((fact) => new FactColumn(fact));
  readonly deviceClasses = new DeviceClasses();
  /** The columns of what an asking and a home's relation to it bring: request facts, then pair facts. */
  readonly askedColumns: readonly FactColumn[] = [...this.requestColumns, ...this.pairColumns];
  /** Tuples of the home facts, then of the pair facts that rest on the home for strangers. */
  readonly homeTuples = new Tuples();
  /** Tuples of the pair facts. */
  readonly pairTuples = new Tuples();
  /** The areas in which homes stand, by their number. */
  readonly areas: string[] = [];
  /** By the number of the home: that of its area, and the digest of its home tuple. */
  readonly areaOf = new GrowingUint32();
  readonly tupleOf = new GrowingUint32();
  /** Where the classes of a home's devices start among all, and how many there are. */
  readonly deviceStart = new GrowingUint32();
  readonly deviceCount = new GrowingUint32();
  readonly devices = new GrowingUint32();

  readonly #areaNumbers = new Map<string, number>();
  readonly #pairs = new Map<string, PairColumn>();
  // Making the key takes longer than all else that is done for a home.
  readonly #pairsOfAsking = new WeakMap<Asking, PairColumn>();
  readonly #trees = new Map<string, PolicyTree>();
  #revision = 0;

  private constructor(source: HomeSource) {
    this.source = source;
  }

  /** Reads every home once. Others get a turn in between. */
  static async build(source: HomeSource, { questions = [], onProgress }: BuildOptions = {}): Promise<Columns> {
    const columns = new Columns(source);
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
    // Now the areas of all homes are known, so that a census need not read them.
    for (const { askingAt } of questions) {
      for (const area of columns.areas) {
        const asking = askingAt(area);
        if (!asking) continue;
        columns.#pairColumn(asking).ofArea(source.graph, area);
        columns.#pairColumn(asking).broughtIn(source.graph, area);
      }
    }
    return columns;
  }

  get size(): number {
    return this.tupleOf.length;
  }

  /** The revision of the source that the columns show. */
  get revision(): number {
    return this.#revision;
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
    const known = this.#pairs.size;
    const pairs = this.#pairColumn(asking);
    if (this.#pairs.size === known) return pairs;
    const { person, organisation } = asking.subject;
    const subjects = [person, organisation?.id].filter((id) => id != null);
    const related = new Set(subjects.flatMap((subject) => this.source.homesOf(subject)));
    for (const index of related) pairs.read(index, this.source.open(index));
    return pairs;
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
