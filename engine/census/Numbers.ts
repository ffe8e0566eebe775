/** Whole numbers in one block of memory that threads may share: two bytes or four for each. */
export type NumberBlock = Uint16Array<SharedArrayBuffer> | Uint32Array<SharedArrayBuffer>;

const FIRST_ROOM = 1024;
const LARGEST_SHORT = 0xffff;

/** A list of whole numbers from 0 to 2³² − 1, in two bytes each for as long as all of them fit. */
export class Numbers {
  #block: NumberBlock;
  #length: number;

  /** @param block what it holds to begin with; it is taken over, not copied */
  constructor(block: NumberBlock = numberBlock(2, 0)) {
    this.#block = block;
    this.#length = block.length;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#block.length)
      this.#move(this.#block.BYTES_PER_ELEMENT, Math.max(FIRST_ROOM, this.#length * 2));
    this.#length += 1;
    this.set(this.#length - 1, value);
  }

  at(index: number): number {
    return this.#block[index]!;
  }

  set(index: number, value: number): void {
    if (value > LARGEST_SHORT && this.#block.BYTES_PER_ELEMENT === 2) this.#move(4, this.#block.length);
    this.#block[index] = value;
  }

  /** The numbers where they lie: it holds until the next `push` or `set`. */
  view(): NumberBlock {
    return this.#block.subarray(0, this.#length);
  }

  /** The numbers in a block of their own, which nobody writes to. */
  copy(): NumberBlock {
    const copied = numberBlock(this.#block.BYTES_PER_ELEMENT, this.#length);
    copied.set(this.view());
    return copied;
  }

  #move(bytes: number, length: number): void {
    const larger = numberBlock(bytes, length);
    larger.set(this.view());
    this.#block = larger;
  }
}

/** A block of zeros. */
export function numberBlock(bytes: number, length: number): NumberBlock {
  const memory = new SharedArrayBuffer(length * bytes);
  return bytes === 2 ? new Uint16Array(memory) : new Uint32Array(memory);
}
