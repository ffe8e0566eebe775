import type { PairFact } from '../facts/Fact.ts';
import type { Columns } from './Columns.ts';
import type { FactColumn } from './FactColumn.ts';

/** What an area does to the digests of the facts that rest on the home for strangers; equal ones have one number. */
export type Joined = { readonly number: number; join(digests: readonly number[]): readonly number[] };

/** Where an area brings nothing. */
const UNTOUCHED: Joined = { number: 0, join: (digests) => digests };

/**
 * What areas bring into the facts that rest on the home for strangers: the digests that they make of those that homes
 * have. All are digested when a place is, so that representatives know them.
 */
export class AreaJoins {
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
