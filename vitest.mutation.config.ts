import { defineConfig } from 'vitest/config';

const ROOMS = '{chain,rlpx,discovery,server,dialing,api}';

/** The tests that Stryker runs against mutants: those of the rooms in stryker.config.mjs. */
export default defineConfig({
  test: {
    include: [
      `test/unit/${ROOMS}/**/*.test.ts`,
      `test/property/${ROOMS}/**/*.test.ts`,
      'test/flow/rlpx/*.test.ts',
    ],
    // Instrumented code is slow, above all in property tests. Stryker's own timeout ends a mutant that hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
