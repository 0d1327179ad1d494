import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import type { TransactionSource } from '../../../src-main/eth/chain-source.ts';
import { MAX_OPEN_BYTES, MAX_OPEN_REQUESTS, SERVE_DEADLINE_MS } from '../../../src-main/eth/constants.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { BlockBody } from '../../../src-main/eth/messages.ts';
import type { EthAnswer, EthRequest } from '../../../src-main/eth/queries.ts';
import type { Receipt } from '../../../src-main/eth/receipts.ts';
import { RequestServer } from '../../../src-main/eth/request-server.ts';
import { Serving } from '../../../src-main/eth/serving.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const body: BlockBody = { transactions: [], ommers: [], withdrawals: undefined };

/** Time of the source for the receipts of a block. */
const RECEIPTS_MS = 40;

/** A call of the source that a test answers. */
interface Call {
  /** The hash of the request, which is its number. */
  readonly id: number;
  readonly resolve: (bodies: readonly BlockBody[]) => void;
  readonly reject: (error: Error) => void;
}

/** A peer of a node: what its request server sends, and whether it reads. */
interface Peer {
  readonly server: RequestServer;
  readonly sent: { readonly answer: EthAnswer; readonly outcome: string }[];
  congested: boolean;
  /** The peer reads again. */
  read: () => void;
}

let clock: VirtualClock;
let calls: Call[];
let serving: Serving;

beforeEach(() => {
  clock = new VirtualClock();
  calls = [];
  serving = new Serving();
});

const hashOf = (id: number): Uint8Array => {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(0, id);
  return hash;
};

const bodies = (id: number, requestId = BigInt(id)): EthRequest => ({
  name: 'GetBlockBodies',
  requestId,
  hashes: [hashOf(id)],
});

function openPeer(transactions?: TransactionSource, send?: (answer: EthAnswer) => void): Peer {
  const chain = {
    ...createGenesisChain(NETWORKS.hoodi, clock),
    bodies: ([hash]: readonly Uint8Array[]) =>
      new Promise<readonly BlockBody[]>((resolve, reject) => {
        calls.push({ id: new DataView(hash!.buffer).getUint32(0), resolve, reject });
      }),
    receipts: (asked: readonly Uint8Array[]) =>
      new Promise<readonly (readonly Receipt[])[]>((resolve) => {
        clock.after(RECEIPTS_MS * asked.length, () => {
          resolve(asked.map(() => []));
        });
      }),
  };
  const sent: { answer: EthAnswer; outcome: string }[] = [];
  const waiting: (() => void)[] = [];
  const peer: Peer = {
    congested: false,
    sent,
    read: () => {
      peer.congested = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    server: new RequestServer({
      channel: {
        clock,
        logger: silentLogger,
        get congested() {
          return peer.congested;
        },
        ready: () =>
          new Promise((resolve) => {
            waiting.push(resolve);
          }),
      },
      from: { chain, transactions, version: 69, clock, peer: 'aa' },
      serving,
      send: (answer, _, outcome) => {
        send?.(answer);
        sent.push({ answer, outcome });
      },
    }),
  };
  return peer;
}

const callOf = (id: number): Call => calls.find((call) => call.id === id)!;
const asked = (): number[] => calls.map(({ id }) => id);
const idsOf = ({ sent }: Peer): bigint[] => sent.map(({ answer }) => answer.requestId);

function acceptAll(peer: Peer, ids: readonly number[]): void {
  for (const id of ids) peer.server.accept(bodies(id), 100);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a request server', () => {
  it('passes four requests to the source at a time, in the order of their arrival', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(6));
    expect(asked()).toEqual([0, 1, 2, 3]);
    callOf(2).resolve([body]);
    await clock.settle();
    expect(asked()).toEqual([0, 1, 2, 3, 4]);
    callOf(0).resolve([body]);
    await clock.settle();
    expect(asked()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('sends each answer as soon as the source has given it', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(3));
    for (const id of [1, 2, 0]) {
      callOf(id).resolve([body]);
      await clock.settle();
    }
    expect(idsOf(peer)).toEqual([1n, 2n, 0n]);
    expect(peer.sent[0]).toEqual({
      answer: { name: 'BlockBodies', requestId: 1n, bodies: [body] },
      outcome: 'served',
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('sends the empty answer after two seconds, and drops what the source gives later', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(6));
    await clock.advance(SERVE_DEADLINE_MS - 1);
    expect(peer.sent).toEqual([]);
    await clock.advance(1);
    expect(idsOf(peer)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
    for (const { answer, outcome } of peer.sent) {
      expect({ answer, outcome }).toMatchObject({ answer: { bodies: [] }, outcome: 'late' });
    }
    for (const { resolve } of calls) resolve([body]);
    await clock.settle();
    expect(peer.sent).toHaveLength(6);
    expect(asked()).toEqual([0, 1, 2, 3]);
  });

  it('sends receipts in time whose request waited for most of it, with as many blocks as are there by then', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(4));
    await clock.advance(500);
    const hashes = upTo(400).map(hashOf);
    peer.server.accept({ name: 'GetReceipts', firstIndex: 0n, requestId: 9n, hashes }, 100);
    await clock.advance(1_400);
    callOf(0).resolve([body]);
    await clock.advance(SERVE_DEADLINE_MS - 1_400);
    const receipts = peer.sent.find(({ answer }) => answer.requestId === 9n);
    expect(receipts).toMatchObject({ answer: { blocks: { length: 8 + 2 } }, outcome: 'served' });
  });

  it('gives the source no further request while it has four that are late', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(4));
    await clock.advance(SERVE_DEADLINE_MS);
    acceptAll(peer, [10, 11]);
    expect(asked()).toEqual([0, 1, 2, 3]);
    callOf(3).resolve([body]);
    await clock.settle();
    expect(asked()).toEqual([0, 1, 2, 3, 10]);
  });

  it('sends the empty answer when the source fails, and continues', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(5));
    callOf(1).reject(new Error('The client is away'));
    await clock.settle();
    expect(peer.sent).toEqual([
      { answer: { name: 'BlockBodies', requestId: 1n, bodies: [] }, outcome: 'failed' },
    ]);
    expect(asked()).toEqual([0, 1, 2, 3, 4]);
  });

  it('sends the empty answer when an item of the source cannot be encoded', async () => {
    const peer = openPeer(undefined, (answer) => {
      if (answer.name === 'BlockBodies' && answer.bodies.length > 0) throw new TypeError('not bytes');
    });
    acceptAll(peer, [1]);
    callOf(1).resolve([body]);
    await clock.settle();
    expect(peer.sent).toMatchObject([{ answer: { bodies: [] }, outcome: 'failed' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('answers at once, without the source, where nothing is asked for or there is no pool', () => {
    const peer = openPeer();
    acceptAll(peer, upTo(8));
    const query = { start: { number: 1n }, limit: 0n, skip: 0n, reverse: false };
    const requests: readonly EthRequest[] = [
      { name: 'GetBlockHeaders', requestId: 20n, query },
      { name: 'GetBlockBodies', requestId: 21n, hashes: [] },
      { name: 'GetReceipts', firstIndex: 0n, requestId: 22n, hashes: [] },
      { name: 'GetPooledTransactions', requestId: 23n, hashes: [hashOf(1)] },
    ];
    for (const request of requests) peer.server.accept(request, 100);
    expect(peer.sent).toEqual([
      { answer: { name: 'BlockHeaders', requestId: 20n, headers: [] }, outcome: 'served' },
      { answer: { name: 'BlockBodies', requestId: 21n, bodies: [] }, outcome: 'served' },
      { answer: { name: 'Receipts', lastIncomplete: false, requestId: 22n, blocks: [] }, outcome: 'served' },
      { answer: { name: 'PooledTransactions', requestId: 23n, transactions: [] }, outcome: 'empty' },
    ]);
    expect(asked()).toEqual([0, 1, 2, 3]);
  });

  it('answers every request, also two with the same ID, with 0 and with the largest ID', async () => {
    const peer = openPeer();
    const ids = [0n, 2n ** 64n - 1n, 5n, 5n];
    for (const [index, requestId] of ids.entries()) peer.server.accept(bodies(index, requestId), 100);
    for (const { resolve } of calls) resolve([body]);
    await clock.settle();
    expect(idsOf(peer)).toEqual(ids);
  });

  it('takes transactions from the pool', async () => {
    const pooled = Uint8Array.of(0xc1, 1);
    const peer = openPeer({
      raw: (hashes) => Promise.resolve(hashes.map(() => pooled)),
      ...{ hasPool: true, takesTransactions: true },
      submit: () => Promise.resolve([]),
      onPending: () => () => undefined,
    });
    peer.server.accept({ name: 'GetPooledTransactions', requestId: 1n, hashes: [hashOf(1)] }, 100);
    await clock.settle();
    expect(peer.sent).toEqual([
      { answer: { name: 'PooledTransactions', requestId: 1n, transactions: [pooled] }, outcome: 'served' },
    ]);
  });
});

describe('the request servers of a node', () => {
  it('share the slots: each session finds one, and those with the fewest get a free one, in turn', async () => {
    serving = new Serving(4);
    const [first, second, third] = [openPeer(), openPeer(), openPeer()];
    acceptAll(first, [10, 11, 12, 13]);
    expect(asked()).toEqual([10, 11]);
    acceptAll(second, [20, 21]);
    acceptAll(third, [30, 31]);
    expect(asked()).toEqual([10, 11, 20, 30]);
    for (const id of [20, 10, 11, 30]) {
      callOf(id).resolve([body]);
      await clock.settle();
    }
    expect(asked().slice(4)).toEqual([21, 12, 31, 13]);
  });

  it('give a slot to a session that comes while others have many slow requests', () => {
    serving = new Serving(3);
    const [busy, other] = [openPeer(), openPeer()];
    acceptAll(busy, [1, 2, 3, 4]);
    expect(asked()).toEqual([1, 2]);
    acceptAll(other, [5]);
    expect(asked()).toEqual([1, 2, 5]);
  });

  it('pass 64 requests to the source at a time', () => {
    for (const index of upTo(20)) acceptAll(openPeer(), [index, index, index, index]);
    expect(calls).toHaveLength(64);
  });

  it('answer with the empty answer when they get no slot in time', async () => {
    serving = new Serving(1);
    const [first, second] = [openPeer(), openPeer()];
    acceptAll(first, [1]);
    acceptAll(second, [2]);
    await clock.advance(SERVE_DEADLINE_MS);
    expect(second.sent).toMatchObject([{ answer: { requestId: 2n, bodies: [] }, outcome: 'late' }]);
    callOf(1).resolve([body]);
    await clock.settle();
    acceptAll(second, [3]);
    expect(asked()).toEqual([1, 3]);
  });

  it('count what was asked for and what was sent, each for its peer and all together', async () => {
    const [first, second] = [openPeer(), openPeer()];
    acceptAll(first, [1, 2, 3]);
    acceptAll(second, [4, 5]);
    callOf(1).resolve([body]);
    callOf(2).resolve([]);
    callOf(4).reject(new Error('away'));
    await clock.advance(SERVE_DEADLINE_MS);
    acceptAll(second, [6]);
    const none = { name: 'GetBlockBodies', served: 0, empty: 0, late: 0, failed: 0, items: 0 };
    expect(first.server.counts).toEqual([{ ...none, asked: 3, served: 1, empty: 1, late: 1, items: 1 }]);
    expect(second.server.counts).toEqual([{ ...none, asked: 3, late: 1, failed: 1 }]);
    expect(serving.tally.list()).toEqual([
      { ...none, asked: 6, served: 1, empty: 1, late: 2, failed: 1, items: 1 },
    ]);
  });
});

describe('the end of a session', () => {
  it('sends nothing more, leaves no timer, and gives the slots back when the source has settled', async () => {
    serving = new Serving(4);
    const [ended, other] = [openPeer(), openPeer()];
    acceptAll(ended, upTo(8));
    ended.server.close();
    acceptAll(ended, [9]);
    expect(clock.pendingTimers).toBe(0);
    acceptAll(other, [20, 21, 22]);
    expect(asked()).toEqual([0, 1, 2, 20]);
    callOf(0).resolve([body]);
    callOf(1).reject(new Error('away'));
    await clock.settle();
    expect(ended.sent).toEqual([]);
    expect(asked()).toEqual([0, 1, 2, 20, 21, 22]);
  });

  it('ends the wait for a slot', async () => {
    serving = new Serving(1);
    const [running, waiting] = [openPeer(), openPeer()];
    acceptAll(running, [1]);
    acceptAll(waiting, [2]);
    waiting.server.close();
    callOf(1).resolve([body]);
    await clock.settle();
    expect(asked()).toEqual([1]);
  });

  it('ends the wait for room', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(MAX_OPEN_REQUESTS));
    const room = peer.server.room();
    peer.server.close();
    await expect(room).resolves.toBeUndefined();
  });
});

describe('a peer with many requests', () => {
  it('fills the server, which has room again within two seconds although the source hangs', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(MAX_OPEN_REQUESTS - 1));
    expect(peer.server.isFull).toBe(false);
    acceptAll(peer, [MAX_OPEN_REQUESTS]);
    expect(peer.server.isFull).toBe(true);
    let hasRoom = false;
    void peer.server.room().then(() => {
      hasRoom = true;
    });
    await clock.advance(SERVE_DEADLINE_MS - 1);
    expect(hasRoom).toBe(false);
    await clock.advance(1);
    expect(hasRoom).toBe(true);
    expect(peer.server.isFull).toBe(false);
    expect(peer.sent).toHaveLength(MAX_OPEN_REQUESTS);
  });

  it('fills the server with few large requests', async () => {
    const peer = openPeer();
    peer.server.accept(bodies(1), MAX_OPEN_BYTES - 1);
    expect(peer.server.isFull).toBe(false);
    peer.server.accept(bodies(2), 1);
    expect(peer.server.isFull).toBe(true);
    callOf(2).resolve([body]);
    await clock.settle();
    expect(peer.server.isFull).toBe(false);
    await expect(peer.server.room()).resolves.toBeUndefined();
  });
});

describe('a peer that does not read its answers', () => {
  it('causes no further calls of the source, and its waiting requests are not late', async () => {
    const peer = openPeer();
    acceptAll(peer, upTo(6));
    peer.congested = true;
    callOf(0).resolve([body]);
    await clock.settle();
    expect(idsOf(peer)).toEqual([0n]);
    expect(asked()).toEqual([0, 1, 2, 3]);
    for (const id of [1, 2, 3]) callOf(id).resolve([body]);
    await clock.advance(5 * SERVE_DEADLINE_MS);
    expect(idsOf(peer)).toEqual([0n, 1n, 2n, 3n]);
    peer.read();
    await clock.settle();
    expect(asked()).toEqual([0, 1, 2, 3, 4, 5]);
    peer.server.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
