import { invariant } from '../../twin/CodedError.ts';
import type { Asking } from '../AccessRequest.ts';
import type { PairFact } from '../facts/Fact.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { Columns } from './Columns.ts';
import type { FactColumn } from './FactColumn.ts';
import type { Question } from './Question.ts';
import { Tuples } from './Tuples.ts';

/** Homes that policies cannot tell apart, whichever of the questions is asked, in one area of the report. */
type HomeGroup = {
  /** The number of the area of the report. */
  readonly area: number;
  /** The digest of its home facts among the census's home classes. */
  readonly home: number;
  /** For each question, the digest of its request and pair facts among the census's asked classes; −1 if it is not asked. */
  readonly asked: readonly number[];
};

/** Which homes are in which class, at one revision. */
export type Census = {
  readonly revision: number;
  readonly groups: readonly HomeGroup[];
  /** The group of each home, by their numbers; −1 for homes outside the area of the scenario. */
  readonly groupOf: Int32Array;
  /** Digests of the home facts. */
  readonly homeClasses: Tuples;
  /** Digests of the request facts, then of the pair facts. */
  readonly askedClasses: Tuples;
};

export type CensusOptions = {
  readonly questions: readonly Question[];
  /** The instant of the asking, in milliseconds since 1970. */
  readonly now: number;
  /** What any of the policies can read. */
  readonly readSet: ReadSet;
  /** By the number of an area in which homes stand: the area of the report, −1 if it is none of the scenario's. */
  readonly reportAreaOf: readonly number[];
};

/** Where nobody asks, and homes that are not counted. */
export const NONE = -1;

/**
 * Sorts homes into groups in one pass over the columns. Homes that a subject has something to do with are visited one by
 * one for this subject; for all others the pair facts follow from their area and their own tuple.
 */
export function takeCensus(columns: Columns, options: CensusOptions): Census {
  const view = new ReadView(columns, options);
  const groups = new GroupMaker(view, options.questions.length);
  const groupOf = new Int32Array(columns.size);
  const areaOf = columns.areaOf.view();
  const tupleOf = columns.tupleOf.view();
  for (let index = 0; index < groupOf.length; index++) {
    groupOf[index] = groups.base(areaOf[index]!, tupleOf[index]!);
  }
  for (const [number, { askingAt }] of options.questions.entries()) {
    const askings = columns.areas.map((area, at) => (options.reportAreaOf[at] === NONE ? null : askingAt(area)));
    for (const asking of new Set(askings)) {
      if (!asking) continue;
      for (const [index, pair] of columns.pairs(asking).related) {
        if (askings[areaOf[index]!] === asking) groupOf[index] = groups.related(groupOf[index]!, number, pair);
      }
    }
  }
  const { homeClasses, askedClasses } = view;
  return { revision: columns.revision, groups: groups.finish(groupOf), groupOf, homeClasses, askedClasses };
}

/** The columns as the read set lets policies see them: digests give way to representatives. */
class ReadView {
  readonly homeClasses = new Tuples();
  readonly askedClasses = new Tuples();
  /** By home tuple: its home class, and the digests of the facts that strangers' pairs take from the home. */
  readonly homes: readonly { readonly home: number; readonly forStrangers: readonly number[] }[];
  /** By the number of an area: its place. Areas with equal places are one. */
  readonly placeOf: readonly number[];
  readonly places: readonly Place[];
  readonly #columns: Columns;
  readonly #pairRepresentatives: readonly Uint32Array[];
  readonly #ofHomePairs: readonly Uint32Array[];

  constructor(columns: Columns, { questions, now, readSet, reportAreaOf }: CensusOptions) {
    this.#columns = columns;
    // Everything is digested before its representatives are looked up: some values may be new.
    const requests = new Map<Asking, readonly number[]>();
    const { graph } = columns.source;
    const joins = new AreaJoins(columns);
    const digestPlace = (asking: Asking | null, area: string): AskedAtPlace | null => {
      if (!asking) return null;
      const request =
        requests.get(asking) ?? columns.requestColumns.map((column) => column.digest(column.fact.read(asking, now)));
      requests.set(asking, request);
      const pairs = columns.pairs(asking);
      return { request, pair: pairs.ofArea(graph, area), joined: joins.of(pairs.broughtIn(graph, area)) };
    };
    const known = columns.areas.map((area, at) =>
      reportAreaOf[at] === NONE ? [] : questions.map(({ askingAt }) => digestPlace(askingAt(area), area)),
    );
    const { homeColumns, homeTuples } = columns;
    const ofRequest = representativesOf(columns.requestColumns, readSet);
    const ofHome = representativesOf(homeColumns, readSet);
    this.#pairRepresentatives = representativesOf(columns.pairColumns, readSet);
    const pairsOf = (scope: 'home' | 'area') =>
      this.#pairRepresentatives.filter((_, at) => columns.pairColumns[at]!.fact.ofStranger === scope);
    this.#ofHomePairs = pairsOf('home');
    const ofAreaPairs = pairsOf('area');

    this.homes = Array.from({ length: homeTuples.size }, (_, digest) => {
      const tuple = homeTuples.tuple(digest);
      return {
        home: this.homeClasses.digest(seen(tuple.slice(0, homeColumns.length), ofHome)),
        forStrangers: tuple.slice(homeColumns.length),
      };
    });

    const places = new Map<string, number>();
    const asPlaced = new Tuples();
    const found: Place[] = [];
    this.placeOf = known.map((digests, at) => {
      const reportArea = reportAreaOf[at]!;
      if (reportArea === NONE) return NONE;
      const askings = digests.map(
        (asked) =>
          asked && {
            request: seen(asked.request, ofRequest),
            pair: seen(asked.pair, ofAreaPairs),
            joined: asked.joined,
          },
      );
      const key = [
        reportArea,
        ...askings.map((asked) => asked && asPlaced.digest([...asked.request, ...asked.pair, asked.joined.number])),
      ].join();
      let number = places.get(key);
      if (number === undefined) {
        number = found.push({ area: reportArea, askings }) - 1;
        places.set(key, number);
      }
      return number;
    });
    this.places = found;
  }

  /** The asked class of a home of strangers. */
  ofStranger({ request, pair, joined }: AskedAtPlace, forStrangers: readonly number[]): number {
    let [fromArea, fromHome] = [0, 0];
    const ofHome = seen(joined.join(forStrangers), this.#ofHomePairs);
    const pairs = this.#columns.pairColumns.map(({ fact }) =>
      fact.ofStranger === 'area' ? pair[fromArea++]! : ofHome[fromHome++]!,
    );
    return this.askedClasses.digest([...request, ...pairs]);
  }

  /** The asked class of a home that the subject has something to do with, by its pair tuple. */
  ofRelated({ request }: AskedAtPlace, pair: number): number {
    return this.askedClasses.digest([
      ...request,
      ...seen(this.#columns.pairTuples.tuple(pair), this.#pairRepresentatives),
    ]);
  }
}

/**
 * What areas bring into the facts that rest on the home for strangers: the digests that they make of those that homes
 * have. All are digested when a place is, so that representatives know them.
 */
class AreaJoins {
  readonly #columns: readonly FactColumn<PairFact>[];
  /** The digests that homes have, by the place of the fact. */
  readonly #ofHomes: readonly ReadonlySet<number>[];
  readonly #known = new Map<string, Joined>();

  constructor({ pairColumns, homeColumns, homeTuples }: Columns) {
    this.#columns = pairColumns.filter(({ fact }) => fact.ofStranger === 'home');
    const tuples = Array.from({ length: homeTuples.size }, (_, digest) => homeTuples.tuple(digest));
    this.#ofHomes = this.#columns.map((_, at) => new Set(tuples.map((tuple) => tuple[homeColumns.length + at]!)));
  }

  /** The join of what an area brings; equal ones are one. */
  of(broughtIn: readonly unknown[]): Joined {
    if (broughtIn.length === 0) return UNTOUCHED;
    const key = JSON.stringify(broughtIn);
    const known = this.#known.get(key);
    if (known) return known;
    const maps = broughtIn.map((ofArea, at) => this.#joinedDigests(at, ofArea));
    const joined: Joined = {
      number: this.#known.size + 1,
      join: (digests) => digests.map((digest, at) => maps[at]?.get(digest) ?? digest),
    };
    this.#known.set(key, joined);
    return joined;
  }

  #joinedDigests(at: number, ofArea: unknown): ReadonlyMap<number, number> | null {
    const column = this.#columns[at]!;
    const { fromArea } = column.fact;
    if (ofArea === null || !fromArea) return null;
    return new Map(
      [...this.#ofHomes[at]!].map((digest) => [digest, column.digest(fromArea.join(column.value(digest), ofArea))]),
    );
  }
}

type Joined = { readonly number: number; join(digests: readonly number[]): readonly number[] };
/** Where an area brings nothing. */
const UNTOUCHED: Joined = { number: 0, join: (digests) => digests };
type AskedAtPlace = {
  readonly request: readonly number[];
  readonly pair: readonly number[];
  readonly joined: Joined;
};
type Place = { readonly area: number; readonly askings: readonly (AskedAtPlace | null)[] };

type GroupSoFar = { readonly place: number; readonly home: number; readonly asked: readonly number[] };

/** Numbers groups as they are met. A related home's group is its group so far and one asked class in another's place. */
class GroupMaker {
  readonly #view: ReadView;
  readonly #questions: number;
  readonly #groups: GroupSoFar[] = [];
  readonly #base: Int32Array;
  readonly #related = new Map<number, number>();
  readonly #byKey = new Map<string, number>();

  constructor(view: ReadView, questions: number) {
    this.#view = view;
    this.#questions = questions;
    this.#base = new Int32Array(view.places.length * view.homes.length).fill(NONE);
  }

  /** The group of a home to which all subjects are strangers. */
  base(area: number, tuple: number): number {
    const place = this.#view.placeOf[area]!;
    if (place === NONE) return NONE;
    const at = place * this.#view.homes.length + tuple;
    const known = this.#base[at]!;
    if (known !== NONE) return known;
    const { home, forStrangers } = this.#view.homes[tuple]!;
    const asked = this.#view.places[place]!.askings.map((asking) =>
      asking ? this.#view.ofStranger(asking, forStrangers) : NONE,
    );
    const number = this.#group(place, home, asked);
    this.#base[at] = number;
    return number;
  }

  /** The group of a home of a group in which a question meets these pair facts. */
  related(group: number, question: number, pair: number): number {
    invariant(pair < 2 ** 20, 'pair tuples are few');
    const key = (group * this.#questions + question) * 2 ** 20 + pair;
    const known = this.#related.get(key);
    if (known !== undefined) return known;
    const { place, home, asked } = this.#groups[group]!;
    const asking = this.#view.places[place]!.askings[question]!;
    const number = this.#group(place, home, asked.with(question, this.#view.ofRelated(asking, pair)));
    this.#related.set(key, number);
    return number;
  }

  /** The groups that homes are in, those alike from different places as one, numbered in the order of the homes. */
  finish(groupOf: Int32Array): HomeGroup[] {
    const used: HomeGroup[] = [];
    const byKey = new Map<string, number>();
    const numbers = new Int32Array(this.#groups.length).fill(NONE);
    for (let index = 0; index < groupOf.length; index++) {
      const group = groupOf[index]!;
      if (group === NONE) continue;
      if (numbers[group] === NONE) numbers[group] = this.#finished(this.#groups[group]!, used, byKey);
      groupOf[index] = numbers[group]!;
    }
    return used;
  }

  #finished({ place, home, asked }: GroupSoFar, used: HomeGroup[], byKey: Map<string, number>): number {
    const { area } = this.#view.places[place]!;
    const key = `${area} ${home} ${asked.join()}`;
    let number = byKey.get(key);
    if (number === undefined) {
      number = used.push({ area, home, asked }) - 1;
      byKey.set(key, number);
    }
    return number;
  }

  #group(place: number, home: number, asked: readonly number[]): number {
    const key = `${place} ${home} ${asked.join()}`;
    let number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.#groups.push({ place, home, asked }) - 1;
      this.#byKey.set(key, number);
    }
    return number;
  }
}

function representativesOf(columns: readonly FactColumn[], readSet: ReadSet): readonly Uint32Array[] {
  return columns.map((column) => column.representatives(readSet));
}

function seen(digests: readonly number[], representatives: readonly Uint32Array[]): readonly number[] {
  return digests.map((digest, at) => representatives[at]![digest]!);
}
