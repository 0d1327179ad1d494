import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LINUX_FILES } from './linux-files.mjs';

/*
 * The files of the Linux packages, laid out as they are installed. The .deb and .rpm contain the tree; the .tar.gz has
 * usr/lib/enodeck as its top folder, with usr/share in it.
 */

/** The application's folder, in the tree. */
export const APPLICATION = 'usr/lib/enodeck';

/** Files of the project, and where they are installed. */
const FILES = [
  { from: 'build/linux/enodeck.sh', to: `${APPLICATION}/bin/enodeck`, mode: 0o755 },
  { from: 'build/linux/enodeck-headless.sh', to: `${APPLICATION}/bin/enodeck-headless`, mode: 0o755 },
  { from: 'build/linux/enodeck.service', to: 'usr/lib/systemd/system/enodeck.service' },
  { from: 'build/linux/enodeck-user.service', to: 'usr/lib/systemd/user/enodeck.service' },
  { from: 'build/linux/enodeck.desktop', to: 'usr/share/applications/enodeck.desktop' },
  { from: 'LICENSE', to: 'usr/share/doc/enodeck/copyright' },
  ...LINUX_FILES,
];

/** Programs in PATH. The scripts follow the links to their folder. */
const COMMANDS = ['enodeck', 'enodeck-headless'];

const ICONS = 'build/icons/linux';

/**
 * Makes the tree in the empty folder `tree`. Takes the folder `unpacked` away.
 * @param unpacked the folder of electron-builder's target `dir`
 */
export function makeTree({ root, unpacked, tree }) {
  rmSync(tree, { recursive: true, force: true });
  const application = join(tree, APPLICATION);
  mkdirSync(dirname(application), { recursive: true });
  renameSync(unpacked, application);
  plainModes(application);
  for (const { from, to, mode = 0o644 } of [...FILES, ...iconFiles(root)]) {
    const target = join(tree, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, from), target);
    chmodSync(target, mode);
  }
  const changes = gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 });
  writeFileSync(join(tree, 'usr/share/doc/enodeck/changelog.gz'), changes);
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  for (const name of COMMANDS) symlinkSync(`../lib/enodeck/bin/${name}`, join(tree, 'usr/bin', name));
}

function iconFiles(root) {
  return readdirSync(join(root, ICONS))
    .filter((name) => /^\d+x\d+\.png$/.test(name))
    .map((name) => ({
      from: `${ICONS}/${name}`,
      to: `usr/share/icons/hicolor/${name.replace('.png', '')}/apps/enodeck.png`,
    }));
}

/** Readable by everyone, whatever the umask of the build; Chromium's sandbox helper is the only setuid program. */
function plainModes(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const program = entry.isDirectory() || ['enodeck', 'chrome_crashpad_handler'].includes(entry.name);
    chmodSync(path, program ? 0o755 : 0o644);
  }
  chmodSync(join(folder, 'chrome-sandbox'), 0o4755);
}
