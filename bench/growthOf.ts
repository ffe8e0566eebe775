/** How something that is measured at equal times grows from one to the next, by least squares. At least two are needed. */
export function growthOf(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2;
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length;
  let covariance = 0;
  let variance = 0;
  for (const [index, sample] of samples.entries()) {
    covariance += (index - middle) * (sample - mean);
    variance += (index - middle) ** 2;
  }
  return covariance / variance;
}

/** A leak of so many bytes a message shows. */
const LEAK_BYTES = 64;

/**
 * Whether memory is flat: the heap after each hour of equal traffic, in bytes, without the first two hours, in which caches
 * fill and code is compiled.
 */
export function heapVerdict(heaps: readonly number[], messagesAnHour: number): { growth: number; isFlat: boolean } {
  const growth = growthOf(heaps.slice(2)) / messagesAnHour;
  return { growth, isFlat: growth < LEAK_BYTES };
}
