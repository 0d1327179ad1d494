import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import type { AnnouncedTransaction } from '../../../src-main/eth/gossip.ts';
import { MAX_ANNOUNCED_IN_ALL, MAX_ANNOUNCED_PER_PEER } from '../../../src-main/relay/constants.ts';
import { FetchQueue } from '../../../src-main/relay/fetch-queue.ts';
import { GossipPuppet } from '../../support/gossip-puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let queue: FetchQueue;

beforeEach(() => {
  clock = new VirtualClock();
  queue = new FetchQueue({
    clock,
    random: new SeededRandom(4),
    // An answer lists the numbers of its transactions.
    onAnswer: (_, __, transactions) => {
      const keys = transactions.map((number) => keyOf(new DataView(number.buffer).getUint32(0)));
      for (const key of keys) queue.settle(key);
      return new Set(keys);
    },
  });
});

const numberBytes = (number: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};
const hashOf = (number: number): Uint8Array => {
  const hash = new Uint8Array(32);
  hash.set(numberBytes(number));
  return hash;
};
const keyOf = (number: number): string => bytesToHex(hashOf(number));
const listed = (numbers: readonly number[], type = 2, size = 200): readonly AnnouncedTransaction[] =>
  numbers.map((number) => ({ hash: hashOf(number), type, size }));
const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);

function join(number: number): GossipPuppet {
  const peer = new GossipPuppet(number);
  queue.join(peer);
  return peer;
}

function announce(peer: GossipPuppet, numbers: readonly number[], type = 2, size = 200): number {
  return queue.announced(peer.idHex, listed(numbers, type, size));
}

describe('announced transactions', () => {
  it('are requested together, after the time in which they may come whole', async () => {
    const peer = join(1);
    expect(announce(peer, range(0, 50))).toBe(50);
    await clock.advance(50);
    announce(peer, [50]);
    await clock.advance(449);
    expect(peer.requests).toEqual([]);
    await clock.advance(1);
    expect(peer.requests.map(({ hashes }) => hashes)).toEqual([range(0, 51).map(keyOf)]);
    expect(queue.size).toBe(51);
  });

  it('that come whole are not requested', async () => {
    const peer = join(1);
    announce(peer, [1, 2]);
    expect(queue.settle(keyOf(1))).toEqual(new Map([[peer.idHex, listed([1])[0]]]));
    await clock.advance(1_000);
    expect(peer.requests.map(({ hashes }) => hashes)).toEqual([[keyOf(2)]]);
  });

  it('with blobs are requested at once, one blob transaction at a time', async () => {
    const peer = join(1);
    announce(peer, [1, 2], 3, 140_000);
    expect(peer.requests.map(({ hashes }) => hashes)).toEqual([[keyOf(1)]]);
    peer.requests[0]!.answer([numberBytes(1)]);
    await clock.settle();
    expect(peer.requests[1]?.hashes).toEqual([keyOf(2)]);
  });

  it('are requested 256 at a time, and up to 128 KiB', async () => {
    const [many, large] = [join(1), join(2)];
    announce(many, range(0, 600));
    announce(large, range(1_000, 10), 2, 50_000);
    await clock.advance(600);
    expect(many.requests[0]?.hashes).toHaveLength(256);
    expect(large.requests[0]?.hashes).toHaveLength(3);
    many.requests[0]!.answer(range(0, 256).map(numberBytes));
    await clock.settle();
    expect(many.requests[1]?.hashes).toEqual(range(256, 256).map(keyOf));
  });

  it('are requested from one announcer, and from the next after five seconds', async () => {
    const peers = [join(1), join(2), join(3)];
    for (const peer of peers) announce(peer, [1]);
    for (const asked of [1, 2, 3]) {
      await clock.advance(asked === 1 ? 500 : 5_000);
      expect(peers.flatMap(({ requests }) => requests)).toHaveLength(asked);
    }
    await clock.advance(5_000);
    expect(queue.size).toBe(0);
    expect(peers.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
  });

  it('are not requested from a peer that still owes an answer', async () => {
    const slow = join(1);
    announce(slow, [1]);
    await clock.advance(6_000);
    announce(slow, [2]);
    await clock.advance(6_000);
    expect(slow.requests).toHaveLength(1);
    slow.requests[0]!.answer([numberBytes(1)]);
    await clock.settle();
    expect(slow.requests[1]?.hashes).toEqual([keyOf(2)]);
  });

  it('that an answer lacks are requested from the next announcer, those at its end from the same one too', async () => {
    const first = join(1);
    announce(first, range(0, 6));
    await clock.advance(500);
    const second = join(2);
    announce(second, range(0, 4));
    // 0 and 2 are missing; 4 and 5 did not fit.
    first.requests[0]!.answer([numberBytes(1), numberBytes(3)]);
    await clock.settle();
    expect(second.requests[0]?.hashes).toEqual([keyOf(0), keyOf(2)]);
    expect(first.requests[1]?.hashes).toEqual([keyOf(4), keyOf(5)]);
  });

  it.each([['is empty', true] as const, ['fails', false] as const])(
    'are forgotten when the answer of their only announcer %s',
    async (_, isEmpty) => {
      const peer = join(1);
      announce(peer, [1, 2]);
      await clock.advance(500);
      if (isEmpty) peer.requests[0]!.answer([]);
      else peer.requests[0]!.fail();
      await clock.settle();
      expect(queue.size).toBe(0);
      expect(peer.requests).toHaveLength(1);
      announce(peer, [3]);
      await clock.advance(500);
      expect(peer.requests).toHaveLength(2);
    },
  );

  it('are requested from others when their peer leaves, and its late answer is ignored', async () => {
    const [first, second] = [join(1), join(2)];
    announce(first, [1, 2]);
    await clock.advance(500);
    announce(second, [1]);
    queue.leave(first.idHex);
    expect(second.requests[0]?.hashes).toEqual([keyOf(1)]);
    expect(queue.size).toBe(1);
    first.requests[0]!.answer([numberBytes(1)]);
    await clock.settle();
    expect(queue.size).toBe(1);
  });

  it('keep the first type and size that a peer gave', () => {
    const peer = join(1);
    announce(peer, [1], 2, 200);
    announce(peer, [1], 3, 900);
    expect(queue.settle(keyOf(1)).get(peer.idHex)).toMatchObject({ type: 2, size: 200 });
  });

  it('leave no timer when the queue stops', async () => {
    const peer = join(1);
    announce(peer, [1]);
    await clock.advance(500);
    announce(peer, [2]);
    queue.stop();
    expect(clock.pendingTimers).toBe(0);
    peer.requests[0]!.answer([]);
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the bounds of announcements', () => {
  it('are 4,096 for a peer', () => {
    expect(announce(join(1), range(0, 10_000))).toBe(MAX_ANNOUNCED_PER_PEER);
  });

  it('are 65,536 in all: the peer with the most makes room for others', () => {
    const flood = range(0, 16).map((number) => join(number));
    for (const [at, peer] of flood.entries()) announce(peer, range(at * 10_000, 10_000));
    expect(queue.size).toBe(MAX_ANNOUNCED_IN_ALL);
    const honest = join(99);
    expect(announce(honest, range(900_000, 20))).toBe(20);
    expect(queue.size).toBe(MAX_ANNOUNCED_IN_ALL);
    expect(queue.settle(keyOf(900_000)).has(honest.idHex)).toBe(true);
  });
});
