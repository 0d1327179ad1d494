import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-tool.mjs';
import { kilobytesOf } from './sizes.mjs';

/*
 * The .deb, with dpkg-deb.
 */

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Debian's packages with the libraries that Electron's binary is linked with, and libX11-xcb, which it cannot do without. */
const DEPENDS = [
  'libasound2',
  'libatk-bridge2.0-0',
  'libatk1.0-0',
  'libatspi2.0-0',
  'libc6 (>= 2.28)',
  'libcairo2',
  'libcups2',
  'libdbus-1-3',
  'libdrm2',
  'libexpat1',
  'libgbm1',
  'libgcc-s1',
  'libglib2.0-0',
  'libgtk-3-0',
  'libnspr4',
  'libnss3',
  'libpango-1.0-0',
  'libudev1',
  'libx11-6',
  'libx11-xcb1',
  'libxcb1',
  'libxcomposite1',
  'libxdamage1',
  'libxext6',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
];

/** Loaded when needed: the keyring for the node's key, links to the web browser, notifications. */
const RECOMMENDS = ['libnotify4', 'libsecret-1-0', 'xdg-utils'];

function controlFile({ version, architecture, installedKilobytes, maintainer }) {
  return `Package: enodeck
Version: ${version}
Section: net
Priority: optional
Architecture: ${architecture}
Installed-Size: ${installedKilobytes}
Maintainer: ${maintainer}
Depends: ${DEPENDS.join(', ')}
Recommends: ${RECOMMENDS.join(', ')}
Description: node of Ethereum's peer-to-peer network, with a window
 Enodeck finds nodes by discv4, discv5 and DNS node lists, opens RLPx sessions
 and speaks eth and snap. Its window shows peers, messages, the Kademlia table
 and why a node is no peer. It stores no chain.
 .
 enodeck-headless is the same program without a window, with systemd units.
`;
}

/**
 * Packs the tree. Its folder DEBIAN exists only during the call.
 * @returns {string} the file
 */
export function makeDeb({ root, tree, output, version, maintainer, compression }) {
  const architecture = ARCHITECTURES[process.arch];
  const control = join(tree, 'DEBIAN');
  const scripts = join(root, 'build/linux/deb');
  const file = join(output, `enodeck_${version}_${architecture}.deb`);
  const installedKilobytes = kilobytesOf(tree);
  mkdirSync(control);
  try {
    writeFileSync(
      join(control, 'control'),
      controlFile({ version, architecture, installedKilobytes, maintainer }),
    );
    for (const name of readdirSync(scripts)) {
      cpSync(join(scripts, name), join(control, name));
      chmodSync(join(control, name), 0o755);
    }
    run('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${compression.xz}`, '--build', tree, file]);
  } finally {
    rmSync(control, { recursive: true, force: true });
  }
  return file;
}
