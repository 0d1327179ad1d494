import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createDesktopControl, keepCrashReports } from '../../../src-main/desktop/desktop-control.ts';
import { OpenedFiles } from '../../../src-main/desktop/opened-file.ts';
import { PageCommands } from '../../../src-main/desktop/page-commands.ts';
import { FakeDesktop } from '../../support/fake-desktop.ts';
import { FakeBackend } from '../../support/fake-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

function control(backend?: FakeBackend, refusal?: string) {
  const commands = new PageCommands();
  const fake = new FakeDesktop(commands);
  const desktop = createDesktopControl({
    ...{ commands, files: new OpenedFiles(), updates: fake.updates, now: () => 1 },
    restarter: fake,
    theme: { choose: (theme) => (fake.theme = theme) },
    app: { isPackaged: false, getPath: () => folder.path },
    process: {
      versions: { electron: '45.4.1', chrome: '148.0.1.2', node: '24.1.0' },
      ...{ platform: 'linux', arch: 'x64', execPath: join(folder.path, 'none'), resourcesPath: folder.path },
    },
    presence: () => undefined,
    refusal: () => refusal,
    program: () => (backend === undefined ? undefined : { backend, pageUrl: undefined }),
  });
  return { commands, desktop, fake, restarts: fake.restarts };
}

describe('what the desktop window offers', () => {
  test('are the commands that the page has not taken', () => {
    const { commands, desktop } = control();
    commands.send({ kind: 'run', command: 'about' });
    expect(desktop.pending()).toHaveLength(1);
    desktop.taken(1);
    expect(desktop.pending()).toEqual([]);
  });

  test('includes a restart of the program', () => {
    const { desktop, restarts } = control();
    desktop.restart('same');
    expect(restarts).toEqual(['same']);
  });

  test('includes the theme of the application', () => {
    const { desktop, fake } = control();
    desktop.chooseTheme('light');
    expect(fake.theme).toBe('light');
  });

  test('has a status, and no start at login, until the program is constructed', () => {
    const { desktop } = control();
    expect(desktop.status()).toMatchObject({ hasTray: false, stopping: null });
    expect(() => desktop.startAtLogin(true)).toThrow(/desktop application/);
  });

  test('is a report once the node’s data is open', async () => {
    await expect(control().desktop.problemReport(false)).rejects.toMatchObject({ code: 'not-running' });
    const files = await control(new FakeBackend()).desktop.problemReport(false);
    expect(files.map(({ name }) => name)).toContain('log.txt');
  });

  test('is a report with the reason after a start that was refused', async () => {
    const files = await control(
      undefined,
      `The folder ${homedir()}/x is in use by 192.0.2.7.`,
    ).desktop.problemReport(false);
    expect(files.map(({ name }) => name)).toEqual(['readme.txt', 'versions.json', 'start.txt']);
    expect(files[0]?.text).toContain('start.txt');
    expect(files[2]?.text).toBe('The folder ~/x is in use by [ip-1].\n');
  });

  test('are the crash reports of the folder', async () => {
    await mkdir(join(folder.path, 'pending'), { recursive: true });
    await writeFile(join(folder.path, 'pending', 'a.dmp'), 'MDMP');
    const { desktop } = control();
    expect(await desktop.crashReports()).toMatchObject([{ name: 'a.dmp', bytes: 4 }]);
    expect(await desktop.crashReport('a.dmp')).toHaveLength(4);
  });
});

test('crash reports are written below the data folder, and nothing uploads them', () => {
  const calls: unknown[][] = [];
  keepCrashReports(
    { setPath: (...args: unknown[]) => calls.push(args) },
    { start: (options: unknown) => calls.push([options]) },
    '/data/desktop',
  );
  expect(calls).toEqual([
    ['crashDumps', join('/data/desktop', 'crash-reports')],
    [{ uploadToServer: false }],
  ]);
});
