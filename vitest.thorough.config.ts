import { defineConfig } from 'vitest/config';
import { countReporters } from './tools/countReporters.ts';

/** Commands as processes of their own over copies of the repository, and defects seeded one by one. They take minutes. */
export default defineConfig({
  test: {
    include: ['**/*.thorough.ts'],
    exclude: ['**/node_modules/**', 'var/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ...countReporters()],
  },
});
