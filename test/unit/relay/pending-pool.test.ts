import { beforeEach, describe, expect, it } from 'vitest';
import { PendingPool } from '../../../src-main/relay/pending-pool.ts';
import type { PendingTransaction } from '../../../src-main/relay/spread.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { FakePool } from '../../support/gossip-puppet.ts';
import { addressOf, blobTransaction, dynamicFeeTransaction, SENDER_KEY } from '../../support/transactions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let client: FakePool;
let pool: PendingPool;
let told: PendingTransaction[][];

beforeEach(() => {
  clock = new VirtualClock();
  client = new FakePool();
  told = [];
  pool = new PendingPool({
    clock,
    source: client,
    onPending: (transactions) => told.push([...transactions]),
  });
});

const hold = (encoded: Uint8Array): Uint8Array => {
  const { hash, key } = readRelayed(encoded);
  client.held.set(key, encoded);
  return hash;
};

describe('the pending transactions of the client', () => {
  it('that a peer sent need no call', () => {
    const encoded = dynamicFeeTransaction(1);
    const transaction = readRelayed(encoded);
    pool.keep(transaction);
    pool.report([transaction.hash], true);
    expect(told.flat().map(({ sender, ...facts }) => ({ ...facts, sender: sender() }))).toEqual([
      { hash: transaction.hash, type: 2, size: encoded.length, encoded, sender: addressOf(SENDER_KEY) },
    ]);
    expect(client.lookups).toEqual([]);
  });

  it('that are not known are looked up, 64 at a time', async () => {
    const hashes = Array.from({ length: 150 }, (_, nonce) => hold(dynamicFeeTransaction(nonce)));
    pool.report(hashes, true);
    await clock.settle();
    expect(client.lookups.map(({ length }) => length)).toEqual([64, 64, 22]);
    expect(told.flat().map(({ hash }) => hash)).toEqual(hashes);
  });

  it('are not looked up when nobody would be told', async () => {
    pool.report([hold(dynamicFeeTransaction(1))], false);
    await clock.settle();
    expect(client.lookups).toEqual([]);
  });

  it('that are large or have blobs are kept without their bytes', async () => {
    const large = dynamicFeeTransaction(1, new Uint8Array(5_000).fill(1));
    const { pooled } = blobTransaction(2);
    pool.report([hold(large), hold(pooled)], true);
    await clock.settle();
    expect(told.flat().map(({ encoded, size }) => ({ encoded, size }))).toEqual([
      { encoded: undefined, size: large.length },
      { encoded: undefined, size: pooled.length },
    ]);
  });

  it('that are gone, or cannot be read, are passed over', async () => {
    const good = hold(dynamicFeeTransaction(1));
    const { hash, key } = readRelayed(dynamicFeeTransaction(2));
    client.held.set(key, Uint8Array.of(2, 0x80));
    pool.report([new Uint8Array(32), hash, good], true);
    await clock.settle();
    expect(told.flat().map((each) => each.hash)).toEqual([good]);
  });

  it('are looked up again after the client was away', async () => {
    const honest = client.raw.bind(client);
    client.raw = () => Promise.reject(new Error('away'));
    pool.report([hold(dynamicFeeTransaction(1))], true);
    await clock.settle();
    client.raw = honest;
    pool.report([hold(dynamicFeeTransaction(2))], true);
    await clock.settle();
    expect(told.flat()).toHaveLength(1);
  });

  it('are recent for a minute, without those with blobs', async () => {
    pool.report([hold(dynamicFeeTransaction(1)), hold(blobTransaction(2).pooled)], true);
    await clock.settle();
    expect(pool.recent.map(({ type }) => type)).toEqual([2]);
    await clock.advance(60_000);
    expect(pool.recent).toEqual([]);
  });

  it('that were refused are forgotten', () => {
    const transaction = readRelayed(dynamicFeeTransaction(1));
    pool.keep(transaction);
    pool.forget(transaction.key);
    pool.report([transaction.hash], false);
    expect(told).toEqual([]);
  });

  it('are not told after the end', async () => {
    pool.report([hold(dynamicFeeTransaction(1))], true);
    pool.stop();
    await clock.settle();
    expect(told).toEqual([]);
  });
});
