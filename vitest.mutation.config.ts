import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A mutant that one test detects costs no other test, so those that take seconds come last: less than half the time for all. */
class PropertiesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isProperty = ({ moduleId }: TestSpecification): number => Number(moduleId.endsWith('.property.test.ts'));
    return sorted.toSorted((left, right) => isProperty(left) - isProperty(right));
  }
}

/**
 * The tests that must detect a mutant of lib/core. The exhaustive test of the planner is left out, because it takes longer than all
 * others together. The seed is fixed because it is part of test names; there are fewer runs because each repeats for every mutant.
 */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts'],
    exclude: ['test/core/plan/plan.exhaustive.test.ts'],
    sequence: { sequencer: PropertiesLast },
    env: { FC_SEED: '1', FC_RUNS: '200' },
    testTimeout: 60_000,
  },
});
