import { describe, expect, it } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { BanDatabase } from '../../../src-main/store/ban-store.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const db = databaseOfTest();

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

describe('bans in the database', () => {
  it('are loaded after a restart, in the order of their creation', async () => {
    const store = new BanDatabase(db.current, silentLogger);
    for (const [index, ip] of ['192.0.2.9', '192.0.2.1', '192.0.2.5'].entries())
      await store.put(ban(ip, index));
    await store.remove(['ip:192.0.2.1', 'ip:192.0.2.77']);
    await db.reopen();
    const again = new BanDatabase(db.current, silentLogger);
    expect(await again.load()).toEqual([ban('192.0.2.9', 0), ban('192.0.2.5', 2)]);
  });

  it('are removed when they are invalid', async () => {
    const { id, ...value } = ban('192.0.2.1', 1);
    await db.current.write([
      { level: 'bans', key: id, value: JSON.stringify(value) },
      { level: 'bans', key: 'ip:192.0.2.2', value: JSON.stringify(value) },
      { level: 'bans', key: 'ip:192.0.2.3', value: '{"target":' },
      { level: 'bans', key: 'ip:192.0.2.4', value: JSON.stringify({ ...value, by: 'nobody' }) },
    ]);
    const store = new BanDatabase(db.current, silentLogger);
    expect(await store.load()).toEqual([ban('192.0.2.1', 1)]);
    expect(await db.current.get('bans', 'ip:192.0.2.3')).toBeUndefined();
  });
});
