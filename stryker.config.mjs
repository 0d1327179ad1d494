/*
 * `npm run test:mutation`: changes the code line by line and looks whether a test notices. The report is in
 * test-results/mutation. Some files alone: `npm run test:mutation -- --mutate src-main/rlpx/snappy.ts`.
 */

export default {
  mutate: [
    'src-main/discovery/socket/packet-filter.ts',
    'src-main/chain/*.ts',
    // Tables of addresses and names: a changed letter of them is no fault of code.
    '!src-main/chain/bootnodes.ts',
    'src-main/rlpx/*.ts',
    'src-main/server/admission.ts',
    'src-main/dialing/dial-policy.ts',
    'src-main/api/ipc.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  coverageAnalysis: 'perTest',
  // What is evaluated once at the start (constants, tables) would take every test for each change.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 20_000,
  ignorePatterns: ['out', 'dist', 'docs', 'src-renderer', 'test-results', 'coverage'],
  tempDirName: 'test-results/stryker',
  reporters: ['progress', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, skipFull: true },
  htmlReporter: { fileName: 'test-results/mutation/index.html' },
  jsonReporter: { fileName: 'test-results/mutation/report.json' },
  // Below the last of them the run fails.
  thresholds: { high: 90, low: 80, break: 80 },
};
