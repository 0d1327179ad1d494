import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../../src-main/store/data-folder.ts';
import { Database } from '../../../src-main/store/database.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('the data folder', () => {
  it('is created when it is missing, and locked by one process', async () => {
    const path = join(folder.path, 'deep', 'data');
    const first = await openDataFolder(path);
    expect(await readdir(path)).toEqual(['database']);
    await expect(openDataFolder(path)).rejects.toMatchObject({
      code: 'folder-in-use',
      message: `Another process uses the data folder ${path}.`,
    });
    await first.close();
    const second = await openDataFolder(path);
    await second.close();
  });

  it('is refused when it is a file, or below one', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await expect(openDataFolder(file)).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(openDataFolder(join(file, 'data'))).rejects.toMatchObject({ code: 'not-a-folder' });
  });

  it('may have its database elsewhere, and is locked by one process nevertheless', async () => {
    const [path, place] = [join(folder.path, 'data'), join(folder.path, 'deep', 'nodes')];
    const first = await openDataFolder(path, { databaseFolder: place });
    expect(first.paths.database).toBe(place);
    expect(await readdir(place)).toContain('CURRENT');
    await expect(openDataFolder(path, { databaseFolder: join(folder.path, 'other') })).rejects.toMatchObject({
      code: 'folder-in-use',
      message: `Another process uses the data folder ${path}.`,
    });
    await expect(openDataFolder(join(folder.path, 'data2'), { databaseFolder: place })).rejects.toMatchObject(
      {
        code: 'folder-in-use',
        message: expect.stringContaining(place) as string,
      },
    );
    await first.close();
    await (await openDataFolder(join(folder.path, 'data2'), { databaseFolder: place })).close();
  });

  it('is refused when the database elsewhere belongs to another program', async () => {
    const place = join(folder.path, 'geth');
    const theirs = new Level(place);
    await theirs.put('n:1', 'x');
    await theirs.close();
    await expect(openDataFolder(join(folder.path, 'data'), { databaseFolder: place })).rejects.toMatchObject({
      code: 'database-foreign',
      message: expect.stringContaining('choose another folder') as string,
    });
    const again = new Level(place);
    expect(await again.keys().all()).toEqual(['n:1']);
    await again.close();
  });

  it.runIf(process.platform === 'linux')('is refused without write permission', async () => {
    await expect(openDataFolder('/sys/enodeck')).rejects.toMatchObject({ code: 'not-writable' });
  });
});

describe('the database', () => {
  const open = (version: number, migrations = {}): Promise<Database> =>
    Database.open(join(folder.path, 'db'), { version, migrations });

  it('is migrated step by step', async () => {
    const old = await open(1);
    await old.write([{ level: 'nodes', key: 'a', value: '1' }]);
    await old.close();
    const steps: number[] = [];
    const step = (from: number) => async (database: Database) => {
      steps.push(from);
      await database.write([{ level: 'nodes', key: 'a', value: String(from + 1) }]);
    };
    const current = await open(3, { 1: step(1), 2: step(2) });
    expect(steps).toEqual([1, 2]);
    expect(await current.get('nodes', 'a')).toBe('3');
    await current.close();
    await (await open(3)).close();
  });

  it('of a newer version is refused and not changed', async () => {
    await (await open(7)).close();
    await expect(open(1)).rejects.toMatchObject({ code: 'newer-schema' });
    await expect(open(8)).rejects.toMatchObject({ code: 'newer-schema' });
    await (await open(7)).close();
  });

  it('is recovered when it is damaged', async () => {
    const database = await open(1);
    await database.write([{ level: 'nodes', key: 'a', value: '1' }]);
    await database.close();
    await writeFile(join(folder.path, 'db', 'CURRENT'), 'MANIFEST-9999');
    const repaired = await open(1);
    expect(await repaired.get('nodes', 'a')).toBe('1');
    await repaired.close();
  });
});
