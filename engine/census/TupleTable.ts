const FREE = -1;

/**
 * Tuples of whole numbers, all of one width, numbered from 0 in the order of first meeting. They lie in one block, and no
 * text is made of them: a census asks for millions.
 */
export class TupleTable {
  readonly width: number;
  #tuples: Int32Array;
  #size = 0;
  /** Numbers of tuples by their hash, in the next free place where others have it. */
  #slots: Int32Array;

  constructor(width: number) {
    this.width = width;
    this.#tuples = new Int32Array(64 * width);
    this.#slots = new Int32Array(256).fill(FREE);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the tuple that stands at `from` in a list, copied when it is a new one. */
  number(list: ArrayLike<number>, from = 0): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(list, from) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number === FREE) return this.#add(slot, list, from);
      if (this.#isAt(number, list, from)) return number;
    }
  }

  /** One number of a tuple. */
  at(number: number, place: number): number {
    return this.#tuples[number * this.width + place]!;
  }

  /** A tuple where it lies: it holds until the next new one. */
  tuple(number: number): Int32Array {
    return this.#tuples.subarray(number * this.width, (number + 1) * this.width);
  }

  #add(slot: number, list: ArrayLike<number>, from: number): number {
    const start = this.#size * this.width;
    if (start + this.width > this.#tuples.length) {
      const larger = new Int32Array(this.#tuples.length * 2);
      larger.set(this.#tuples);
      this.#tuples = larger;
    }
    for (let place = 0; place < this.width; place++) this.#tuples[start + place] = list[from + place]!;
    this.#slots[slot] = this.#size;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#spread();
    return this.#size - 1;
  }

  #spread(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(FREE);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = this.#hash(this.#tuples, number * this.width) & mask;
      while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }

  #isAt(number: number, list: ArrayLike<number>, from: number): boolean {
    const start = number * this.width;
    for (let place = 0; place < this.width; place++) {
      if (this.#tuples[start + place] !== list[from + place]) return false;
    }
    return true;
  }

  /** FNV-1a over words, mixed in the end so that the low bits depend on all. */
  #hash(list: ArrayLike<number>, from: number): number {
    let hash = 0x811c9dc5;
    for (let place = 0; place < this.width; place++) hash = Math.imul(hash ^ list[from + place]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
}
