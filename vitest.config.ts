import { defineConfig } from 'vitest/config';
import { ClauseReporter } from './tools/clauseReporter.ts';
import { countReporters } from './tools/countReporters.ts';

export default defineConfig({
  // As Node resolves: else `graphql` is loaded twice, and its errors and types do not know each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'var/**'],
    pool: 'forks',
    // Many files wait for processes of their own rather than compute.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClauseReporter(), ...countReporters()],
  },
});
