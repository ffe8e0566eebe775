import { performance } from 'node:perf_hooks';
import { ImpactPlan } from '../engine/simulate.ts';
import { type Benchmark, type Figure, median } from './Benchmark.ts';
import { loadDrafts, openCity, readCity, scenario } from './simulatedCity.ts';

/** A country's worth of homes: what is left of them in memory, and how long they take. Reading them takes minutes. */
export const simulateLargeBenchmark: Benchmark = {
  name: 'simulateLarge',
  title: 'the exact impact of a draft on 10,000,000 homes, for 12 requesters',
  async run({ smoke }) {
    const { baseline, proposed, edited } = await loadDrafts(smoke ? 1 : 3);
    const { population, building, loading, kept } = await readCity(smoke ? 1_000 : 10_000_000, 1);
    const started = performance.now();
    const plan = new ImpactPlan(scenario, openCity(population, kept));
    const { cells } = plan.play(baseline, proposed);
    const full = performance.now() - started;
    const edits = [...edited, proposed].map((draft) => {
      const began = performance.now();
      plan.play(baseline, draft);
      return performance.now() - began;
    });
    const figures: readonly Figure[] = [
      {
        what: 'simulate, nothing decided before',
        value: full,
        unit: 'ms',
        note: `${cells.toLocaleString('en-GB')} cells`,
      },
      { what: 'after an edit, from the compiled policies, median', value: median(edits), unit: 'ms' },
      {
        what: 'loading columns from their file',
        value: loading[0]!,
        unit: 'ms',
        peer: { name: 'reading homes into columns', value: building },
      },
      {
        what: 'memory of the process',
        value: Math.round(process.memoryUsage().rss / 2 ** 20),
        unit: 'MB',
        note: `at its highest ${Math.round(process.resourceUsage().maxRSS / 1024).toLocaleString('en-GB')} MB, with the columns as they were read and as they were loaded`,
      },
    ];
    return figures;
  },
};
