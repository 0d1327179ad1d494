import { beforeEach, describe, expect, it } from 'vitest';
import { BanError, parseBanTarget } from '../../../src-main/server/ban-target.ts';
import { MAX_BANS, SCORE_BAN_MS, type BanList } from '../../../src-main/server/bans.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { enodeUrlOf, nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import { numberedNode } from '../../support/dial-rounds.ts';
import { MemoryBanStore, openBans } from '../../support/memory-bans.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const HOUR = 3_600_000;
const OWN = 'f'.repeat(64);
const idOf = (number: number): string => number.toString(16).padStart(64, '0');

const REAL_NODE = nodeFromParts({
  publicKey: publicKeyOf(new Uint8Array(32).fill(7)),
  ip: '192.0.2.4',
  tcp: 30303,
});

let clock: VirtualClock;
let store: MemoryBanStore;
let events: RecordedEvents;
let bans: BanList;

beforeEach(async () => {
  clock = new VirtualClock();
  store = new MemoryBanStore();
  events = new RecordedEvents();
  bans = await openBans(clock, { store, events });
});

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof BanError) return error.code;
    throw error;
  }
  return undefined;
};
const refusalOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => undefined,
    (error: unknown) => (error instanceof BanError ? error.code : error),
  );

describe('the target of a ban', () => {
  it.each([
    [idOf(7).toUpperCase(), 'node', idOf(7)],
    [` 0x${idOf(7)} `, 'node', idOf(7)],
    [enodeUrlOf(REAL_NODE), 'node', REAL_NODE.idHex],
    ['192.0.2.7', 'ip', '192.0.2.7'],
    ['::ffff:192.0.2.7', 'ip', '192.0.2.7'],
    ['2001:DB8::0:1', 'ip', '2001:db8::1'],
    ['192.0.2.7/24', 'cidr', '192.0.2.0/24'],
    ['192.0.2.7/32', 'ip', '192.0.2.7'],
    ['2001:db8::1/33', 'cidr', '2001:db8::/33'],
    ['2001:db8::1/128', 'ip', '2001:db8::1'],
  ])('%s is a %s', (text, kind, value) => {
    expect(parseBanTarget(text, OWN).target).toEqual({ kind, value });
  });

  it.each([
    ['', 'invalid-target'],
    ['localhost', 'invalid-target'],
    ['192.0.2', 'invalid-target'],
    ['192.0.2.0/33', 'invalid-target'],
    ['192.0.2.0/-1', 'invalid-target'],
    ['fe80::1%eth0', 'invalid-target'],
    ['enode://00@1.2.3.4:1', 'invalid-target'],
    ['0.0.0.0', 'unspecified-address'],
    ['::', 'unspecified-address'],
    ['0.0.0.1/1', 'unspecified-address'],
    ['1.2.3.4/0', 'whole-network'],
    ['::/0', 'whole-network'],
    [OWN, 'own-node'],
  ])('is refused: %j is %s', (text, code) => {
    expect(codeOf(() => parseBanTarget(text, OWN))).toBe(code);
  });
});

describe('the ban list', () => {
  it('finds a node by its ID and an address by the smallest network around it', async () => {
    await bans.add(idOf(1), 'forever', 'spam');
    await bans.add('10.0.0.0/8', 'forever', 'wide');
    await bans.add('10.1.0.0/16', 'hour', 'narrow');
    await bans.add('2001:db8::/32', 'day', 'six');
    expect(bans.ofNode(idOf(1))).toMatchObject({ id: `node:${idOf(1)}`, by: 'user', until: null });
    expect(bans.ofNode(idOf(2))).toBeUndefined();
    expect(bans.ofAddress('10.1.2.3')?.reason).toBe('narrow');
    expect(bans.ofAddress('10.2.2.3')?.reason).toBe('wide');
    expect(bans.ofAddress('11.0.0.1')).toBeUndefined();
    expect(bans.ofAddress('2001:db8:1::1')?.reason).toBe('six');
    expect(bans.find(idOf(2), '10.1.2.3')?.reason).toBe('narrow');
    expect(bans.find(idOf(2), undefined)).toBeUndefined();
    await clock.advance(HOUR);
    expect(bans.ofAddress('10.1.2.3')?.reason).toBe('wide');
    await bans.close();
  });

  it('removes an expired ban from memory and store, and emits an event', async () => {
    await bans.add('192.0.2.1', 'hour', '');
    await bans.add('192.0.2.2', 'week', '');
    await clock.advance(HOUR - 1);
    expect(bans.list()).toHaveLength(2);
    await clock.advance(1);
    expect(bans.list().map(({ target }) => target.value)).toEqual(['192.0.2.2']);
    expect(events.of('ban/removed')).toMatchObject([{ how: 'expired', ban: { id: 'ip:192.0.2.1' } }]);
    expect([...store.kept.keys()]).toEqual(['ip:192.0.2.2']);
    await clock.advance(7 * 24 * HOUR);
    expect(bans.list()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('has one ban per target: a new ban replaces the old one', async () => {
    await bans.add('192.0.2.1', 'hour', 'first');
    await bans.add('192.0.2.1', 'forever', 'second');
    expect(bans.list()).toMatchObject([{ reason: 'second', until: null }]);
    expect(events.of('ban/removed').map(({ how }) => how)).toEqual(['replaced']);
    expect(await bans.remove('ip:192.0.2.1')).toBe(true);
    expect(await bans.remove('ip:192.0.2.1')).toBe(false);
    expect(bans.ofAddress('192.0.2.1')).toBeUndefined();
    expect(store.kept.size).toBe(0);
    await bans.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('lifts a ban by its target in any form', async () => {
    for (const [target, spelling] of [
      [REAL_NODE.idHex, enodeUrlOf(REAL_NODE)],
      [idOf(7), `0x${idOf(7).toUpperCase()}`],
      ['2001:db8::1', '2001:DB8::0:1'],
      ['192.0.2.0/24', '192.0.2.9/24'],
    ] as const) {
      await bans.add(target, 'hour', '');
      expect(await bans.remove(spelling), spelling).toBe(true);
    }
    expect(await bans.remove('nonsense')).toBe(false);
    expect(bans.list()).toEqual([]);
  });

  it('keeps a ban that is set again while the earlier one expires', async () => {
    await bans.add('192.0.2.1', 'hour', 'first');
    await clock.advance(HOUR - 1);
    let write = (): void => undefined;
    const put = store.put.bind(store);
    store.put = async (ban) => {
      await new Promise<void>((resolve) => (write = resolve));
      await put(ban);
    };
    const adding = bans.add('192.0.2.1', 'day', 'second');
    await clock.advance(1);
    write();
    await adding;
    await bans.close();
    expect(bans.list()).toMatchObject([{ reason: 'second' }]);
    expect([...store.kept.values()]).toMatchObject([{ reason: 'second' }]);
  });

  it('loads the stored bans without expired ones', async () => {
    await bans.add('192.0.2.0/24', 'hour', '');
    await bans.add(idOf(3), 'week', 'noise');
    bans.addByScore(idOf(4), 'bad-message', '');
    await bans.close();
    await clock.advance(2 * HOUR);
    const again = await openBans(clock, { store, trusted: [{ ...numberedNode(9), idHex: idOf(4) }] });
    expect(again.list().map(({ id }) => id)).toEqual([`node:${idOf(3)}`]);
    expect([...store.kept.keys()]).toEqual([`node:${idOf(3)}`]);
    await again.close();
  });

  it('applies a manual ban only after it is stored', async () => {
    store.failure = new Error('disk full');
    await expect(bans.add('192.0.2.1', 'day', '')).rejects.toThrow('disk full');
    expect(bans.ofAddress('192.0.2.1')).toBeUndefined();
    expect(bans.addByScore(idOf(1), 'packet-flood', '')).toBe(true);
    expect(bans.ofNode(idOf(1))).toMatchObject({ by: 'score', until: clock.now() + SCORE_BAN_MS });
    await bans.close();
  });

  it('refuses to ban a trusted node by node ID or address', async () => {
    const trusted = [numberedNode(1, { ip: '192.0.2.9' })];
    const list = await openBans(clock, { trusted });
    await expect(list.add(trusted[0]!.idHex, 'day', '')).rejects.toThrow('trusted list first');
    expect(await refusalOf(list.add('192.0.2.0/24', 'day', ''))).toBe('trusted-node');
    expect(await refusalOf(list.add('192.0.2.9', 'day', ''))).toBe('trusted-node');
    expect(await refusalOf(list.add('192.0.2.10', 'day', ''))).toBeUndefined();
    await list.close();
  });

  it('lifts the ban by score of a node that the user adds to a list, but no manual ban', async () => {
    const wanted = numberedNode(1, { ip: '192.0.2.9' });
    bans.addByScore(wanted.idHex, 'timeout', '');
    await bans.admit(wanted);
    expect(bans.ofNode(wanted.idHex)).toBeUndefined();
    expect(events.of('ban/removed')).toMatchObject([{ how: 'user' }]);
    await bans.add('192.0.2.0/24', 'forever', 'spam');
    await expect(bans.admit(wanted)).rejects.toThrow('192.0.2.0/24 (spam)');
    await bans.close();
  });

  it('is bounded: a ban by score replaces an older one, a manual ban is refused', async () => {
    for (let number = 0; number < MAX_BANS; number++) bans.addByScore(idOf(number), 'timeout', '');
    expect(await refusalOf(bans.add('192.0.2.1', 'day', ''))).toBe('ban-list-full');
    expect(bans.addByScore(idOf(MAX_BANS), 'timeout', '')).toBe(true);
    expect(bans.list()).toHaveLength(MAX_BANS);
    expect(bans.ofNode(idOf(0))).toBeUndefined();
    // The node has a ban already.
    expect(bans.addByScore(idOf(MAX_BANS), 'timeout', 'again')).toBe(false);
    await bans.close();
    expect(store.kept.size).toBe(MAX_BANS);
  });
});
