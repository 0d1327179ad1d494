import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  autostartItem,
  loginCommand,
  systemLoginItem,
  type CommandFacts,
} from '../../../src-main/desktop/login-item.ts';
import { replaceFile } from '../../../src-main/store/replace-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const INSTALLED: CommandFacts = {
  ...{ isPackaged: true, executable: '/opt/Enodeck/enodeck', appPath: '/opt/Enodeck/resources/app.asar' },
  ...{ environment: {}, dataFolder: undefined, noSandbox: false },
};

describe('the command of the login item', () => {
  test('is the installed program, hidden, with the data folder of this run', () => {
    expect(loginCommand(INSTALLED)).toEqual(['/opt/Enodeck/enodeck', '--hidden']);
    expect(loginCommand({ ...INSTALLED, dataFolder: '/data' })).toEqual([
      ...['/opt/Enodeck/enodeck', '--hidden', '--datadir', '/data'],
    ]);
    expect(loginCommand({ ...INSTALLED, isPackaged: false, noSandbox: true, appPath: '/src' })).toEqual([
      ...['/opt/Enodeck/enodeck', '/src', '--no-sandbox', '--hidden'],
    ]);
  });

  test('is the file that the user has started, of an AppImage', () => {
    const environment = { APPIMAGE: '/home/a/Enodeck.AppImage', APPDIR: '/tmp/.mount_x' };
    const facts = { ...INSTALLED, environment, executable: '/tmp/.mount_x/enodeck' };
    expect(loginCommand(facts)).toEqual(['/home/a/Enodeck.AppImage', '--hidden']);
  });
});

describe('the autostart file of Linux', () => {
  const command = ['/opt/En odeck/enodeck', '--hidden'] as const;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, 'autostart', 'enodeck.desktop');
  });
  afterEach(() => folder.remove());
  const item = () => autostartItem({ XDG_CONFIG_HOME: folder.path }, command, replaceFile);

  test('is written, read and removed', async () => {
    expect(await item().read()).toEqual({ state: 'off', note: null });
    await item().set(true);
    expect(await readFile(file, 'utf8')).toContain('\nExec="/opt/En odeck/enodeck" "--hidden"\n');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await item().read()).toEqual({ state: 'on', note: null });
    await item().set(false);
    expect(existsSync(file)).toBe(false);
    expect(await item().read()).toEqual({ state: 'off', note: null });
    await item().set(false);
  });

  test('shows what the user changed in the desktop’s own settings, and another copy', async () => {
    await item().set(true);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('enabled=true', 'enabled=false'));
    expect(await item().read()).toEqual({ state: 'off', note: null });
    await writeFile(file, text.replace('/opt/En odeck', '/home/a\u202e'));
    expect(await item().read()).toEqual({
      state: 'on',
      note: { kind: 'other-copy', command: '"/home/a /enodeck" "--hidden"' },
    });
    await item().set(true);
    expect(await item().read()).toEqual({ state: 'on', note: null });
  });

  test('that is no file is said, and no other file is changed', async () => {
    await mkdir(file, { recursive: true });
    expect(await item().read()).toMatchObject({ state: 'unavailable', note: { kind: 'unreadable' } });
    await expect(item().set(true)).rejects.toThrow();
    await expect(item().set(false)).rejects.toThrow();
    const other = autostartItem({ XDG_CONFIG_HOME: join(folder.path, 'b') }, command, replaceFile);
    await writeFile(join(folder.path, 'target'), 'mine');
    await mkdir(join(folder.path, 'b', 'autostart'), { recursive: true });
    await symlink(join(folder.path, 'target'), join(folder.path, 'b', 'autostart', 'enodeck.desktop'));
    await other.set(false);
    expect(await readFile(join(folder.path, 'target'), 'utf8')).toBe('mine');
  });
});

describe('the login item of macOS and Windows', () => {
  test('is set and read with the program and its arguments on Windows, and without on macOS', async () => {
    const calls: object[] = [];
    const app = {
      getLoginItemSettings: (options: object) => {
        calls.push({ get: options });
        return {
          openAtLogin: true,
          executableWillLaunchAtLogin: false,
          status: 'requires-approval',
        } as never;
      },
      setLoginItemSettings: (settings: object) => {
        calls.push({ set: settings });
      },
    };
    const windows = systemLoginItem(app, 'win32', ['C:\\e.exe', '--hidden']);
    await windows.set(true);
    await windows.read();
    const mac = systemLoginItem(app, 'darwin', ['/a', '--hidden']);
    await mac.set(false);
    expect(await mac.read()).toEqual({ state: 'on', note: { kind: 'needs-approval' } });
    expect(calls).toEqual([
      { set: { path: 'C:\\e.exe', args: ['--hidden'], openAtLogin: true } },
      { get: { path: 'C:\\e.exe', args: ['--hidden'] } },
      { set: { openAtLogin: false } },
      { get: {} },
    ]);
  });
});
