import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron, missingLibrary, probeElectron } from './electron-runtime.mjs';

/*
 * npm start, npm run demo, npm run headless: builds if the build is missing or older than the sources, then opens the
 * desktop application. If that is not possible, prints the reason in one line and serves the same page headless.
 *
 *   --headless, --browser   serve the page without trying the desktop application; ENODECK_ELECTRON=off does the same
 *   all other options are passed to the program
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUTPUTS = [
  'out/main/main.js',
  'out/main/headless.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
];
const SOURCES = [
  'src-main',
  'src-renderer',
  'shared',
  'docs',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];
/** Options of the launcher: no desktop application. */
const LAUNCHER_OPTIONS = new Set(['--headless', '--browser']);
/** Options that only the desktop application has. */
const DESKTOP_OPTIONS = new Set(['--no-sandbox', '--http']);
/** Time limit for Electron to show a window, milliseconds; an earlier exit with an error is a failed start. */
const START_MS = 15_000;
/** Errors of an unavailable display or a missing sandbox occur immediately. */
const DISPLAY_TIMEOUT_MS = 2_000;

const say = (text) => process.stderr.write(`${text}\n`);

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function isStale() {
  const outputs = OUTPUTS.map((file) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.min(...outputs) < Math.max(...SOURCES.map((path) => newest(join(root, path))));
}

/** An installed package contains its build; a working copy builds what is missing. */
async function buildIfNeeded() {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  if (!isStale() || !existsSync(tool)) return;
  say('Building …');
  const child = spawn(process.execPath, [tool, 'build'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) {
    say(text);
    throw new Error('The build failed; the lines above have the reason.');
  }
}

/** Whether a Unix socket or TCP port accepts connections. */
function answers(target) {
  return new Promise((done) => {
    const socket = connect(target);
    const end = (result) => {
      socket.destroy();
      done(result);
    };
    socket.setTimeout(DISPLAY_TIMEOUT_MS, () => end(false));
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}

/** @returns {Promise<string | undefined>} why no display is available */
async function missingDisplay() {
  if (process.platform !== 'linux') return undefined;
  const { DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR } = process.env;
  if (WAYLAND_DISPLAY) {
    const path = WAYLAND_DISPLAY.startsWith('/')
      ? WAYLAND_DISPLAY
      : join(XDG_RUNTIME_DIR ?? '', WAYLAND_DISPLAY);
    if (await answers({ path })) return undefined;
  }
  if (!DISPLAY) return 'there is no display';
  const parts = /^(?:unix)?([^:]*):(\d+)/.exec(DISPLAY);
  if (parts === null) return undefined;
  const [, host, number] = parts;
  const alive =
    host === ''
      ? (await answers({ path: `/tmp/.X11-unix/X${number}` })) ||
        (await answers({ path: `\0/tmp/.X11-unix/X${number}` }))
      : await answers({ host, port: 6_000 + Number(number) });
  return alive ? undefined : `the display ${DISPLAY} does not answer`;
}

const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0;

/** @returns {Promise<{ executable: string } | { reason: string }>} */
async function startableElectron() {
  const reason = await missingDisplay();
  if (reason !== undefined) return { reason };
  const found = await findElectron({ say });
  if ('reason' in found) return found;
  const failure = await probeElectron(found.executable);
  return failure === undefined ? found : { reason: `Electron does not start: ${failure}` };
}

/**
 * Runs the desktop application to its end, and again as often as it asks for it.
 * @returns {Promise<{ code: number } | { reason: string }>} its exit code, or why it did not start
 */
async function runDesktop(executable, args) {
  // Chromium does not start its sandbox as root, which is often the only account in a container. Its log is not for users.
  const switches = ['--log-level=3', ...(isRoot() && !args.includes('--no-sandbox') ? ['--no-sandbox'] : [])];
  // The first start prints why it is refused; a later one, which the user asks for in the window, shows it there.
  let outcome = await runElectron(executable, [root, ...switches, ...args], { ENODECK_LAUNCHER: '1' });
  let folder;
  while ('startAgain' in outcome) {
    folder = outcome.folder ?? folder;
    outcome = await runElectron(executable, outcome.startAgain, {}, folder);
    if ('reason' in outcome) {
      say(`Enodeck does not start again: ${outcome.reason}.`);
      return { code: 1 };
    }
  }
  return outcome;
}

/**
 * @param {string | undefined} folder its current folder; undefined: that of the launcher
 * @returns {Promise<{ code: number } | { reason: string } | { startAgain: string[], folder: string | undefined }>}
 */
function runElectron(executable, args, variables, folder) {
  const started = Date.now();
  const child = spawn(executable, args, {
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, ...variables },
    cwd: folder,
  });
  let tail = '';
  child.stderr.on('data', (chunk) => {
    tail = (tail + chunk).slice(-4_096);
    process.stderr.write(chunk);
  });
  let next;
  child.on('message', (message) => {
    next = message;
  });
  const pass = passSignals(child);
  return new Promise((done) => {
    const end = (result) => {
      pass.stop();
      done(result);
    };
    child.on('error', (error) => end({ reason: error.message }));
    child.on('close', (code, signal) => {
      // Exit code 1 is a refusal of the program, which has printed the reason; headless would fail with the same one.
      const failed = signal !== null || (code !== 0 && code !== 1);
      if (pass.passed) end({ code: code ?? 0 });
      else if (next !== undefined) end(next);
      else if (failed && Date.now() - started < START_MS) {
        end({ reason: missingLibrary(tail) ?? `it ended with ${signal ?? `code ${code}`}` });
      } else end({ code: code ?? 1 });
    });
  });
}

function runHeadless(args) {
  const child = spawn(process.execPath, [join(root, 'out', 'main', 'headless.js'), ...args], {
    stdio: 'inherit',
  });
  const pass = passSignals(child);
  return new Promise((done) => {
    child.on('error', (error) => {
      say(error.message);
      done(1);
    });
    child.on('close', (code) => {
      pass.stop();
      done(code ?? 1);
    });
  });
}

/** Interval at which the launcher checks that its npm is still running, milliseconds. */
const PARENT_CHECK_MS = 500;

/**
 * Passes signals to the program, so that both end together. A signal to npm alone ends only npm's shell, which does not
 * pass it: under npm, the end of that shell is therefore handled as a SIGTERM.
 */
function passSignals(child) {
  const state = { passed: false, stop: () => undefined };
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === shell) return;
    clearInterval(watch);
    forward('SIGTERM');
  }, PARENT_CHECK_MS);
  const forward = (signal) => {
    state.passed = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  state.stop = () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, forward);
  };
  return state;
}

async function main() {
  const args = process.argv.slice(2);
  await buildIfNeeded();
  const rest = args.filter((arg) => !LAUNCHER_OPTIONS.has(arg));
  const off = process.env.ENODECK_ELECTRON === 'off';
  const plain =
    rest.length < args.length ||
    off ||
    ['nodes', 'nodeset', 'dns', 'crawl', 'chain', 'token', 'doctor', 'help'].includes(rest[0]) ||
    rest.some((arg) => ['--help', '-h', '--version'].includes(arg));
  if (plain) return runHeadless(rest.filter((arg) => !DESKTOP_OPTIONS.has(arg)));
  const electron = await startableElectron();
  if ('executable' in electron) {
    const outcome = await runDesktop(electron.executable, rest);
    if ('code' in outcome) return outcome.code;
    say(`No desktop window: Electron does not start, ${outcome.reason}. Serving the same page here instead.`);
  } else {
    say(`No desktop window: ${electron.reason}. Serving the same page here instead.`);
  }
  return runHeadless(rest.filter((arg) => !DESKTOP_OPTIONS.has(arg)));
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
