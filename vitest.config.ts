import { defineConfig } from 'vitest/config';

/** What .ci/run leaves out, because it could not be installed: there a skipped test is a failure. */
const leftOut = process.env['REQUIRE_WEB3PY'] === '0' ? ['test/interop/web3py.test.ts'] : [];

/** One project per kind of test, so that `--project` selects those that a machine can run. */
const project = (name: string, timeout: number, isolate = true) => ({
  test: {
    name,
    isolate,
    include: [`test/${name}/**/*.test.ts`],
    exclude: leftOut,
    testTimeout: timeout,
    hookTimeout: timeout,
    // A loaded machine may need long for one turn of the event loop.
    expect: { poll: { timeout: 30_000 } },
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Their files share the loaded modules, which takes a sixth of the time that loading them for each file takes.
      project('unit', 10_000, false),
      project('property', 60_000, false),
      project('flow', 90_000),
      project('interop', 90_000),
      project('conformance', 180_000),
      project('geth', 150_000),
      project('e2e', 120_000),
      project('installed', 240_000),
    ],
  },
});
