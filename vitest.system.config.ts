import { defineConfig } from 'vitest/config';
import { ClauseReporter } from './tools/clauseReporter.ts';
import { countReporters } from './tools/countReporters.ts';

/** Tests of the running program: real processes, brokers, databases and clients. They take minutes. */
export default defineConfig({
  test: {
    include: ['system/**/*.system.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default', new ClauseReporter(), ...countReporters()],
  },
});
