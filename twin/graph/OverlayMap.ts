/**
 * A map that reads through to another and keeps what differs to itself: the one below is never written. What is to be
 * changed in place, in either of the two, is made its `own` first.
 */
export class OverlayMap<Key, Value> extends Map<Key, Value> {
  readonly #below: ReadonlyMap<Key, Value>;
  readonly #copy: (value: Value) => Value;
  readonly #own = new Map<Key, Value>();
  /** Keys that the one below has, or is about to have, and this one has not. */
  readonly #hidden = new Set<Key>();
  #size: number;

  constructor(below: ReadonlyMap<Key, Value>, copy: (value: Value) => Value = (value) => value) {
    super();
    this.#below = below;
    this.#copy = copy;
    this.#size = below.size;
  }

  /** Keeps what there is under a key, also that there is nothing, whatever becomes of the one below. */
  own(key: Key): void {
    if (this.#own.has(key) || this.#hidden.has(key)) return;
    const value = this.#below.get(key);
    if (value === undefined) this.#hidden.add(key);
    else this.#own.set(key, this.#copy(value));
  }

  override get size(): number {
    return this.#size;
  }

  override get(key: Key): Value | undefined {
    const own = this.#own.get(key);
    if (own !== undefined || this.#hidden.has(key)) return own;
    return this.#below.get(key);
  }

  override has(key: Key): boolean {
    return this.#own.has(key) || (!this.#hidden.has(key) && this.#below.has(key));
  }

  override set(key: Key, value: Value): this {
    if (!this.has(key)) this.#size += 1;
    this.#hidden.delete(key);
    this.#own.set(key, value);
    return this;
  }

  override delete(key: Key): boolean {
    if (!this.has(key)) return false;
    this.#size -= 1;
    this.#own.delete(key);
    this.#hidden.add(key);
    return true;
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }

  /** In the order of the one below, then what it has not in the order in which it came. */
  override *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.#below) {
      if (this.#hidden.has(key)) continue;
      yield [key, this.#own.get(key) ?? value];
    }
    for (const entry of this.#own) if (!this.#below.has(entry[0])) yield entry;
  }

  // Walks over a million homes go through these two: no pairs are made on the way.
  override *keys(): MapIterator<Key> {
    for (const key of this.#below.keys()) if (!this.#hidden.has(key)) yield key;
    for (const key of this.#own.keys()) if (!this.#below.has(key)) yield key;
  }

  override *values(): MapIterator<Value> {
    for (const key of this.#below.keys()) {
      if (!this.#hidden.has(key)) yield this.#own.get(key) ?? this.#below.get(key)!;
    }
    for (const [key, value] of this.#own) if (!this.#below.has(key)) yield value;
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  override forEach(each: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }
}
