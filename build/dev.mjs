import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from './electron-runtime.mjs';

/*
 * npm run dev: electron-vite's development mode, on the Electron that the launcher would take. Options after -- go to
 * the application: npm run dev -- -- --demo
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const found = await findElectron({ say: (text) => process.stderr.write(`${text}\n`) });
if ('reason' in found) {
  process.stderr.write(`${found.reason}\n`);
  process.exitCode = 1;
} else {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const child = spawn(process.execPath, [tool, 'dev', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ELECTRON_EXEC_PATH: found.executable,
      ...(process.platform === 'linux' && process.getuid?.() === 0 ? { NO_SANDBOX: '1' } : {}),
    },
  });
  child.on('close', (code) => (process.exitCode = code ?? 1));
}
