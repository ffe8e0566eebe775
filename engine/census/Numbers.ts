/** Whole numbers in one block of memory that threads may share: two bytes or four for each. */
export type NumberBlock = Uint16Array<SharedArrayBuffer> | Uint32Array<SharedArrayBuffer>;

const FIRST_ROOM = 1024;
const LARGEST_SHORT = 0xffff;

/** A list of whole numbers from 0 to 2³² − 1, in two bytes each for as long as all of them fit. */
export class Numbers {
  #block: NumberBlock;
  #length: number;

  /** @param block what it holds to begin with; it is taken over, not copied */
  constructor(block: NumberBlock = room(Uint16Array, FIRST_ROOM).subarray(0, 0)) {
    this.#block = block;
    this.#length = block.length;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#block.length) this.#move(typeOf(this.#block), Math.max(FIRST_ROOM, this.#length * 2));
    this.#length += 1;
    this.set(this.#length - 1, value);
  }

  at(index: number): number {
    return this.#block[index]!;
  }

  set(index: number, value: number): void {
    if (value > LARGEST_SHORT && this.#block.BYTES_PER_ELEMENT === 2) this.#move(Uint32Array, this.#block.length);
    this.#block[index] = value;
  }

  /** The numbers where they lie: it holds until the next `push` or `set`. */
  view(): NumberBlock {
    return this.#block.subarray(0, this.#length);
  }

  /** The numbers in a block of their own, which nobody writes to. */
  copy(): NumberBlock {
    const copied = room(typeOf(this.#block), this.#length);
    copied.set(this.view());
    return copied;
  }

  #move(type: BlockType, length: number): void {
    const larger = room(type, length);
    larger.set(this.view());
    this.#block = larger;
  }
}

type BlockType = Uint16ArrayConstructor | Uint32ArrayConstructor;

function typeOf(block: NumberBlock): BlockType {
  return block instanceof Uint16Array ? Uint16Array : Uint32Array;
}

function room(type: BlockType, length: number): NumberBlock {
  const memory = new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT);
  return type === Uint16Array ? new Uint16Array(memory) : new Uint32Array(memory);
}
