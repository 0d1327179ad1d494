import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_QUEUED } from '../../../src-main/relay/constants.ts';
import { SubmitQueue } from '../../../src-main/relay/submit-queue.ts';
import { readRelayed, type RelayedTransaction } from '../../../src-main/relay/transaction.ts';
import { FakePool } from '../../support/gossip-puppet.ts';

let pool: FakePool;
let queue: SubmitQueue;
let verdicts: string[];
/** Answers the oldest submission. */
let answer: () => Promise<void>;

beforeEach(() => {
  pool = new FakePool();
  verdicts = [];
  const waiting: (() => void)[] = [];
  pool.beforeAnswer = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
    });
  answer = async () => {
    waiting.shift()?.();
    await new Promise(setImmediate);
  };
  queue = new SubmitQueue({
    source: pool,
    onVerdict: (idHex, { encoded }, verdict) => {
      verdicts.push(`${idHex}/${String(numberIn(encoded))} ${verdict?.kind ?? 'none'}`);
    },
  });
});

/** A transaction of a type that is not read, with a number in it. */
function numbered(number: number, length = 5): RelayedTransaction {
  const encoded = new Uint8Array(length);
  encoded[0] = 0x42;
  new DataView(encoded.buffer).setUint32(1, number);
  return readRelayed(encoded);
}

const numberIn = (encoded: Uint8Array): number =>
  new DataView(encoded.buffer, encoded.byteOffset).getUint32(1);
const batches = () =>
  pool.batches.map(({ peer, transactions }) => [peer, transactions.map(numberIn)] as const);

function add(idHex: string, from: number, count: number): void {
  for (let number = from; number < from + count; number++) queue.add(idHex, numbered(number));
  queue.pump();
}

describe('the queue of submissions', () => {
  it('submits those of a peer in their order, 64 at a time, one batch after the other', async () => {
    add('a', 0, 130);
    expect(pool.batches.map(({ transactions }) => transactions.length)).toEqual([64]);
    await answer();
    await answer();
    await answer();
    expect(pool.batches.map(({ transactions }) => transactions.length)).toEqual([64, 64, 2]);
    expect(pool.submitted.map(numberIn)).toEqual(Array.from({ length: 130 }, (_, at) => at));
    expect(verdicts).toHaveLength(130);
    expect(verdicts[0]).toBe('a/0 accepted');
  });

  it('serves four peers at a time, in turn', async () => {
    for (const [at, peer] of ['a', 'b', 'c', 'd', 'e'].entries()) add(peer, at * 100, 65);
    expect(batches().map(([peer]) => peer)).toEqual(['a', 'b', 'c', 'd']);
    await answer();
    expect(batches()[4]?.[0]).toBe('e');
    await answer();
    expect(batches()[5]).toEqual(['a', [64]]);
  });

  it('fills a batch up to a MiB; a larger transaction is a batch of its own', async () => {
    queue.add('a', numbered(1, 600_000));
    queue.add('a', numbered(2, 600_000));
    queue.add('a', numbered(3, 2_000_000));
    queue.pump();
    await answer();
    await answer();
    expect(batches()).toEqual([
      ['a', [1]],
      ['a', [2]],
      ['a', [3]],
    ]);
  });

  it('takes a transaction once while it waits or is submitted', async () => {
    add('a', 1, 1);
    expect(queue.has(numbered(1).key)).toBe(true);
    add('b', 1, 1);
    await answer();
    expect(batches()).toEqual([['a', [1]]]);
    expect(queue.has(numbered(1).key)).toBe(false);
  });

  it('reports no verdict when the client is away', async () => {
    pool.beforeAnswer = () => Promise.reject(new Error('away'));
    add('a', 1, 2);
    await new Promise(setImmediate);
    expect(verdicts).toEqual(['a/1 none', 'a/2 none']);
    expect(queue.has(numbered(1).key)).toBe(false);
  });

  it('has room for others when one peer has filled its half', () => {
    const results = Array.from({ length: MAX_QUEUED }, (_, at) => queue.add('a', numbered(at)));
    expect(results.filter(Boolean)).toHaveLength(MAX_QUEUED / 2);
    expect(queue.add('b', numbered(50_000))).toBe(true);
  });

  it('has room for 32 MiB', () => {
    const results = Array.from({ length: 40 }, (_, at) =>
      queue.add(String(at % 4), numbered(at, 1024 * 1024)),
    );
    expect(results.filter(Boolean)).toHaveLength(32);
  });

  it('submits nothing more after it has stopped', async () => {
    add('a', 0, 70);
    queue.stop();
    await answer();
    expect(pool.batches).toHaveLength(1);
    expect(verdicts).toEqual([]);
    expect(queue.add('a', numbered(99))).toBe(false);
  });
});
