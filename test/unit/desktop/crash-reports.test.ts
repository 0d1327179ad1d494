import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { CrashReports, MAX_CRASH_REPORTS } from '../../../src-main/desktop/crash-reports.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

let root: string;
let runs = 0;
beforeEach(async () => {
  runs += 1;
  root = join(folder.path, String(runs));
  await mkdir(join(root, 'completed'), { recursive: true });
  await mkdir(join(root, 'pending'));
});

async function report(place: string, minute: number): Promise<void> {
  const path = join(root, place);
  await writeFile(path, 'MDMP');
  await utimes(path, minute * 60, minute * 60);
}

describe('crash reports', () => {
  test('are listed from all folders of the reporter, newest first', async () => {
    await report('completed/a.dmp', 1);
    await report('pending/b.dmp', 2);
    await writeFile(join(root, 'pending/b.meta'), '');
    expect(await new CrashReports(root).list()).toEqual([
      { name: 'b.dmp', bytes: 4, at: 120_000 },
      { name: 'a.dmp', bytes: 4, at: 60_000 },
    ]);
  });

  test('are those of Windows too, and none that is being written', async () => {
    await mkdir(join(root, 'reports'));
    await mkdir(join(root, 'new'));
    await report('reports/a.dmp', 1);
    await report('new/b.dmp', 2);
    expect((await new CrashReports(root).list()).map(({ name }) => name)).toEqual(['a.dmp']);
  });

  test('are bounded in number: the oldest are removed', async () => {
    for (let n = 0; n < 9; n++) await report(`pending/r${String(n)}.dmp`, n);
    const reports = new CrashReports(root);
    expect(await reports.list()).toHaveLength(MAX_CRASH_REPORTS);
    await reports.prune();
    expect((await readdir(join(root, 'pending'))).sort()).toEqual([
      'r4.dmp',
      'r5.dmp',
      'r6.dmp',
      'r7.dmp',
      'r8.dmp',
    ]);
  });

  test('are handed out by their name only', async () => {
    await report('pending/a.dmp', 1);
    await writeFile(join(root, 'settings.dat'), 'x');
    const reports = new CrashReports(root);
    expect(await reports.read('a.dmp')).toHaveLength(4);
    for (const name of ['b.dmp', '../a.dmp', 'pending/a.dmp', 'settings.dat'])
      await expect(reports.read(name)).rejects.toMatchObject({ code: 'not-found' });
  });

  test.skipIf(process.platform === 'win32')('that are no files are left out', async () => {
    await mkdir(join(root, 'pending/folder.dmp'));
    await symlink('/dev/zero', join(root, 'pending/device.dmp'));
    const reports = new CrashReports(root);
    expect(await reports.list()).toEqual([]);
    await expect(reports.read('device.dmp')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('of a folder that is missing are none', async () => {
    const reports = new CrashReports(join(root, 'none'));
    expect(await reports.list()).toEqual([]);
    await reports.prune();
  });
});
