/*
 * The parts of the test run: their requirements, how they are started and how their results are counted. test.mjs and
 * the test-*.mjs scripts run them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findChromium, onPath } from './find-program.mjs';
import { prepareInstall } from './installed-part.mjs';
import { runLimited } from './limited-run.mjs';
import { ensurePeers } from './real-peers.mjs';
import {
  afterSecondRun,
  describeFailures,
  describeTotal,
  filesToRunAgain,
  readRecord,
} from './test-outcome.mjs';

const root = resolve(import.meta.dirname, '..');
const bin = (...path) => join(root, 'node_modules', ...path);

/** Whether this process has built the product: its parts run the same build. */
let isBuilt = false;

/** Builds the product into out/, once. Returns undefined, or the reason of a failure. */
export function buildProduct() {
  if (isBuilt) return undefined;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin('electron-vite', 'bin', 'electron-vite.js'), 'build'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  isBuilt = status === 0;
  if (isBuilt) return undefined;
  process.stderr.write(stdout + stderr);
  return 'the product does not build';
}

/**
 * Runs vitest projects and returns their outcome (readRecord). `wrap` is a command with its arguments that runs vitest.
 * A run that takes longer than `minutes`, or is not over at `endAt` (on performance.now), is stopped.
 */
async function runVitest(projects, { wrap = [], env = {}, extra = [], minutes, endAt }) {
  const folder = mkdtempSync(join(tmpdir(), 'enodeck-report-'));
  const record = join(folder, 'record.jsonl');
  const limitMs = Math.max(1, Math.min(minutes * 60_000, endAt - performance.now()));
  try {
    const command = [
      ...wrap,
      process.execPath,
      bin('vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      `--reporter=${join(import.meta.dirname, 'test-record.mjs')}`,
      ...extra,
    ];
    writeFileSync(record, '');
    const { status, isStopped } = await runLimited(command, {
      cwd: root,
      env: { ...process.env, ...env, ENODECK_TEST_RECORD: record },
      limitMs,
    });
    const outcome = readRecord(readFileSync(record, 'utf8'));
    const fail = (message) => outcome.failures.push({ file: '', test: '(the part)', message });
    if (isStopped) fail(`did not end within ${Math.round(limitMs / 1000)} s and was stopped`);
    else if (status !== 0 && outcome.failures.length === 0) fail(`vitest ended with ${status ?? 'a signal'}`);
    return outcome;
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

async function e2ePart(options) {
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
  return buildProduct() ?? runVitest(['e2e'], { ...options, wrap, env });
}

async function installedPart(options) {
  const display = displayWrapper();
  if (display === undefined) return 'no display or xvfb-run is available (Debian: apt install xvfb xauth)';
  const failure = buildProduct();
  if (failure !== undefined) return failure;
  const place = prepareInstall();
  if (typeof place === 'string') return place;
  try {
    return await runVitest(['installed'], { ...options, wrap: [...place.wrap, ...display], env: place.env });
  } finally {
    place.remove();
  }
}

/** For a part whose tests wait for most of their time: more files at once than by default. */
const WAITING = ['--maxWorkers=3'];

const peerPart =
  (project, peers, more = []) =>
  (options) =>
    ensurePeers(peers) ??
    buildProduct() ??
    runVitest([project], { ...options, extra: [...more, ...options.extra] });

/**
 * All parts. `minutes` is the limit of its tests, well above what they take on two cores; `run` returns the
 * outcome, or a line with the reason why the part was not run. `runsAgain`: files with a failure are run once more,
 * because the part drives programs of others, which a loaded machine can make late. What fails only once is printed.
 */
export const PARTS = {
  /** Tests that need only npm packages. */
  core: {
    minutes: 12,
    run: (options) => runVitest(['unit', 'property', 'flow', 'interop'], options),
  },
  /** Churn of 200 nodes for five minutes, and discovery among 1,000 nodes; `core` runs shorter and smaller versions. */
  soak: {
    minutes: 20,
    run: (options) =>
      runVitest(['flow'], {
        ...options,
        env: { ENODECK_CHURN_SECONDS: '300', ENODECK_WORLD_NODES: '1000' },
        extra: ['test/flow/scale', 'test/flow/discovery/world', ...options.extra],
      }),
  },
  /** Real Electron, and the same page in Chromium. */
  e2e: { minutes: 15, runsAgain: true, run: e2ePart },
  /** The packages of this build, installed into a new Debian. */
  installed: { minutes: 6, runsAgain: true, run: installedPart },
  /** go-ethereum's protocol test suites against a running node. */
  conformance: { minutes: 5, runsAgain: true, run: peerPart('conformance', ['devp2p']) },
  /** Sessions with three versions of real geth. */
  geth: { minutes: 10, runsAgain: true, run: peerPart('geth', ['geth68', 'geth69', 'geth72'], WAITING) },
};

const notRun = (name, reason) => ({
  part: name,
  file: '',
  test: '(the part)',
  message: `not run: ${reason}`,
});

/** Runs a part, and after a whole run once more the few files in which tests failed. */
async function runTwice({ minutes, run, runsAgain = false }, options) {
  const first = await run({ ...options, minutes });
  if (typeof first === 'string') return first;
  const isWhole = options.extra.length === 0;
  const files = runsAgain && isWhole && performance.now() < options.endAt ? filesToRunAgain(first) : [];
  if (files.length === 0) return { ...first, unstable: [] };
  console.log(`\nOnce more, because of a failure: ${files.join(', ')}`);
  const second = await run({ ...options, minutes, extra: files });
  return typeof second === 'string' ? { ...first, unstable: [] } : afterSecondRun(first, second, files);
}

/** What a part did; for a required part, a reason not to run it, a skipped test, and no test at all are failures. */
async function runPart(name, { isRequired, extra, endAt }) {
  const isLate = performance.now() >= endAt;
  const outcome = isLate ? 'the time of the run is over' : await runTwice(PARTS[name], { extra, endAt });
  if (typeof outcome === 'string') {
    console.error(`\n*** NOT RUN: ${name}, because ${outcome} ***`);
    return { passed: 0, skipped: 0, unstable: [], failures: isRequired ? [notRun(name, outcome)] : [] };
  }
  const { passed, skipped } = outcome;
  const failures = outcome.failures.map((each) => ({ part: name, ...each }));
  if (isRequired) {
    failures.push(...skipped.map((each) => ({ part: name, ...each, message: 'was skipped' })));
    if (passed + failures.length === 0) failures.push(notRun(name, 'no test was found'));
  }
  const unstable = outcome.unstable.map((each) => ({ part: name, ...each }));
  return { passed, skipped: skipped.length, failures, unstable };
}

/**
 * Runs parts in sequence, and prints their failures and the counts.
 * @param {string[]} names
 * @param {{ required?: string[], extra?: string[], minutes?: number }} [options] parts that must run, arguments for
 *   vitest, and a limit of all parts
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runParts(names, { required = [], extra = [], minutes = Infinity } = {}) {
  const endAt = performance.now() + minutes * 60_000;
  const total = { passed: 0, skipped: 0, failures: [], unstable: [] };
  for (const name of names) {
    const isRequired = required.includes(name);
    const { passed, skipped, failures, unstable } = await runPart(name, { isRequired, extra, endAt });
    total.passed += passed;
    total.skipped += skipped;
    total.failures.push(...failures);
    total.unstable.push(...unstable);
  }
  const unstable = describeFailures(total.unstable, 'FAILED ONCE, THEN PASSED');
  const lines = [unstable, describeFailures(total.failures), describeTotal(total)];
  console.log(`\n${lines.filter(Boolean).join('\n\n')}`);
  return { passed: total.passed, failed: total.failures.length, skipped: total.skipped };
}

/** Runs one part that was requested by name, so it must run; the arguments of this process go to vitest. */
export async function runRequested(name) {
  const { failed } = await runParts([name], { required: [name], extra: process.argv.slice(2) });
  process.exitCode = failed === 0 ? 0 : 1;
}
