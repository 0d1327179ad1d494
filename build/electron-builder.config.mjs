import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUSES } from './package/fuses.mjs';
import { writeNotices } from './package/notices.mjs';

/*
 * The configuration of electron-builder for all systems: `npm run package`. For .deb, .rpm and .tar.gz it makes the folder
 * only, which `npm run package:linux` puts into them, with enodeck-headless and the systemd units.
 */

const root = join(import.meta.dirname, '..');

/** The identifier on macOS and Windows; the AppStream component has the same one. */
export const APP_ID = 'org.enodeck.enodeck';

/** Packages need an address; reports go to the repository's page (SECURITY.md), so this one has no mailbox. */
export const MAINTAINER = 'The Enodeck authors <maintainers@enodeck.invalid>';

/** The program's files: the build, and the icons that it shows. */
const OWN_FILES = [
  'out/{main,preload,renderer}/**',
  'build/icons/linux/256x256.png',
  'build/icons/tray/*.{png,ico}',
];

/** Files of packages that are for their developers. electron-builder adds the run-time dependencies themselves. */
const DEVELOPMENT_FILES = [
  '!**/node_modules/**/{test,tests,__tests__,doc,docs,example,examples,bench,benchmark,benchmarks,coverage}/**',
  '!**/node_modules/**/{CHANGELOG,HISTORY,UPGRADING,SECURITY,CONTRIBUTING,API,README}*',
  '!**/node_modules/**/*.{map,md,markdown,bnf,ts,mts,cts,flow,tsbuildinfo,gyp,gypi,c,cc,cpp,h,hpp,o,a}',
  '!**/node_modules/{classic-level,secp256k1}/{deps,src}/**',
  '!**/node_modules/{.*,**/.*}',
];

/** What is packed, with only those native modules of the folders `prebuilds` whose folder matches `kept`. */
const packedFiles = (kept) => [
  ...OWN_FILES,
  ...DEVELOPMENT_FILES,
  `!**/node_modules/*/prebuilds/!(${kept})/**`,
];

/**
 * The repository on GitHub that releases are published on: from the variable of GitHub's workflows, else from the remote
 * `origin`. Undefined if there is none; then packages have no update feed.
 */
export function findRepository(environment = process.env, remote = readRemote) {
  const named = /^([\w.-]+)\/([\w.-]+)$/.exec(environment.GITHUB_REPOSITORY ?? '');
  const match = named ?? /github\.com[:/]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(remote());
  return match === null ? undefined : { owner: match[1], repo: match[2] };
}

function readRemote() {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/** Reads a desktop file: the entry, and the actions by name. */
function readDesktopFile(text) {
  const groups = {};
  let group;
  for (const line of text.split('\n')) {
    const title = /^\[(.+)\]$/.exec(line)?.[1];
    if (title !== undefined) group = groups[title] = {};
    const pair = /^(\w+)=(.*)$/.exec(line);
    if (pair !== null) group[pair[1]] = pair[2];
  }
  const actions = Object.entries(groups).filter(([name]) => name.startsWith('Desktop Action '));
  return {
    entry: groups['Desktop Entry'],
    actions: Object.fromEntries(actions.map(([name, keys]) => [name.slice('Desktop Action '.length), keys])),
  };
}

const desktopFile = readDesktopFile(readFileSync(join(root, 'build/linux/enodeck.desktop'), 'utf8'));
const { MimeType: mimeTypes, Categories: category, Comment: comment, ...entry } = desktopFile.entry;
// electron-builder writes this key with the installed path.
delete entry.Exec;

/** Files that the window opens. Enodeck offers itself for JSON and TOML, and does not become their default. */
const FILE_TYPES = [
  { ext: 'jsonl', name: 'Enodeck recording', role: 'Viewer', rank: 'Alternate' },
  { ext: 'json', name: 'Ethereum node list', role: 'Viewer', rank: 'Alternate' },
  { ext: 'toml', name: 'geth configuration', role: 'Viewer', rank: 'Alternate' },
];

/** Written before each package is made. */
const NOTICES = 'dist/NOTICES.txt';

const repository = findRepository();

/** @type {import('electron-builder').Configuration} */
const config = {
  appId: APP_ID,
  productName: 'Enodeck',
  copyright: 'Copyright © 2026 The Enodeck authors',
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist', buildResources: 'build' },
  asar: true,
  // The system loads a native module from a file of its own.
  asarUnpack: ['**/*.node'],
  // All native modules are N-API prebuilds.
  npmRebuild: false,
  electronFuses: FUSES,
  beforePack: () => writeNotices(root, join(root, NOTICES)),
  extraResources: [{ from: NOTICES, to: 'NOTICES.txt' }],
  // The window has English texts only.
  electronLanguages: ['en', 'en-US'],
  protocols: [{ name: 'Ethereum node', schemes: ['enode', 'enr'] }],
  publish: repository === undefined ? null : [{ provider: 'github', ...repository, releaseType: 'draft' }],
  linux: {
    target: ['AppImage'],
    executableName: 'enodeck',
    syncDesktopName: true,
    icon: 'build/icons/linux',
    category,
    description: comment,
    synopsis: 'Node of Ethereum’s peer-to-peer network',
    maintainer: MAINTAINER,
    mimeTypes: mimeTypes.split(';').filter((type) => type !== '' && !type.startsWith('x-scheme-handler/')),
    desktop: { entry, desktopActions: desktopFile.actions },
    // Electron needs glibc.
    files: [...packedFiles('linux-${arch}'), '!**/*.musl.node'],
  },
  mac: {
    target: [
      { target: 'dmg', arch: 'universal' },
      { target: 'zip', arch: 'universal' },
    ],
    icon: 'build/icons/enodeck.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    fileAssociations: FILE_TYPES,
    // Prebuilds of one architecture, which both halves of the universal application contain unchanged.
    x64ArchFiles: '**/*.node',
    files: packedFiles('darwin-*'),
  },
  win: {
    target: [
      { target: 'nsis', arch: ['x64'] },
      { target: 'portable', arch: ['x64'] },
    ],
    icon: 'build/icons/enodeck.ico',
    // Windows makes an installed type the default, so JSON and TOML are left out.
    fileAssociations: FILE_TYPES.filter(({ ext }) => ext === 'jsonl'),
    files: packedFiles('win32-${arch}'),
  },
  // Both are .exe files, so they need different names.
  nsis: {
    artifactName: '${name}-${version}-${os}-${arch}-setup.${ext}',
    oneClick: true,
    perMachine: false,
    deleteAppDataOnUninstall: false,
  },
  portable: { artifactName: '${name}-${version}-${os}-${arch}-portable.${ext}' },
};

export default config;
