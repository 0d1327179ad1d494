/*
 * The requirements of the part `installed`: the .deb of this build, the .rpm too where rpmbuild is, and a root folder to
 * install them into. A new Debian by debootstrap; where there is none, this machine, unless Enodeck is installed on it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onPath } from './find-program.mjs';

const project = resolve(import.meta.dirname, '..');
const DIST = join(project, 'dist');

/** Debian release of the new root: the oldest whose libraries Electron supports. */
const RELEASE = 'bookworm';
const MIRROR = 'http://deb.debian.org/debian';

/** What programs need besides the devices of debootstrap; in a mount namespace of its own, so that nothing stays mounted. */
const MOUNTS = `set -e
mount -t tmpfs tmpfs "$ENODECK_ROOT/dev/shm"
mount -t proc proc "$ENODECK_ROOT/proc"
exec "$@"`;

/** @returns {string | undefined} why an installation cannot be tried here */
function obstacle() {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid() !== 0) return 'only root can install a package';
  const missing = ['dpkg-deb', 'apt-get', 'chroot', 'unshare'].find((name) => onPath(name) === undefined);
  return missing === undefined ? undefined : `${missing} is not installed`;
}

/** Paths of the packages of this format in dist/. */
const packagesOf = (format) =>
  existsSync(DIST)
    ? readdirSync(DIST)
        .filter((name) => name.endsWith(`.${format}`))
        .map((name) => join(DIST, name))
    : [];

/**
 * Packs the build, after the removal of older packages.
 * @returns {{ deb?: string, rpm?: string }} the files
 */
function pack() {
  for (const file of [...packagesOf('deb'), ...packagesOf('rpm')]) rmSync(file);
  const formats = onPath('rpmbuild') === undefined ? 'deb' : 'deb,rpm';
  const script = join(project, 'build/package/linux.mjs');
  const { status } = spawnSync(process.execPath, [script, `--only=${formats}`, '--fast'], {
    cwd: project,
    stdio: 'inherit',
  });
  if (status !== 0) return {};
  return { deb: packagesOf('deb')[0], rpm: packagesOf('rpm')[0] };
}

/** A new Debian in a temporary folder. */
function newRoot() {
  if (onPath('debootstrap') === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'enodeck-root-'));
  const { status, stdout, stderr } = spawnSync(
    'debootstrap',
    ['--variant=minbase', '--include=ca-certificates', RELEASE, root, MIRROR],
    { encoding: 'utf8', timeout: 300_000 },
  );
  // The user of the tests enters it too; a temporary folder is for its owner only.
  chmodSync(root, 0o755);
  if (status === 0) return root;
  console.error(`debootstrap failed:\n${(stdout + stderr).split('\n').slice(-5).join('\n')}`);
  rmSync(root, { recursive: true, force: true });
  return undefined;
}

/** Whether the root can be booted as a container, which not every CI machine permits. */
function canBoot(root) {
  const { status, error, stderr } = spawnSync(
    'systemd-nspawn',
    [
      ...['--quiet', '--directory', root, '--private-network', '--register=no', '--keep-unit', '--pipe'],
      'true',
    ],
    { encoding: 'utf8', timeout: 20_000 },
  );
  if (status !== 0) console.error(`The service is not tested: ${error?.message ?? stderr.trim()}`);
  return status === 0;
}

const isInstalledHere = () => spawnSync('dpkg', ['-s', 'enodeck'], { stdio: 'ignore' }).status === 0;

/**
 * Packs the built product and makes the root.
 * @returns {string | { wrap: string[], env: Record<string, string>, remove: () => void }} why it cannot be done, or the
 *   command and variables for the tests
 */
export function prepareInstall() {
  const reason = obstacle();
  if (reason !== undefined) return reason;
  const { deb, rpm } = pack();
  if (deb === undefined) return 'the .deb cannot be made';
  const root = newRoot();
  if (root === undefined) {
    if (isInstalledHere()) return 'there is no new root, and Enodeck is installed on this machine';
    console.error('No new root: installing onto this machine.');
    return { wrap: [], env: { ENODECK_DEB: deb, ENODECK_ROOT: '/' }, remove: () => undefined };
  }
  const boots = canBoot(root);
  if (boots && rpm === undefined) console.error('The .rpm is not tested: rpmbuild is not installed.');
  return {
    wrap: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', MOUNTS, 'sh'],
    env: {
      ENODECK_DEB: deb,
      ENODECK_ROOT: root,
      ...(boots ? { ENODECK_BOOT: '1' } : {}),
      ...(boots && rpm !== undefined ? { ENODECK_RPM: rpm } : {}),
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
