/**
 * Three kinds of test, one runner.
 *
 *   unit     one actor or one pure core at a time, virtual time
 *   cluster  whole clusters in one process, from a seed
 *   real     real processes, real sockets, real time: one file after another
 *
 * `npm test -- --project unit` runs one kind. Nothing is retried: a test that passes at the second try has failed.
 */
import { configDefaults, defineConfig } from 'vitest/config';

/** What is waited for comes at once on an idle machine; on a busy one it may take its time. */
const PATIENT = { poll: { timeout: 8_000 } };

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/setup.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/cluster/**', 'test/real/**'],
          testTimeout: 10_000,
          expect: PATIENT,
          hookTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'cluster',
          setupFiles: ['test/setup.ts'],
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 30_000,
          expect: PATIENT,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          expect: PATIENT,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
