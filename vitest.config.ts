import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { useOwnTemporaryFolder } from './test/temporary-folder.ts';

useOwnTemporaryFolder();

// Compiled modules, shared by the suites, the functions of the local Lambda and the programs that the suites start.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compiled');

/** Suites of a minute or more. The last one to start would keep one processor busy alone. */
const longest = [
  'chaos/single-faults',
  'sim/scenarios/scenarios',
  'docs/deploy',
  'serverless',
  'docs/commands',
  'chaos/other-single-faults',
  'chaos/pairs',
  'functions/permissions',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return place === -1 ? longest.length : place;
    };
    return sorted.toSorted((left, right) => placeOf(left) - placeOf(right));
  }
}

/** Suites without the local AWS. */
const pure = ['core', 'input', 'observe', 'bench', 'scripts', 'sim/world'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // The default leaves one processor idle.
    maxWorkers: '100%',
    globalSetup: ['test/temporary-folder.ts'],
    sequence: { sequencer: LongestFirst },
    // Wire tests use a server in the same process; a slow machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // Of the tests in one file that run side by side: more would only wait for the processors.
    maxConcurrency: 3,
    // Starting a worker and loading the SDK takes longer than most suites, so they share workers.
    isolate: false,
    // Node's own modules: each call of an import through Vite's would cost up to a fifth more, in millions of states.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      { extends: true, test: { name: 'pure', include: pure } },
      {
        extends: true,
        test: {
          name: 'wire',
          include: ['test/**/*.test.ts'],
          exclude: pure,
          globalSetup: ['test/temporary-folder.ts', 'test/package-once.ts'],
          setupFiles: ['test/wire-support/event-validation.ts'],
        },
      },
    ],
  },
});
