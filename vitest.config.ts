import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/package-once.ts'],
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/wire-support/event-validation.ts'],
    // Wire tests talk to a server in the same process; a slow shared machine is not a failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
  },
});
