/** Numbers pairs of whole numbers below 2³², from 0 in the order of first meeting: a hash table in one block, for millions of look-ups. */
export class PairNumbers {
  #slots = new Int32Array(1024).fill(EMPTY);
  #pairs = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  number(a: number, b: number): number {
    const pairs = this.#pairs;
    const slot = this.#slotOf(a, b);
    const known = this.#slots[slot]!;
    if (known !== EMPTY) return known;
    pairs[2 * this.#size] = a;
    pairs[2 * this.#size + 1] = b;
    this.#slots[slot] = this.#size;
    this.#size += 1;
    if (2 * this.#size === pairs.length) this.#grow();
    return this.#size - 1;
  }

  /** Where the pair is, or would be. */
  #slotOf(a: number, b: number): number {
    const [slots, pairs] = [this.#slots, this.#pairs];
    const mask = slots.length - 1;
    let mixed = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
    mixed ^= mixed >>> 15;
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const known = slots[slot]!;
      if (known === EMPTY || (pairs[2 * known] === a >>> 0 && pairs[2 * known + 1] === b >>> 0)) return slot;
    }
  }

  /** The slots stay at most half full. */
  #grow(): void {
    const pairs = new Uint32Array(this.#pairs.length * 2);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    for (let number = 0; number < this.#size; number++) {
      this.#slots[this.#slotOf(pairs[2 * number]!, pairs[2 * number + 1]!)] = number;
    }
  }
}

const EMPTY = -1;
