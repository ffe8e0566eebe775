/** A list of whole numbers from 0 to 2³² − 1 in one block of memory. */
export class GrowingUint32 {
  #block = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#block.length) {
      const larger = new Uint32Array(this.#block.length * 2);
      larger.set(this.#block);
      this.#block = larger;
    }
    this.#block[this.#length++] = value;
  }

  at(index: number): number {
    return this.#block[index]!;
  }

  set(index: number, value: number): void {
    this.#block[index] = value;
  }

  /** The numbers where they lie: it holds until the next push. */
  view(): Uint32Array {
    return this.#block.subarray(0, this.#length);
  }
}
