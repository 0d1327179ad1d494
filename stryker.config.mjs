/*
 * `npm run test:mutation`: changes the code, one expression at a time, and checks that a test fails. The report is in
 * test-results/mutation. For single files: `npm run test:mutation -- --mutate src-main/base/snappy.ts`.
 */

export default {
  mutate: [
    'src-main/discovery/socket/packet-filter.ts',
    'src-main/chain/*.ts',
    // A table of addresses and names.
    '!src-main/chain/bootnodes.ts',
    'src-main/base/snappy.ts',
    'src-main/rlpx/*.ts',
    'src-main/server/admission.ts',
    'src-main/dialing/dial-policy.ts',
    'src-main/api/ipc.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  coverageAnalysis: 'perTest',
  // A mutant in code that runs at import (constants, tables) would need a run of all tests.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 20_000,
  ignorePatterns: ['out', 'dist', 'docs', 'src-renderer', 'test-results', 'coverage'],
  tempDirName: 'test-results/stryker',
  reporters: ['progress', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, skipFull: true },
  htmlReporter: { fileName: 'test-results/mutation/index.html' },
  jsonReporter: { fileName: 'test-results/mutation/report.json' },
  // The run fails below `break`.
  thresholds: { high: 90, low: 80, break: 80 },
};
