/** Lists of small integers, digested to small integers in turn, which rise from 0 in the order of first meeting. */
export class Tuples {
  readonly #digests = new Map<string, number>();
  readonly #tuples: (readonly number[])[] = [];

  /** @param tuples what it knows to begin with, by their digests */
  constructor(tuples: readonly (readonly number[])[] = []) {
    for (const tuple of tuples) this.digest(tuple);
  }

  digest(tuple: readonly number[]): number {
    const key = tuple.join();
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    this.#digests.set(key, this.#tuples.length);
    return this.#tuples.push(tuple) - 1;
  }

  tuple(digest: number): readonly number[] {
    return this.#tuples[digest]!;
  }

  get size(): number {
    return this.#tuples.length;
  }

  /** All tuples by their digests. */
  all(): readonly (readonly number[])[] {
    return [...this.#tuples];
  }
}
