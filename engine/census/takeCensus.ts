import type { ReadSet } from '../rego/readSet.ts';
import { type AskedPlaces, NONE } from './askedPlaces.ts';
import type { Columns } from './Columns.ts';
import type { FactColumn } from './FactColumn.ts';
import { Tuples } from './Tuples.ts';
import { TupleTable } from './TupleTable.ts';

/** Which homes are in which class, at one revision. */
export type Census = {
  readonly revision: number;
  /** How many questions are asked. */
  readonly questions: number;
  /**
   * Homes that policies cannot tell apart, whichever of the questions is asked, in one area of the report: the number of
   * that area, the digest of the home facts among the home classes, and for each question the digest of the request and
   * pair facts among the asked classes, −1 if it is not asked.
   */
  readonly groups: TupleTable;
  /** The group of each home, by their numbers; −1 for homes outside the area of the scenario. */
  readonly groupOf: Int32Array;
  /** How many homes each group has; groups may have none. */
  readonly sizes: Int32Array;
  /** Digests of the home facts. */
  readonly homeClasses: Tuples;
  /** Digests of the request facts, then of the pair facts. */
  readonly askedClasses: Tuples;
};

/** Where in a group the area, the home class and the first of the asked classes stand. */
export const [AREA, HOME, ASKED] = [0, 1, 2];

/**
 * Sorts homes into groups in one pass over the columns. Homes that a subject has something to do with are visited one by
 * one for this subject; for all others the pair facts follow from their area and their own tuple.
 *
 * @param readSet what any of the policies can read
 */
export function takeCensus(columns: Columns, asked: AskedPlaces, readSet: ReadSet): Census {
  const view = new ReadView(columns, asked, readSet);
  const groups = new GroupMaker(view, asked);
  const size = columns.size;
  const groupOf = new Int32Array(size);
  const [areaOf, tupleOf] = [columns.areaOf.view(), columns.tupleOf.view()];
  for (let index = 0; index < size; index++) groupOf[index] = groups.base(areaOf[index]!, tupleOf[index]!);
  const { first, next, questionOf, pairOf } = relatedHomes(columns, asked);
  for (let index = 0; index < size; index++) {
    let at = first[index]!;
    if (at === NONE) continue;
    groups.begin(groupOf[index]!);
    for (; at !== NONE; at = next[at]!) groups.relate(questionOf[at]!, pairOf[at]!);
    groupOf[index] = groups.end();
  }
  const sizes = new Int32Array(groups.table.size);
  for (let index = 0; index < size; index++) if (groupOf[index] !== NONE) sizes[groupOf[index]!]! += 1;
  const { homeClasses, askedClasses } = view;
  const questions = asked.askings.length;
  return { revision: columns.revision, questions, groups: groups.table, groupOf, sizes, homeClasses, askedClasses };
}

/**
 * The homes that somebody who asks has something to do with: for each home, by its number, a list of the questions that
 * reach it so, with the tuples of pair facts that they meet.
 */
function relatedHomes(columns: Columns, { askings }: AskedPlaces) {
  const areaOf = columns.areaOf.view();
  const pairs = askings.map(({ all }) => all.map((asking) => columns.pairs(asking).related));
  const most = pairs.flat().reduce((sum, related) => sum + related.size, 0);
  const first = new Int32Array(columns.size).fill(NONE);
  const [next, questionOf, pairOf] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
  let size = 0;
  for (const [question, { ofArea }] of askings.entries()) {
    for (const [number, related] of pairs[question]!.entries()) {
      for (const [home, pair] of related) {
        if (ofArea[areaOf[home]!] !== number) continue;
        next[size] = first[home]!;
        questionOf[size] = question;
        pairOf[size] = pair;
        first[home] = size++;
      }
    }
  }
  return { first, next, questionOf, pairOf };
}

/** The columns as the read set lets policies see them: digests give way to representatives. */
class ReadView {
  readonly homeClasses = new Tuples();
  readonly askedClasses = new Tuples();
  /** By home tuple: its home class, and the number of the facts that strangers' pairs take from the home. */
  readonly homeOf: readonly number[];
  readonly forStrangersOf: readonly number[];
  readonly #columns: Columns;
  readonly #asked: AskedPlaces;
  readonly #forStrangers = new Tuples();
  readonly #ofRequest: readonly Uint32Array[];
  readonly #ofPair: readonly Uint32Array[];
  readonly #strangers = new Map<number, number>();
  readonly #related = new Map<number, number>();

  constructor(columns: Columns, asked: AskedPlaces, readSet: ReadSet) {
    const { homeColumns, homeTuples } = columns;
    this.#columns = columns;
    this.#asked = asked;
    this.#ofRequest = representativesOf(columns.requestColumns, readSet);
    this.#ofPair = representativesOf(columns.pairColumns, readSet);
    const ofHome = representativesOf(homeColumns, readSet);
    const tuples = homeTuples.all();
    this.homeOf = tuples.map((tuple) => this.homeClasses.digest(seen(tuple.slice(0, homeColumns.length), ofHome)));
    this.forStrangersOf = tuples.map((tuple) => this.#forStrangers.digest(tuple.slice(homeColumns.length)));
  }

  /** The asked class of a home of strangers. */
  ofStranger(asker: number, forStrangers: number): number {
    const key = asker * 2 ** 26 + forStrangers;
    let known = this.#strangers.get(key);
    if (known === undefined) {
      const { request, pair, joined } = this.#asked.askers[asker]!;
      const ofHome = joined.join(this.#forStrangers.tuple(forStrangers));
      let [fromArea, fromHome] = [0, 0];
      const pairs = this.#columns.pairColumns.map(({ fact }) =>
        fact.ofStranger === 'area' ? pair[fromArea++]! : ofHome[fromHome++]!,
      );
      known = this.askedClasses.digest([...seen(request, this.#ofRequest), ...seen(pairs, this.#ofPair)]);
      this.#strangers.set(key, known);
    }
    return known;
  }

  /** The asked class in the place of another when the home meets this tuple of pair facts. */
  ofRelated(asked: number, pair: number): number {
    const key = asked * 2 ** 26 + pair;
    let known = this.#related.get(key);
    if (known === undefined) {
      const request = this.askedClasses.tuple(asked).slice(0, this.#ofRequest.length);
      known = this.askedClasses.digest([...request, ...seen(this.#columns.pairTuples.tuple(pair), this.#ofPair)]);
      this.#related.set(key, known);
    }
    return known;
  }
}

/** Numbers groups as they are met: for homes of strangers from their place, and then what their relations make of them. */
class GroupMaker {
  readonly table: TupleTable;
  readonly #view: ReadView;
  readonly #asked: AskedPlaces;
  readonly #base: Int32Array;
  readonly #tuple: Int32Array;

  constructor(view: ReadView, asked: AskedPlaces) {
    this.#view = view;
    this.#asked = asked;
    this.table = new TupleTable(ASKED + asked.askings.length);
    this.#tuple = new Int32Array(this.table.width);
    this.#base = new Int32Array(asked.places.length * view.homeOf.length).fill(NONE);
  }

  /** The group of a home to which all subjects are strangers. */
  base(area: number, tuple: number): number {
    const place = this.#asked.placeOf[area]!;
    if (place === NONE) return NONE;
    const at = place * this.#view.homeOf.length + tuple;
    const known = this.#base[at]!;
    return known === NONE ? this.#makeBase(place, tuple, at) : known;
  }

  /** Begins with a group; `relate` changes what a question meets there, `end` gives the group that it then is. */
  begin(group: number): void {
    for (let place = 0; place < this.table.width; place++) this.#tuple[place] = this.table.at(group, place);
  }

  relate(question: number, pair: number): void {
    this.#tuple[ASKED + question] = this.#view.ofRelated(this.#tuple[ASKED + question]!, pair);
  }

  end(): number {
    return this.table.number(this.#tuple);
  }

  #makeBase(place: number, tuple: number, at: number): number {
    const { area, askers } = this.#asked.places[place]!;
    this.#tuple[AREA] = area;
    this.#tuple[HOME] = this.#view.homeOf[tuple]!;
    const forStrangers = this.#view.forStrangersOf[tuple]!;
    for (const [question, asker] of askers.entries()) {
      this.#tuple[ASKED + question] = asker === NONE ? NONE : this.#view.ofStranger(asker, forStrangers);
    }
    const number = this.end();
    this.#base[at] = number;
    return number;
  }
}

function representativesOf(columns: readonly FactColumn[], readSet: ReadSet): readonly Uint32Array[] {
  return columns.map((column) => column.representatives(readSet));
}

function seen(digests: readonly number[], representatives: readonly Uint32Array[]): readonly number[] {
  return digests.map((digest, at) => representatives[at]![digest]!);
}
