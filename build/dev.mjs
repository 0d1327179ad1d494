import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from './electron-runtime.mjs';

/*
 * npm run dev: builds whenever a source changes, and opens the desktop application on the Electron that the launcher
 * would take. View, Reload shows a changed page; a changed main process wants a new start. Options after -- go to the
 * application: npm run dev -- --demo
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Main process, preload script and page are built one after the other. */
const BUILDS = 3;

const found = await findElectron({ say: (text) => process.stderr.write(`${text}\n`) });
if ('reason' in found) {
  process.stderr.write(`${found.reason}\n`);
  process.exitCode = 1;
} else {
  watch(found.executable);
}

function watch(executable) {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const builder = spawn(process.execPath, [tool, 'build', '--watch'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let built = 0;
  builder.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    if (built >= BUILDS) return;
    built += chunk.toString().split('built in').length - 1;
    if (built >= BUILDS) open(executable, builder);
  });
  builder.on('close', (code) => (process.exitCode = code ?? 0));
}

function open(executable, builder) {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const switches = ['--log-level=3', ...(isRoot ? ['--no-sandbox'] : [])];
  const application = spawn(executable, [root, ...switches, ...process.argv.slice(2)], { stdio: 'inherit' });
  application.on('close', () => builder.kill());
}
