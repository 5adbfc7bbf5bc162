import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/package-once.ts'],
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/wire-support/event-validation.ts'],
    // Wire tests use a server in the same process; a slow machine must not fail them.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
  },
});
