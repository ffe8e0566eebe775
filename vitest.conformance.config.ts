import { defineConfig } from 'vitest/config';
import { countReporters } from './tools/countReporters.ts';

/** OPA's published cases on our evaluators. They take about a minute. */
export default defineConfig({
  test: {
    include: ['engine/**/*.conformance.ts'],
    pool: 'forks',
    // Two compilers work at a time, one for each core of a small machine.
    maxConcurrency: 2,
    testTimeout: 60_000,
    slowTestThreshold: 10_000,
    reporters: [['default', { summary: false }], ...countReporters()],
  },
});
