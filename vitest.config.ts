import { defineConfig } from 'vitest/config';

/** What .ci/run leaves out, because it could not be installed: there a skipped test is a failure. */
const leftOut = process.env['REQUIRE_WEB3PY'] === '0' ? ['test/interop/web3py.test.ts'] : [];

/** One project per kind of test, so that `--project` selects those that a machine can run. */
const project = (name: string, timeout: number, isolate = true, setupFiles: string[] = []) => ({
  test: {
    name,
    isolate,
    setupFiles,
    include: [`test/${name}/**/*.test.ts`],
    exclude: leftOut,
    testTimeout: timeout,
    hookTimeout: timeout,
    // A loaded machine may need long for one turn of the event loop.
    expect: { poll: { timeout: 30_000 } },
  },
});

/** Ends properties after five sixths of these time limits. */
const PROPERTIES = ['test/support/property-setup.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Their files share the loaded modules, which takes a sixth of the time that loading them for each file takes.
      project('unit', 12_000, false, PROPERTIES),
      project('property', 72_000, false, PROPERTIES),
      project('flow', 90_000),
      project('interop', 90_000),
      project('conformance', 180_000),
      project('geth', 150_000),
      project('e2e', 120_000),
      project('installed', 240_000),
    ],
  },
});
