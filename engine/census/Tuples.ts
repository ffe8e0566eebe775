/** Lists of small integers, digested to small integers in turn, which rise from 0 in the order of first meeting. */
export class Tuples {
  readonly #digests = new Map<string, number>();
  readonly #tuples: (readonly number[])[] = [];

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
}
