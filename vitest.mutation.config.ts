import { defineConfig } from 'vitest/config';

const ROOMS = '{chain,rlpx,discovery,server,dialing,api}';

/** The tests that mutants are shown to: those of the rooms that stryker.config.mjs changes. */
export default defineConfig({
  test: {
    include: [
      `test/unit/${ROOMS}/**/*.test.ts`,
      `test/property/${ROOMS}/**/*.test.ts`,
      'test/flow/rlpx/*.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
