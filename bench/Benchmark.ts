import { performance } from 'node:perf_hooks';

/** One figure: what was measured and how it stands to the peer that ran beside it. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `value` of the peer in the same run, and who that is. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** What is to be known to read the figure rightly. */
  readonly note?: string;
};

/** A measurement. `smoke` asks for the smallest run that still goes through everything. */
export type Benchmark = {
  readonly name: string;
  readonly title: string;
  run(options: { readonly smoke: boolean }): Promise<readonly Figure[]>;
};

/** The median of samples, which must not be empty. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** The value below which the share `q` of the samples lies, by nearest rank. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

/** What each of the items takes, in microseconds. */
export function samples<Item>(items: readonly Item[], run: (item: Item) => unknown): number[] {
  return items.map((item) => {
    const started = performance.now();
    run(item);
    return (performance.now() - started) * 1000;
  });
}
