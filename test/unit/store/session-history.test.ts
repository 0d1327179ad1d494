import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../../shared/model/session.ts';
import { sessionKey, sessionKeyTime } from '../../../src-main/store/keys.ts';
import { sessionsToCsv, sessionsToJson } from '../../../src-main/store/session-export.ts';
import { SESSION_PRUNE_MS, SessionHistory } from '../../../src-main/store/session-history.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const db = databaseOfTest();
let clock: VirtualClock;

const DAY = 24 * 3_600_000;

const open = (count?: number): Promise<SessionHistory> =>
  SessionHistory.open({
    database: db.current,
    clock,
    logger: silentLogger,
    ...(count === undefined ? {} : { retention: { count, ageMs: 90 * DAY } }),
  });
const idOf = (number: number): string => number.toString(16).padStart(64, '0');

function session(number: number, parts: Partial<SessionRecord> = {}): Omit<SessionRecord, 'key'> {
  return {
    nodeId: idOf(number),
    name: `Geth/v1.15.${String(number)}`,
    label: null,
    ip: `10.0.0.${String(number % 250)}`,
    port: 30_303,
    direction: 'outbound',
    kind: 'dynamic',
    capabilities: ['eth/68', 'eth/69'],
    startedAt: clock.now() - 60_000,
    endedAt: clock.now() + number,
    code: 'too-many-peers',
    params: {},
    stage: 'hello',
    message: null,
    by: 'remote',
    disconnectReason: 'too many peers',
    bytesIn: 1_000,
    bytesOut: 2_000,
    reputation: 0,
    ...parts,
  };
}
const all = { before: null, limit: 100, text: '', node: null } as const;
async function* listed(...records: readonly Omit<SessionRecord, 'key'>[]): AsyncGenerator<SessionRecord> {
  for (const record of records) yield await Promise.resolve({ key: '', ...record });
}

beforeEach(() => {
  clock = new VirtualClock();
});
describe('the history of sessions', () => {
  it('keeps every field after a restart', async () => {
    const history = await open();
    const kept = session(7, { by: 'local', disconnectReason: null, kind: 'trusted', direction: 'inbound' });
    history.add(kept);
    await history.stop();
    await db.reopen();
    const again = await open();
    expect(again.total).toBe(1);
    const [{ key, ...record } = { key: '' }] = (await again.page(all)).records;
    expect(record).toEqual(kept);
    expect(sessionKeyTime(key)).toBe(kept.endedAt);
  });

  it('returns pages, newest first, until the last', async () => {
    const history = await open();
    for (let number = 0; number < 25; number++) history.add(session(number));
    const seen: string[] = [];
    let before: string | null = null;
    let pages = 0;
    do {
      const page = await history.page({ ...all, limit: 10, before });
      expect(page.total).toBe(25);
      seen.push(...page.records.map(({ nodeId }) => nodeId));
      before = page.next;
      pages++;
    } while (before !== null);
    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => idOf(24 - index)));
  });

  it('has no next page after a last page that is full', async () => {
    const history = await open();
    for (let number = 0; number < 10; number++) history.add(session(number));
    expect((await history.page({ ...all, limit: 10 })).next).toBeNull();
  });

  it('keeps sessions that ended at the same time', async () => {
    const history = await open();
    const endedAt = clock.now();
    for (let number = 0; number < 30; number++) history.add(session(1, { endedAt }));
    expect((await history.page(all)).records).toHaveLength(30);
  });

  it('finds text in name, address, ID and cause, in any case, with quotes', async () => {
    const history = await open();
    history.add(session(1, { name: 'Nethermind/"quoted"' }));
    history.add(session(2, { ip: '2001:db8::7' }));
    history.add(session(3, { code: 'wrong-network', message: 'The peer is on network 5' }));
    const find = async (text: string): Promise<number[]> =>
      (await history.page({ ...all, text })).records.map(({ nodeId }) => Number(`0x${nodeId}`));
    expect(await find('NETHERMIND')).toEqual([1]);
    expect(await find('"quoted"')).toEqual([1]);
    expect(await find('[2001:db8::7]:30303')).toEqual([2]);
    expect(await find('network 5')).toEqual([3]);
    expect(await find('wrong-network')).toEqual([3]);
    expect(await find(idOf(2))).toEqual([2]);
    expect(await find('bytesIn')).toEqual([]);
    expect(await find(' ')).toHaveLength(3);
  });

  it('finds the sessions of one node', async () => {
    const history = await open();
    for (let number = 0; number < 9; number++) history.add(session(number % 3));
    expect((await history.page({ ...all, node: idOf(2) })).records).toHaveLength(3);
    expect(await history.ofNode(idOf(2), 2)).toHaveLength(2);
  });

  it('removes hourly the oldest beyond the maximum number, and all that are too old', async () => {
    const history = await open(20);
    await history.start();
    for (let number = 0; number < 50; number++) history.add(session(number));
    await clock.advance(SESSION_PRUNE_MS);
    await history.prune();
    const page = await history.page(all);
    expect([page.total, page.records.length]).toEqual([20, 20]);
    expect(page.records.at(-1)?.nodeId).toBe(idOf(30));
    await clock.advance(90 * DAY);
    await history.prune();
    expect((await history.page(all)).total).toBe(0);
    await history.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('prunes at once when the settings keep less', async () => {
    const history = await open();
    for (let number = 0; number < 10; number++)
      history.add(session(number, { endedAt: clock.now() + number * DAY }));
    await history.setRetention({ count: 8, ageMs: 90 * DAY });
    expect(history.total).toBe(8);
    await clock.advance(9 * DAY);
    await history.setRetention({ count: 8, ageMs: 3 * DAY });
    expect((await history.page(all)).records.map(({ nodeId }) => nodeId)).toEqual([9, 8, 7, 6].map(idOf));
  });

  it('prunes more than one batch in one call', async () => {
    const history = await open(100);
    for (let number = 0; number < 2_600; number++) history.add(session(number));
    await history.prune();
    expect(history.total).toBe(100);
    expect(await open(100).then(({ total }) => total)).toBe(100);
  });

  it('skips invalid values, and removes invalid keys', async () => {
    const good = sessionKey(clock.now(), idOf(1), 1);
    const values: [string, string][] = [
      [sessionKey(clock.now(), idOf(2), 2), 'not json'],
      [sessionKey(clock.now(), idOf(3), 3), '{"nodeId":"00"}'],
      [sessionKey(clock.now(), idOf(4), 4), JSON.stringify({ ...session(4), bytesIn: -1 })],
      [sessionKey(clock.now(), idOf(5), 5), JSON.stringify({ ...session(5), name: 'x'.repeat(300) })],
      [sessionKey(clock.now(), idOf(6), 6), JSON.stringify({ ...session(6), params: { a: [1] } })],
      [good, JSON.stringify(session(1))],
      ['zzz', JSON.stringify(session(7))],
    ];
    await db.current.write(values.map(([key, value]) => ({ level: 'sessions' as const, key, value })));
    const history = await open();
    expect((await history.page(all)).records.map(({ key }) => key)).toEqual([good]);
    expect(await db.current.get('sessions', 'zzz')).toBeUndefined();
  });

  it('starts with the newest session for an invalid cursor', async () => {
    const history = await open();
    history.add(session(1));
    expect((await history.page({ ...all, before: '../../etc' })).records).toHaveLength(1);
  });

  it('truncates texts to lengths that it can decode', async () => {
    const history = await open();
    const name = 'a'.repeat(2_000);
    history.add(session(1, { name, message: name, capabilities: Array.from({ length: 500 }, () => name) }));
    expect((await history.page(all)).records).toHaveLength(1);
  });

  it('continues when the database cannot be written, and counts only saved sessions', async () => {
    const history = await open();
    history.add(session(1));
    await history.flush();
    await db.current.close();
    history.add(session(2));
    await history.flush();
    expect(history.total).toBe(1);
    await db.reopen();
  });
});

describe('the export of sessions', () => {
  it('as CSV has a header, and one line per session', async () => {
    const text = await sessionsToCsv(listed(session(1), session(2)));
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^started,ended,seconds,node,name,ip,port,/);
    expect(lines[1]).toContain(`,60,${idOf(1)},Geth/v1.15.1,10.0.0.1,30303,outbound,dynamic,eth/68 eth/69,`);
  });

  it('as CSV quotes separators and line ends, and escapes formulas', async () => {
    const names = ['=HYPERLINK("http://x","y")', '+1', '-1', '@SUM(A1)', '\tx', 'a,b\r\nc"d'];
    const text = await sessionsToCsv(listed(...names.map((name) => session(1, { name }))));
    expect(text).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    for (const name of ["'+1", "'-1", "'@SUM(A1)", "'\tx"]) expect(text).toContain(`,${name},`);
    expect(text).toContain('"a,b\r\nc""d"');
    expect(text).not.toMatch(/,[=+@-][^,]*[A-Z1(]/);
  });

  it('as CSV of a long history has one header', async () => {
    const text = await sessionsToCsv(
      listed(...Array.from({ length: 1_201 }, (_, number) => session(number))),
    );
    expect(text.match(/^started,/gm)).toHaveLength(1);
    expect(text.trimEnd().split('\r\n')).toHaveLength(1_202);
  });

  it('as JSON is an array that can be parsed', async () => {
    expect(JSON.parse(await sessionsToJson(listed()))).toEqual([]);
    expect(JSON.parse(await sessionsToJson(listed(session(1), session(2))))).toEqual([
      { ...session(1), message: 'Too many peers' },
      { ...session(2), message: 'Too many peers' },
    ]);
  });
});
