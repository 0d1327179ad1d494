import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import config from '../electron-builder.config.mjs';
import { findElectron } from '../electron-runtime.mjs';
import { readFuses } from './fuses.mjs';

/*
 * The application's folder, which all Linux packages contain: Electron with the program in it and the fuses set. From the
 * Electron that the launcher uses, so that nothing is downloaded.
 */

/**
 * Finds the Electron to pack.
 * @returns {Promise<{ folder: string, version: string, release: boolean }>} `release` is false for another version than the
 *   pinned one, such as the fallback, which gets no security fixes
 * @throws Error when there is no Electron
 */
export async function electronToPack(root) {
  const found = await findElectron({ say: (text) => process.stderr.write(`${text}\n`) });
  if ('reason' in found) throw new Error(`No package: ${found.reason}.`);
  const folder = dirname(found.executable);
  const version = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { folder, version, release: version === devDependencies.electron };
}

/**
 * Makes the folder with electron-builder's target `dir`.
 * @returns {Promise<string>} the folder
 * @throws Error when a fuse in the binary differs from the configuration
 */
export async function makeUnpacked({ root, output, electron }) {
  rmSync(output, { recursive: true, force: true });
  await build({
    projectDir: root,
    publish: 'never',
    targets: Platform.LINUX.createTarget('dir', Arch[process.arch]),
    config: {
      ...config,
      directories: { ...config.directories, output },
      electronDist: electron.folder,
      electronVersion: electron.version,
    },
  });
  const folder = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
  // Electron's own start page; the program replaces it.
  rmSync(join(folder, 'resources', 'default_app.asar'), { force: true });
  const wrong = (await readFuses(join(folder, 'enodeck'))).filter(({ on, wanted }) => on !== wanted);
  if (wrong.length > 0) throw new Error(`Fuses not set: ${wrong.map(({ name }) => name).join(', ')}.`);
  return folder;
}
