/*
 * The parts of the test run: their requirements, how they are started and how their results are counted. test.mjs and
 * the test-*.mjs scripts run them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findChromium, onPath } from './find-program.mjs';
import { prepareInstall } from './installed-part.mjs';
import { ensurePeers } from './real-peers.mjs';

const root = resolve(import.meta.dirname, '..');
const bin = (...path) => join(root, 'node_modules', ...path);

/** Builds the product into out/. Returns undefined, or the reason of a failure. */
function buildProduct() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin('electron-vite', 'bin', 'electron-vite.js'), 'build'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status === 0) return undefined;
  process.stderr.write(stdout + stderr);
  return 'the product does not build';
}

/** Reads the counts of vitest's JSON report. A file that does not load counts as one failure. */
function countReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Runs vitest projects and returns the counts. `wrap` is a command with its arguments that runs vitest. */
function runVitest(projects, { wrap = [], env = {}, extra = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'enodeck-report-'));
  const report = join(folder, 'report.json');
  try {
    const command = [
      ...wrap,
      process.execPath,
      bin('vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...extra,
    ];
    const { status } = spawnSync(command[0], command.slice(1), {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const counts = countReport(report);
    // Vitest also fails because of unhandled errors outside of tests.
    if (status !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns a command that provides a display for Electron, empty if there is one; undefined if none is available. */
export function displayWrapper() {
  if (process.platform !== 'linux') return [];
  const xvfb = onPath('xvfb-run');
  if (xvfb !== undefined) return [xvfb, '-a', '-s', '-screen 0 1600x1000x24'];
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? [] : undefined;
}

async function e2ePart(extra) {
  const wrap = displayWrapper();
  if (wrap === undefined) return 'no display or xvfb-run is available (Debian: apt install xvfb xauth)';
  const { findElectron, probeElectron } = await import('./electron-runtime.mjs');
  const electron = await findElectron({ say: (text) => console.error(text) });
  if ('reason' in electron) return electron.reason;
  const problem = await probeElectron(electron.executable);
  if (problem !== undefined) return `Electron does not start here: ${problem}`;
  const chromium = findChromium();
  if (chromium === undefined)
    return 'Chromium is not installed (Debian: apt install chromium; or set CHROME_PATH)';
  const env = { ENODECK_ELECTRON: electron.executable, ENODECK_CHROMIUM: chromium };
  return buildProduct() ?? runVitest(['e2e'], { wrap, extra, env });
}

function installedPart(extra) {
  const display = displayWrapper();
  if (display === undefined) return 'no display or xvfb-run is available (Debian: apt install xvfb xauth)';
  const failure = buildProduct();
  if (failure !== undefined) return failure;
  const place = prepareInstall();
  if (typeof place === 'string') return place;
  try {
    return runVitest(['installed'], { wrap: [...place.wrap, ...display], extra, env: place.env });
  } finally {
    place.remove();
  }
}

function peerPart(project, peers, extra) {
  return ensurePeers(peers) ?? buildProduct() ?? runVitest([project], { extra });
}

/** All parts; `run` returns the counts, or a line with the reason why the part was not run. */
export const PARTS = {
  /** Tests that need only npm packages. */
  core: { run: (extra) => runVitest(['unit', 'property', 'flow', 'interop'], { extra }) },
  /** Churn of 200 nodes for five minutes, and discovery among 1,000 nodes; `core` runs shorter and smaller versions. */
  soak: {
    run: (extra) =>
      runVitest(['flow'], {
        env: { ENODECK_CHURN_SECONDS: '300', ENODECK_WORLD_NODES: '1000' },
        extra: ['test/flow/scale', 'test/flow/discovery/world', ...extra],
      }),
  },
  /** Real Electron, and the same page in Chromium. */
  e2e: { run: e2ePart },
  /** The .deb of this build, installed into a new Debian. */
  installed: { run: installedPart },
  /** go-ethereum's protocol test suites against a running node. */
  conformance: { run: (extra) => peerPart('conformance', ['devp2p'], extra) },
  /** Sessions with three versions of real geth. */
  geth: { run: (extra) => peerPart('geth', ['geth68', 'geth69', 'geth72'], extra) },
};

/**
 * Runs parts in sequence. A part that cannot run prints the reason in one line. For a `required` part this is a
 * failure, as is every skipped test.
 */
export async function runParts(names, { required = [], extra = [] } = {}) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const notRun = [];
  for (const name of names) {
    const outcome = await PARTS[name].run(extra);
    if (typeof outcome === 'string') {
      notRun.push(`NOT RUN: ${name}, because ${outcome}`);
      if (required.includes(name)) total.failed += 1;
      continue;
    }
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
    if (required.includes(name)) {
      total.failed += outcome.skipped;
      // A required part without tests is a failure.
      if (outcome.passed + outcome.failed + outcome.skipped === 0) total.failed += 1;
    }
  }
  for (const line of notRun) console.error(`\n*** ${line} ***`);
  return total;
}

/** Formats a total. */
export function describeTotal({ passed, failed, skipped }) {
  return `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped.`;
}
