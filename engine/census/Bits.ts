/** Sets of small numbers, each in the same few words of one block. */
export class Bits {
  readonly words: number;
  readonly block: Uint32Array;

  /** Room for `sets` sets of numbers below `limit`. */
  constructor(sets: number, limit: number) {
    this.words = Math.max(1, Math.ceil(limit / 32));
    this.block = new Uint32Array(sets * this.words);
  }

  add(set: number, number: number): void {
    const at = set * this.words + (number >>> 5);
    this.block[at] = this.block[at]! | (1 << (number & 31));
  }

  has(set: number, number: number): boolean {
    return (this.block[set * this.words + (number >>> 5)]! & (1 << (number & 31))) !== 0;
  }

  /** Adds all of a set of another block of the same width. */
  addAll(set: number, from: Bits, other: number): void {
    const [here, there] = [set * this.words, other * this.words];
    for (let word = 0; word < this.words; word++) {
      this.block[here + word] = this.block[here + word]! | from.block[there + word]!;
    }
  }

  /** Whether a set has a number in common with one of another block of the same width. */
  meets(set: number, from: Bits, other: number): boolean {
    const [here, there] = [set * this.words, other * this.words];
    for (let word = 0; word < this.words; word++) {
      if ((this.block[here + word]! & from.block[there + word]!) !== 0) return true;
    }
    return false;
  }
}
