import { defineConfig } from 'vitest/config';
import { ClauseReporter } from './tools/clauseReporter.ts';
import { countReporters } from './tools/countReporters.ts';

/** Commands as processes, counting against brute force, bundles proved again and again, seeded defects: minutes. */
export default defineConfig({
  // As in `vitest.config.ts`.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.thorough.ts'],
    exclude: ['**/node_modules/**', 'var/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', new ClauseReporter(), ...countReporters()],
  },
});
