import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  createUpdateFeed,
  installKind,
  type InstallFacts,
  type InstallKind,
} from '../../../src-main/desktop/update-feed.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const facts = (change: Partial<InstallFacts>): InstallFacts => ({
  packaged: true,
  platform: 'linux',
  environment: {},
  executable: '/opt/Enodeck/enodeck',
  resource: (name) => ({ 'app-update.yml': 'provider: github' })[name],
  ...change,
});

const IMAGE = { APPIMAGE: '/home/u/Enodeck.AppImage', APPDIR: '/tmp/.mount_x' };

describe('the kind of installation', () => {
  test.each([
    ['a working copy', { packaged: false }, { off: 'not-installed' }],
    ['a package without a feed', { resource: () => undefined }, { off: 'no-feed' }],
    ['an AppImage', { environment: IMAGE, executable: '/tmp/.mount_x/enodeck' }, { kind: 'appimage' }],
    [
      'a .deb that is started from a terminal of an AppImage',
      { environment: IMAGE },
      { off: 'not-replaceable' },
    ],
    ['a .deb, an .rpm or an archive', {}, { off: 'not-replaceable' }],
    ['the installer of Windows', { platform: 'win32' }, { kind: 'nsis' }],
    [
      'the portable program of Windows',
      { platform: 'win32', environment: { PORTABLE_EXECUTABLE_FILE: 'C:\\enodeck.exe' } },
      { off: 'not-replaceable' },
    ],
    ['macOS', { platform: 'darwin' }, { kind: 'mac' }],
  ] as const)('%s', (_name, change, expected) => {
    expect(installKind(facts(change))).toEqual(expected);
  });
});

class FakeUpdater extends EventEmitter {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  allowDowngrade = true;
  allowPrerelease = true;
  logger: unknown = console;
  answer: unknown = null;
  installError: Error | undefined;
  readonly installs: boolean[][] = [];
  tokens: unknown[] = [];

  async checkForUpdates() {
    return this.answer;
  }

  async downloadUpdate(token: unknown) {
    this.tokens.push(token);
    this.emit('download-progress', { transferred: 5, total: 10 });
    return ['/cache/update'];
  }

  quitAndInstall(...args: boolean[]) {
    this.installs.push(args);
    if (this.installError !== undefined) this.emit('error', this.installError);
  }
}

function open(kind: InstallKind = 'appimage') {
  const updater = new FakeUpdater();
  const token = { cancelled: false, cancel: () => (token.cancelled = true) };
  const feed = createUpdateFeed(updater as never, () => token as never, kind, silentLogger);
  return { updater, feed, token };
}

const found = (files: readonly object[], version = '2.0.0', isUpdateAvailable = true) => ({
  isUpdateAvailable,
  updateInfo: { version, files },
});

describe('the feed', () => {
  test('switches off what electron-updater does by itself', () => {
    const { updater } = open();
    expect(updater).toMatchObject({
      autoDownload: false,
      autoInstallOnAppQuit: false,
      allowDowngrade: false,
      allowPrerelease: false,
    });
  });

  test('names the version and the size of the file for this installation', async () => {
    const files = [
      { url: 'enodeck-2.0.0-win-x64-setup.exe', size: 90 },
      { url: 'enodeck-2.0.0-linux-x86_64.AppImage', size: 110 },
    ];
    for (const [kind, bytes] of [['appimage', 110] as const, ['nsis', 90] as const, ['mac', null] as const]) {
      const { updater, feed } = open(kind);
      updater.answer = found(files);
      await expect(feed.check()).resolves.toEqual({ version: '2.0.0', bytes });
    }
  });

  test('bounds the version, and takes no size that is not a number of bytes', async () => {
    const { updater, feed } = open();
    updater.answer = found([{ url: 'a.AppImage', size: -1 }], '9'.repeat(1_000));
    await expect(feed.check()).resolves.toEqual({ version: '9'.repeat(64), bytes: null });
  });

  test('has no version when this one is the newest, and fails when electron-updater is not active', async () => {
    const { updater, feed } = open();
    updater.answer = found([], '2.0.0', false);
    await expect(feed.check()).resolves.toBeNull();
    updater.answer = null;
    await expect(feed.check()).rejects.toThrow('does not support');
  });

  test('reports the progress of a download, which can be cancelled', async () => {
    const { updater, feed, token } = open();
    const reports: number[][] = [];
    const { done, cancel } = feed.download((...report) => reports.push(report));
    await done;
    expect(reports).toEqual([[5, 10]]);
    expect(updater.tokens).toEqual([token]);
    cancel();
    expect(token.cancelled).toBe(true);
  });

  test('starts the new version after the installation, and throws an error that comes as an event', () => {
    const { updater, feed } = open();
    feed.install();
    expect(updater.installs).toEqual([[false, true]]);
    updater.installError = new Error('no right');
    expect(() => feed.install()).toThrow('no right');
  });
});
