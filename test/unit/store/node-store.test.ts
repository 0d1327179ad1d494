import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeDatabase } from '../../../src-main/discovery/table/node-database.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromParts, nodeFromRecord, withEndpoint } from '../../../src-main/node-record/node-factory.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { EXPIRY_INTERVAL_MS, NodeStore } from '../../../src-main/store/node-store.ts';
import { databaseOfTest } from '../../support/database-of-test.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const DAY = 24 * 3_600_000;
const db = databaseOfTest();
let clock: VirtualClock;

function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(32).fill(1);
  new DataView(key.buffer).setUint32(28, number);
  return key;
}
const nodeOf = (number: number): Node =>
  nodeFromParts({
    publicKey: publicKeyOf(keyOf(number)),
    ip: `10.1.0.${String(number % 250)}`,
    udp: 30303,
    tcp: 30303,
  });
const openStore = (): Promise<NodeStore> =>
  NodeStore.open({ database: db.current, clock, random: new SeededRandom(3), logger: silentLogger });

/** Closes the database and opens it again, like a restart. */
async function restart(store: NodeStore): Promise<NodeStore> {
  await store.stop();
  await db.reopen();
  return await openStore();
}

beforeEach(() => {
  clock = new VirtualClock();
});
describe('the node database', () => {
  it('keeps nodes, pings, pongs and failures after a restart', async () => {
    const store = await openStore();
    const nodeDatabase: NodeDatabase = store;
    const node = nodeOf(1);
    nodeDatabase.putNode(node);
    store.setLastPingReceived(node.idHex, '10.1.0.1', 5);
    store.setLastPongReceived(node.idHex, '10.1.0.1', 7);
    store.setFindFails(node.idHex, '::1', 3);
    store.setLocalSeq(node.idHex, 2n ** 60n);
    const again = await restart(store);
    expect(again.getNode(node.idHex)).toEqual(node);
    expect(again.lastPingReceived(node.idHex, '10.1.0.1')).toBe(5);
    expect(again.lastPongReceived(node.idHex, '10.1.0.1')).toBe(7);
    expect(again.findFails(node.idHex, '::1')).toBe(3);
    expect(again.findFails(node.idHex, '10.1.0.1')).toBe(0);
    expect(again.localSeq(node.idHex)).toBe(2n ** 60n);
    expect(again.size).toBe(1);
  });

  it('keeps the record and the proven endpoint', async () => {
    const store = await openStore();
    const record = signEnr(
      { ip: new Uint8Array([10, 0, 0, 1]), udp: new Uint8Array([0x76, 0x5f]) },
      9n,
      keyOf(4),
    );
    const node = withEndpoint(nodeFromRecord(record), { ip: '10.9.9.9', udp: 1234 });
    store.putNode(node);
    const again = (await restart(store)).getNode(node.idHex);
    expect(again).toMatchObject({ seq: 9n, ip: '10.9.9.9', udp: 1234 });
    expect(again?.record?.seq).toBe(9n);
    // An older record, or none, does not replace it.
    store.putNode({ ...nodeFromParts({ publicKey: node.publicKey, ip: '10.0.0.2', udp: 1 }), seq: 8n });
    expect(store.getNode(node.idHex)?.seq).toBe(9n);
  });

  it('removes a node with all its endpoints', async () => {
    const store = await openStore();
    const node = nodeOf(1);
    store.putNode(node);
    store.setLastPongReceived(node.idHex, '10.1.0.1', 7);
    await store.flush();
    store.removeNode(node.idHex);
    const again = await restart(store);
    expect(again.getNode(node.idHex)).toBeUndefined();
    expect(again.lastPongReceived(node.idHex, '10.1.0.1')).toBe(0);
  });

  it('returns random seeds that answered within five days', async () => {
    const store = await openStore();
    for (let number = 0; number < 60; number++) {
      const node = nodeOf(number);
      store.putNode(node);
      store.setLastPongReceived(node.idHex, node.ip!, clock.now() - (number < 40 ? DAY : 6 * DAY));
    }
    const again = await restart(store);
    const seeds = again.querySeeds(30, 5 * DAY);
    expect(new Set(seeds.map(({ idHex }) => idHex)).size).toBe(30);
    const fresh = new Set(Array.from({ length: 40 }, (_, number) => nodeOf(number).idHex));
    for (const { idHex } of seeds) expect(fresh.has(idHex)).toBe(true);
    expect(again.querySeeds(100, 5 * DAY)).toHaveLength(40);
    expect(again.querySeeds(30, 5 * DAY)).not.toEqual(seeds);
  });

  it('removes nodes hourly that have not answered for a day', async () => {
    const store = await openStore();
    await store.start();
    const [old, fresh, silent] = [nodeOf(1), nodeOf(2), nodeOf(3)];
    for (const node of [old, fresh, silent]) store.putNode(node);
    store.setLastPongReceived(old.idHex, old.ip!, clock.now());
    await clock.advance(DAY - EXPIRY_INTERVAL_MS / 2);
    store.setLastPongReceived(fresh.idHex, fresh.ip!, clock.now());
    expect(store.getNode(old.idHex)).toBeDefined();
    await clock.advance(2 * EXPIRY_INTERVAL_MS);
    expect(store.getNode(old.idHex)).toBeUndefined();
    expect(store.getNode(fresh.idHex)).toBeDefined();
    // It has no pong yet: it may be a seed that was never contacted.
    expect(store.getNode(silent.idHex)).toBeDefined();
    await store.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps as many nodes as the settings say, the latest changed ones, and as soon as they say so', async () => {
    const store = await openStore();
    for (let number = 1; number <= 5; number++) store.putNode(nodeOf(number));
    store.setRetention({ count: 3, ageMs: DAY });
    expect(store.ids()).toEqual([3, 4, 5].map((number) => nodeOf(number).idHex));
    store.putNode(nodeOf(6));
    expect(store.ids()).toEqual([4, 5, 6].map((number) => nodeOf(number).idHex));
    expect((await restart(store)).size).toBe(3);
  });

  it('keeps a node for as long as the settings say, and a shorter time takes effect at once', async () => {
    const store = await openStore();
    store.putNode(nodeOf(1));
    store.setLastPongReceived(nodeOf(1).idHex, '10.1.0.1', clock.now());
    store.setRetention({ count: 100, ageMs: 10 * DAY });
    await clock.advance(9 * DAY);
    store.expire();
    expect(store.size).toBe(1);
    store.setRetention({ count: 100, ageMs: 8 * DAY });
    expect(store.size).toBe(0);
  });

  it('is not flooded: a new unproven ID evicts an unproven ID, never a proven node', async () => {
    const store = await openStore();
    const node = nodeOf(1);
    store.setLastPongReceived(node.idHex, node.ip!, 1);
    store.putNode(node);
    for (let number = 0; number < 10_100; number++) {
      store.setLastPingReceived(number.toString(16).padStart(64, '0'), '10.2.3.4', 1);
    }
    expect(store.lastPongReceived(node.idHex, node.ip!)).toBe(1);
    expect(store.lastPingReceived('0'.repeat(64), '10.2.3.4')).toBe(0);
    for (let host = 1; host < 9; host++) store.setFindFails(node.idHex, `10.0.0.${String(host)}`, host);
    expect(store.findFails(node.idHex, '10.0.0.8')).toBe(8);
    expect(store.findFails(node.idHex, '10.0.0.1')).toBe(0);
    await store.flush();
  });

  it('removes invalid entries and keeps the others', async () => {
    const store = await openStore();
    const good = nodeOf(1);
    store.putNode(good);
    await store.flush();
    const bad = nodeOf(2).idHex;
    await db.current.write([
      { level: 'nodes', key: bad, value: '{"node":"enode://zz","ip":null,"udp":1,"tcp":1}' },
      { level: 'nodes', key: 'nonsense', value: 'x' },
      { level: 'nodes', key: nodeOf(3).idHex, value: 'not json' },
      { level: 'endpoints', key: `${bad}!10.0.0.1`, value: '{"lastPing":-1}' },
      { level: 'local', key: `${bad}!seq`, value: 'many' },
    ]);
    const again = await restart(store);
    expect(again.getNode(bad)).toBeUndefined();
    expect(again.getNode(nodeOf(3).idHex)).toBeUndefined();
    expect(again.getNode(good.idHex)).toEqual(good);
    expect(again.localSeq(bad)).toBeUndefined();
    await again.flush();
    expect(await db.current.get('nodes', 'nonsense')).toBeUndefined();
    expect(await db.current.get('nodes', bad)).toBeUndefined();
  });

  it('reports a failed write, and keeps the nodes in memory', async () => {
    const store = await openStore();
    await db.current.close();
    store.putNode(nodeOf(1));
    await expect(store.flush()).rejects.toMatchObject({ code: 'not-writable' });
    expect(store.writable).toBe(false);
    expect(store.failure).toBe('Database is not open');
    expect(store.getNode(nodeOf(1).idHex)).toBeDefined();
    await store.stop();
    expect(clock.pendingTimers).toBe(0);
    await db.reopen();
  });

  it('rejects the flush of a sequence number that is not on disk, and saves it with the next flush', async () => {
    const store = await openStore();
    const id = nodeOf(1).idHex;
    const write = vi.spyOn(db.current, 'write').mockRejectedValue(new Error('No space left on device'));
    store.setLocalSeq(id, 7n);
    await expect(store.flush()).rejects.toThrow(
      'The node database cannot be written: No space left on device',
    );
    write.mockRestore();
    await store.flush();
    expect(store.writable).toBe(true);
    expect((await restart(store)).localSeq(id)).toBe(7n);
  });

  it('retries a failed write, and is writable again after the disk has space', async () => {
    const store = await openStore();
    const write = vi.spyOn(db.current, 'write').mockRejectedValue(new Error('No space left on device'));
    store.putNode(nodeOf(1));
    await clock.advance(60_000);
    expect(store.writable).toBe(false);
    write.mockRestore();
    const written = vi.spyOn(db.current, 'write');
    await clock.advance(30_000);
    await Promise.all(written.mock.results.map(({ value }) => value as Promise<void>));
    await clock.settle();
    expect(store.writable).toBe(true);
    expect(store.failure).toBeUndefined();
    expect((await restart(store)).getNode(nodeOf(1).idHex)).toEqual(nodeOf(1));
  });
});
