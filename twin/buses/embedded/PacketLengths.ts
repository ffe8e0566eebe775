/**
 * Watches the lengths of the MQTT packets in a byte stream, before anything is kept of them. The parser would gather
 * a packet of 256 MB in memory before it looks at it.
 */
export class PacketLengths {
  readonly #firstLimit: number;
  readonly #limit: number;
  #isFirst = true;
  /** Bytes of the present packet still to come. */
  #left = 0;
  /** Inside a packet's length field: what it says so far, and the weight of its next byte; weight 0 is outside. */
  #length = 0;
  #weight = 0;

  /** The limit of the first packet holds for CONNECT, which comes from somebody still unknown. */
  constructor(firstLimit: number, limit: number) {
    this.#firstLimit = firstLimit;
    this.#limit = limit;
  }

  /** Takes the next bytes of the stream and says whether every packet in them keeps to its limit. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      } else if (this.#weight === 0) {
        this.#weight = 1;
        at += 1;
      } else if (!this.#acceptLength(chunk[at++]!)) {
        return false;
      }
    }
    return true;
  }

  #acceptLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * this.#weight;
    if (this.#length > (this.#isFirst ? this.#firstLimit : this.#limit)) return false;
    if (byte & 0x80) {
      this.#weight *= 128;
      // A length has four bytes at most.
      return this.#weight < 128 ** 4;
    }
    this.#left = this.#length;
    this.#length = 0;
    this.#weight = 0;
    this.#isFirst = false;
    return true;
  }
}
