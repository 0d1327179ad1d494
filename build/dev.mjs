import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from './electron-runtime.mjs';

/*
 * npm run dev: builds whenever a source changes, and runs the desktop application on the same Electron as the launcher.
 * A change of src-main or shared restarts it; a change of the page alone needs View, Reload.
 * Options after -- are passed to the application: npm run dev -- --demo
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAGE_FOLDER = 'src-renderer';
const FOLDERS = [PAGE_FOLDER, 'src-main', 'shared'];
/** Time without further changes before a build, milliseconds: editors save a file in several steps. */
const QUIET_MS = 200;

const say = (text) => process.stderr.write(`${text}\n`);

function build() {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const child = spawn(process.execPath, [tool, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((done) => child.on('close', (code) => done(code === 0)));
}

function open(executable) {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const switches = ['--log-level=3', ...(isRoot ? ['--no-sandbox'] : [])];
  return spawn(executable, [root, ...switches, ...process.argv.slice(2)], { stdio: 'inherit' });
}

const ended = (child) => new Promise((done) => child.on('close', done));

async function develop(executable) {
  let application;
  let restarting = false;
  const run = async () => {
    if (application !== undefined) {
      restarting = true;
      application.kill('SIGTERM');
      await ended(application);
      restarting = false;
    }
    application = open(executable);
    application.on('close', (code) => {
      if (!restarting) process.exit(code ?? 0);
    });
  };

  const changed = new Set();
  let timer;
  let queue = build().then((good) => (good ? run() : undefined));
  const rebuild = async () => {
    const mainChanged = [...changed].some((folder) => folder !== PAGE_FOLDER);
    changed.clear();
    if (!(await build())) return say('The build failed; waiting for the next change.');
    if (mainChanged || application === undefined) await run();
    else say('The page was rebuilt: View, Reload.');
    return undefined;
  };
  for (const folder of FOLDERS) {
    watch(join(root, folder), { recursive: true }, () => {
      changed.add(folder);
      clearTimeout(timer);
      timer = setTimeout(() => (queue = queue.then(rebuild)), QUIET_MS);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => application?.kill('SIGTERM') ?? process.exit(0));
}

const found = await findElectron({ say });
if ('reason' in found) {
  say(found.reason);
  process.exitCode = 1;
} else {
  await develop(found.executable);
}
