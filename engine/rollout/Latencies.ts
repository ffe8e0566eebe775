/** Each bucket ends at this many times the end of the one before. */
const GROWTH = 1.1;
/** Where the first bucket ends, in milliseconds. */
const FIRST_MS = 0.001;
/** The last one takes in everything from about 18 s on. */
const BUCKETS = 176;

/** Counts of durations by size, from which a share of the shortest can be told to a tenth of its value. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;

  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH));
    this.#counts[Math.min(bucket, BUCKETS - 1)]! += 1;
    this.#count += 1;
  }

  /** How many were taken in. */
  get count(): number {
    return this.#count;
  }

  /** What so large a share took at most, in milliseconds, rounded up by a tenth at most; null of nothing. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.ceil(this.#count * share);
    const bucket = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return FIRST_MS * GROWTH ** bucket;
  }
}
