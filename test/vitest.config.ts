import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './flaky-reporter.ts';

/** Where `.ci/run` wants the results as JSON; nowhere else. */
const report = process.env.MIZAN_TEST_REPORT;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // The same JSX dialect that tsconfig.json gives to tsc.
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['dist/**', 'node_modules/**'],
    // Processes, not threads: native stores (LMDB, chDB) are loaded by the tests.
    pool: 'forks',
    fileParallelism: true,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: [
      'default',
      new FlakyReporter(),
      ...(report === undefined ? [] : [['json', { outputFile: report }] as ['json', { outputFile: string }]]),
    ],
  },
});
