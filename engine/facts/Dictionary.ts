/**
 * Digests values of a fact to small integers, and back. Equal values, by their JSON, have equal digests; digests rise
 * from 0 in the order in which values were first met. The values must be built with keys and lists in a fixed order.
 */
export class Dictionary<Value = unknown> {
  readonly #digests = new Map<string, number>();
  readonly #values: Value[] = [];

  /** @param values what it knows to begin with, by their digests */
  constructor(values: readonly Value[] = []) {
    for (const value of values) this.digest(value);
  }

  digest(value: Value): number {
    const key = JSON.stringify(value);
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    this.#digests.set(key, this.#values.length);
    this.#values.push(value);
    return this.#values.length - 1;
  }

  value(digest: number): Value {
    return this.#values[digest] as Value;
  }

  get size(): number {
    return this.#values.length;
  }

  /** All values by their digests. */
  values(): readonly Value[] {
    return [...this.#values];
  }
}
