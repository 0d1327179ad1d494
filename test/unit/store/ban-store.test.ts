import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { Database } from '../../../src-main/store/database.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: Database;

const ban = (ip: string, createdAt: number): Ban => ({
  id: `ip:${ip}`,
  target: { kind: 'ip', value: ip },
  reason: 'noise',
  offence: null,
  by: 'user',
  createdAt,
  until: null,
  name: null,
});

beforeEach(async () => {
  folder = await temporaryFolder();
  database = await Database.open(join(folder.path, 'db'));
});

afterEach(async () => {
  await database.close();
  await folder.remove();
});

describe('bans in the database', () => {
  it('are loaded after a restart, in the order of their creation', async () => {
    const store = new BanDatabase(database, silentLogger);
    for (const [index, ip] of ['192.0.2.9', '192.0.2.1', '192.0.2.5'].entries())
      await store.put(ban(ip, index));
    await store.remove(['ip:192.0.2.1', 'ip:192.0.2.77']);
    await database.close();
    database = await Database.open(join(folder.path, 'db'));
    const again = new BanDatabase(database, silentLogger);
    expect(await again.load()).toEqual([ban('192.0.2.9', 0), ban('192.0.2.5', 2)]);
  });

  it('are removed when they are invalid', async () => {
    const { id, ...value } = ban('192.0.2.1', 1);
    await database.write([
      { level: 'bans', key: id, value: JSON.stringify(value) },
      { level: 'bans', key: 'ip:192.0.2.2', value: JSON.stringify(value) },
      { level: 'bans', key: 'ip:192.0.2.3', value: '{"target":' },
      { level: 'bans', key: 'ip:192.0.2.4', value: JSON.stringify({ ...value, by: 'nobody' }) },
    ]);
    const store = new BanDatabase(database, silentLogger);
    expect(await store.load()).toEqual([ban('192.0.2.1', 1)]);
    expect(await database.get('bans', 'ip:192.0.2.3')).toBeUndefined();
  });
});
