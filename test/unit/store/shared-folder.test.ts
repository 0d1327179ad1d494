import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { keptCopies } from '../../../src-main/store/database-recovery.ts';
import { copyFolder, GOOD_DATABASE } from '../../support/database-copy.ts';
import { banOf } from '../../support/saved-bans.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let place: string;
let open: Database | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  place = join(folder.path, 'database');
  await copyFolder(GOOD_DATABASE, place);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await open?.close();
  open = undefined;
  await folder.remove();
});

const ALL = ['192.0.2.7', '192.0.2.8', '192.0.2.9'];
const file = (name: string): string => join(place, name);

async function bansOf(database: Database): Promise<string[]> {
  return (await new BanDatabase(database, silentLogger).load()).map(({ target }) => target.value);
}

describe('the recovery of a database in a folder with other files', () => {
  it('does not move the other files', async () => {
    await rm(file('CURRENT'));
    for (const name of ['nodekey', 'settings.json', 'notes.log', '000005.ldb.bak'])
      await writeFile(file(name), 'mine');
    await mkdir(file('logs'));
    for (let start = 0; start < 2; start++) {
      open = await Database.open(place);
      expect((await bansOf(open)).sort()).toEqual(ALL);
      await open.close();
    }
    const left = ['000005.ldb.bak', 'logs', 'nodekey', 'notes.log', 'settings.json'];
    expect((await readdir(place)).filter((name) => left.includes(name)).sort()).toEqual(left);
    expect(await keptCopies(place)).toHaveLength(1);
  });

  it('ignores an older copy of a table that the user has put there', async () => {
    const fresh = join(folder.path, 'fresh');
    open = await Database.open(fresh);
    await new BanDatabase(open, silentLogger).put(banOf('ab'.repeat(32), 1));
    const bans = await bansOf(open);
    await open.close();
    await copyFile(file('000005.ldb'), join(fresh, '000005.ldb.bak'));
    await rm(join(fresh, 'CURRENT'));
    open = await Database.open(fresh);
    expect(open.state.recovery).toBeDefined();
    expect(await bansOf(open)).toEqual(bans);
  });

  it('works without a usable temporary folder', async () => {
    await rm(file('CURRENT'));
    vi.stubEnv('TMPDIR', join(folder.path, 'missing'));
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect((await readdir(folder.path)).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it.runIf(process.platform !== 'win32')('moves a pipe in place of a log', async () => {
    execFileSync('mkfifo', [file('000099.log')]);
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(open.state.recovery?.damages.map(({ text }) => text)).toEqual(['000099.log is unreadable']);
  });
});

describe('a database of this program', () => {
  it('is recognized although its folder contains files of another engine', async () => {
    for (const name of ['OPTIONS-000003', 'IDENTITY', '000077.sst', 'marker.x'])
      await writeFile(file(name), 'x');
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
    expect(open.state.recovery).toBeUndefined();
  });

  it('is recognized although a table has the file name of older versions of LevelDB', async () => {
    await rename(file('000005.ldb'), file('000005.sst'));
    open = await Database.open(place);
    expect((await bansOf(open)).sort()).toEqual(ALL);
  });
});
