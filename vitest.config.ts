import { defineConfig } from 'vitest/config';
import { ClauseReporter } from './tools/clauseReporter.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'var/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClauseReporter()],
  },
});
