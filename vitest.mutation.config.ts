import { defineConfig } from 'vitest/config';

/**
 * What must catch a mutant of lib/core: its own tests. The exhaustive walk over the planner is left out, which alone takes longer than
 * all others together. One seed, because tests are known by names that have it; fewer runs, because each is repeated for every mutant.
 */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts'],
    exclude: ['test/core/plan/plan.exhaustive.test.ts'],
    env: { FC_SEED: '1', FC_RUNS: '200' },
    testTimeout: 60_000,
  },
});
