import { describe, expect, it } from 'vitest';
import { DnsCacheStore } from '../../../src-main/store/dns-cache.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const URL = `enrtree://${'A'.repeat(53)}@a.example.org`;
const OTHER = `enrtree://${'B'.repeat(53)}@b.example.org`;
const NAME = 'A'.repeat(26);

const db = databaseOfTest();
const clock = new VirtualClock();
const open = (): Promise<DnsCacheStore> =>
  DnsCacheStore.open({ database: db.current, clock, logger: silentLogger });

describe('DNS node lists in the database', () => {
  it('are loaded after a restart, without removed entries', async () => {
    const store = await open();
    store.setRoot(URL, 'root');
    store.setRoot(OTHER, 'other root');
    store.setEntry(NAME, 'text');
    store.setEntry('B'.repeat(26), 'other text');
    expect(store.entry(NAME)).toBe('text');
    store.retain(new Set([URL]), new Set([NAME]));
    await store.close();
    await db.reopen();
    const again = await open();
    expect([again.root(URL), again.root(OTHER)]).toEqual(['root', undefined]);
    expect([again.entry(NAME), again.entry('B'.repeat(26))]).toEqual(['text', undefined]);
    await again.close();
  });

  it('are removed when they are invalid', async () => {
    const value = 'x'.repeat(1_025);
    const keys = ['entry!short', 'root!http://a', 'nothing', `entry!${NAME}!`];
    await db.current.write([
      ...keys.map((key) => ({ level: 'dns' as const, key, value: 'x' })),
      { level: 'dns', key: `entry!${NAME}`, value },
    ]);
    const store = await open();
    store.setEntry('B'.repeat(26), value);
    store.setRoot('enrtree://x', 'y');
    await store.close();
    const left: string[] = [];
    for await (const key of db.current.keys('dns')) left.push(key);
    expect(left).toEqual([]);
  });

  it('are bounded: the oldest entry is evicted', async () => {
    const store = await open();
    const nameOf = (at: number): string =>
      at
        .toString(26)
        .padStart(26, '0')
        .replace(/[0-9a-p]/g, (digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[parseInt(digit, 26)]!);
    for (let at = 0; at <= 40_000; at++) store.setEntry(nameOf(at), 'x');
    expect([store.entry(nameOf(0)), store.entry(nameOf(1))]).toEqual([undefined, 'x']);
    for (let at = 0; at < 17; at++) store.setRoot(`${URL}${String(at)}`, 'x');
    expect([store.root(`${URL}0`), store.root(`${URL}1`)]).toEqual([undefined, 'x']);
    await store.close();
  });

  it('are written later after a failed write, and leave no timer', async () => {
    const store = await open();
    const write = db.current.write.bind(db.current);
    db.current.write = () => Promise.reject(new Error('disk full'));
    store.setEntry(NAME, 'text');
    await clock.settle();
    expect(clock.pendingTimers).toBe(1);
    db.current.write = write;
    await clock.advance(30_000);
    await store.close();
    expect(clock.pendingTimers).toBe(0);
    expect(await db.current.get('dns', `entry!${NAME}`)).toBe('text');
  });
});
