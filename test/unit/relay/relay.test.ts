import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { REJECT_MS } from '../../../src-main/relay/constants.ts';
import { TransactionRelay } from '../../../src-main/relay/relay.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { announcementOf, FakePool, GossipPuppet, type JoinedPuppet } from '../../support/gossip-puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { blobTransaction, dynamicFeeTransaction, legacyTransaction } from '../../support/transactions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let pool: FakePool;
let relay: TransactionRelay;

beforeEach(() => {
  clock = new VirtualClock();
  pool = new FakePool();
  const random = new SeededRandom(8);
  relay = new TransactionRelay({ source: pool, clock, random, logger: silentLogger });
  relay.start();
});

function join(number: number): JoinedPuppet {
  const puppet = new GossipPuppet(number);
  return { puppet, receiver: relay.join(puppet) };
}

const keyOf = (encoded: Uint8Array): string => readRelayed(encoded).key;

/** Announces transactions, and answers the request for them. */
async function deliver({ puppet, receiver }: JoinedPuppet, ...encoded: readonly Uint8Array[]): Promise<void> {
  receiver.onAnnounced(encoded.map(announcementOf));
  await clock.advance(500);
  puppet.requests.at(-1)!.answer(encoded);
  await clock.settle();
}

describe('a transaction of a peer', () => {
  it('is requested, submitted, and told to the other peers when it is pending', async () => {
    const [from, ...others] = [join(1), join(2), join(3), join(4), join(5)];
    const encoded = dynamicFeeTransaction(1);
    await deliver(from, encoded);
    expect(pool.batches).toEqual([{ peer: from.puppet.idHex, transactions: [encoded] }]);
    expect(others.flatMap(({ puppet }) => puppet.messages)).toEqual([]);
    pool.report([encoded]);
    const got = others.flatMap(({ puppet }) => puppet.got.map(keyOf));
    const heard = others.flatMap(({ puppet }) => puppet.heard);
    expect([...got, ...heard]).toEqual(Array(4).fill(keyOf(encoded)));
    expect(from.puppet.messages).toEqual([]);
    expect(relay.totals()).toMatchObject({
      ...{ announced: 1, received: 1, accepted: 1, pending: 0 },
      ...{ announcedOut: heard.length, sentOut: got.length },
    });
  });

  it('that comes whole is not requested', async () => {
    const [first, second] = [join(1), join(2)];
    const encoded = legacyTransaction(1);
    first.receiver.onAnnounced([announcementOf(encoded)]);
    second.receiver.onTransactions([encoded]);
    await clock.advance(1_000);
    expect(first.puppet.requests).toEqual([]);
    expect(pool.submitted).toEqual([encoded]);
  });

  it('is told when the report comes before the answer to its submission', async () => {
    const [from, other] = [join(1), join(2)];
    const encoded = dynamicFeeTransaction(1);
    pool.beforeAnswer = () => {
      pool.report([encoded]);
      return Promise.resolve();
    };
    from.receiver.onTransactions([encoded]);
    expect(other.puppet.got).toEqual([encoded]);
    await clock.settle();
    expect(relay.totals().accepted).toBe(1);
  });

  it('is submitted once, however many peers send it', async () => {
    const encoded = dynamicFeeTransaction(1);
    for (const number of [1, 2, 3]) join(number).receiver.onTransactions([encoded]);
    await clock.settle();
    join(4).receiver.onTransactions([encoded]);
    const late = join(5);
    late.receiver.onAnnounced([announcementOf(encoded)]);
    await clock.advance(1_000);
    expect(pool.submitted).toEqual([encoded]);
    expect(late.puppet.requests).toEqual([]);
    expect(relay.totals().refused['rejected-before']).toBe(0);
  });

  it('is refused when it is too large, and its peer stays', async () => {
    const { puppet, receiver } = join(1);
    receiver.onTransactions([dynamicFeeTransaction(1, new Uint8Array(131_072))]);
    await deliver({ puppet, receiver }, blobTransaction(1, 8).pooled);
    expect(relay.totals().refused['too-large']).toBe(2);
    expect(pool.submitted).toEqual([]);
    expect(puppet.ended).toBeUndefined();
  });

  it('is dropped when the peer exceeds its rate', async () => {
    const { receiver } = join(1);
    const many = Array.from({ length: 4_100 }, (_, number) => Uint8Array.of(0x42, number >> 8, number & 255));
    receiver.onTransactions(many);
    expect(relay.totals().refused['rate-limited']).toBe(4);
    await clock.advance(1_000);
    expect(pool.submitted).toHaveLength(4_096);
    receiver.onTransactions(many.slice(-4));
    await clock.settle();
    expect(pool.submitted).toHaveLength(4_100);
  });
});

describe('a peer that floods', () => {
  it('with whole transactions has the excess dropped unread', async () => {
    const { puppet, receiver } = join(1);
    const known = dynamicFeeTransaction(1);
    const message = Array.from({ length: 4_096 }, () => known);
    receiver.onTransactions(message);
    receiver.onTransactions(message);
    const malformed = Uint8Array.of(0x02, 0xc0);
    receiver.onTransactions([malformed]);
    expect(puppet.ended).toBeUndefined();
    expect(relay.totals()).toMatchObject({ received: 8_193, refused: { 'rate-limited': 1, malformed: 0 } });
    await clock.advance(1_000);
    receiver.onTransactions([malformed]);
    expect(puppet.ended).toBeDefined();
  });

  it('with announcements has the excess dropped unread', () => {
    const { puppet, receiver } = join(1);
    const [known, excess] = [dynamicFeeTransaction(1), dynamicFeeTransaction(2)];
    receiver.onAnnounced(Array.from({ length: 16_384 }, () => announcementOf(known)));
    receiver.onAnnounced([announcementOf(excess)]);
    join(2).receiver.onTransactions([known, excess]);
    pool.report([known, excess]);
    expect(puppet.got.map(keyOf)).toEqual([keyOf(excess)]);
  });
});

describe('a transaction that the client refuses', () => {
  const encoded = dynamicFeeTransaction(1);

  it.each(['refused', 'invalid'] as const)('as %s is not asked for again for five minutes', async (kind) => {
    pool.verdict = () => ({ kind, reason: 'nonce too low' });
    await deliver(join(1), encoded);
    const second = join(2);
    second.receiver.onAnnounced([announcementOf(encoded)]);
    second.receiver.onTransactions([encoded]);
    await clock.advance(1_000);
    expect(second.puppet.requests).toEqual([]);
    expect(pool.submitted).toHaveLength(1);
    expect(relay.totals().refused).toMatchObject({ 'rejected-by-client': 1, 'rejected-before': 2 });
    await clock.advance(REJECT_MS);
    second.receiver.onAnnounced([announcementOf(encoded)]);
    await clock.advance(500);
    expect(second.puppet.requests).toHaveLength(1);
  });

  it('costs the peer more of its rate than one that is taken', async () => {
    pool.verdict = () => ({ kind: 'refused', reason: 'transaction underpriced' });
    const { receiver } = join(1);
    const many = (from: number) =>
      Array.from({ length: 1_000 }, (_, at) => Uint8Array.of(0x42, (from + at) >> 8, (from + at) & 255));
    receiver.onTransactions(many(0));
    await clock.settle();
    for (let turn = 0; turn < 40; turn++) await clock.settle();
    receiver.onTransactions(many(1_000));
    expect(relay.totals().refused['rate-limited']).toBe(1_000);
  });

  it('because of its blobs may come with other blobs', async () => {
    const { pooled } = blobTransaction(1);
    pool.verdict = () => ({ kind: 'invalid', reason: 'invalid blob proof' });
    await deliver(join(1), pooled);
    pool.verdict = () => ({ kind: 'accepted' });
    await deliver(join(2), pooled);
    expect(relay.totals()).toMatchObject({ accepted: 1, refused: { 'rejected-before': 0 } });
  });
});

describe('without an answer of the client', () => {
  const encoded = dynamicFeeTransaction(1);

  it.each([
    ['is busy', () => Promise.reject(new Error('busy')), undefined],
    ['does not answer for one', () => Promise.resolve(), { kind: 'unanswered' as const }],
  ])('that %s, a transaction is dropped and may come again', async (_, beforeAnswer, verdict) => {
    pool.beforeAnswer = beforeAnswer;
    if (verdict !== undefined) pool.verdict = () => verdict;
    await deliver(join(1), encoded);
    pool.beforeAnswer = () => Promise.resolve();
    pool.verdict = () => ({ kind: 'accepted' });
    await deliver(join(2), encoded);
    expect(pool.batches).toHaveLength(2);
    expect(relay.totals()).toMatchObject({ accepted: 1, refused: { 'rejected-by-client': 0 } });
  });

  it('that takes no transactions, nothing is requested or submitted', async () => {
    pool.takesTransactions = false;
    const { puppet, receiver } = join(1);
    receiver.onAnnounced([announcementOf(encoded)]);
    receiver.onTransactions([encoded]);
    await clock.advance(1_000);
    expect(puppet.requests).toEqual([]);
    expect(pool.batches).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a peer that breaks a rule is disconnected', () => {
  const encoded = dynamicFeeTransaction(1);
  const honest = announcementOf(encoded);

  it.each([
    ['type', { ...honest, type: 3 }, 'announced-type-differs'],
    ['size', { ...honest, size: honest.size + 9 }, 'announced-size-differs'],
  ] as const)(
    'when it announced another %s, also if another peer sent the transaction',
    async (_, lie, refusal) => {
      const [liar, sender, third] = [join(1), join(2), join(3)];
      liar.receiver.onAnnounced([lie]);
      third.receiver.onAnnounced([honest]);
      sender.receiver.onTransactions([encoded]);
      await clock.settle();
      expect(liar.puppet.ended?.code).toBe('false-announcement');
      expect(liar.puppet.ended?.reason).toBe('subprotocol-error');
      expect([sender, third].map(({ puppet }) => puppet.ended)).toEqual([undefined, undefined]);
      expect(relay.totals().refused[refusal]).toBe(1);
      expect(pool.submitted).toEqual([encoded]);
    },
  );

  it.each([
    ['without blobs', (blob: ReturnType<typeof blobTransaction>) => blob.bare],
    ['with other blobs', (blob: ReturnType<typeof blobTransaction>) => blob.mismatched],
  ])('when it sends a blob transaction %s, and the next announcer is asked', async (_, bad) => {
    const blob = blobTransaction(1, 2);
    const [liar, good] = [join(1), join(2)];
    liar.receiver.onAnnounced([{ hash: blob.hash, type: 3, size: bad(blob).length }]);
    good.receiver.onAnnounced([announcementOf(blob.pooled)]);
    expect(liar.puppet.requests[0]?.hashes).toEqual([bytesToHex(blob.hash)]);
    liar.puppet.requests[0]!.answer([bad(blob)]);
    await clock.settle();
    expect(liar.puppet.ended?.code).toBe('bad-blob-transaction');
    expect(relay.totals().refused['blob-commitments-differ']).toBe(1);
    good.puppet.requests[0]!.answer([blob.pooled]);
    await clock.settle();
    expect(good.puppet.ended).toBeUndefined();
    expect(pool.submitted).toEqual([blob.pooled]);
  });

  it('when it sends a blob transaction that was not requested', () => {
    const { puppet, receiver } = join(1);
    receiver.onTransactions([blobTransaction(1).pooled]);
    expect(puppet.ended?.message).toContain('it was not requested');
  });

  it('when it answers with another transaction', async () => {
    const peer = join(1);
    peer.receiver.onAnnounced([honest]);
    await clock.advance(500);
    peer.puppet.requests[0]!.answer([dynamicFeeTransaction(2)]);
    await clock.settle();
    expect(peer.puppet.ended?.code).toBe('bad-answer');
    expect(pool.submitted).toEqual([]);
  });

  it('when it sends what is no transaction; what came before counts', async () => {
    const { puppet, receiver } = join(1);
    receiver.onTransactions([encoded, Uint8Array.of(2, 0x80), dynamicFeeTransaction(2)]);
    await clock.settle();
    expect(puppet.ended?.code).toBe('malformed-message');
    expect(relay.totals().refused.malformed).toBe(1);
    expect(pool.submitted).toEqual([encoded]);
  });

  it('and nothing that it sends later is heard', async () => {
    const { puppet, receiver } = join(1);
    receiver.onTransactions([Uint8Array.of(2, 0x80)]);
    receiver.onTransactions([encoded]);
    receiver.onAnnounced([honest]);
    receiver.onLeft();
    await clock.advance(1_000);
    expect(pool.submitted).toEqual([]);
    expect(puppet.requests).toEqual([]);
  });
});

describe('pending transactions of the client', () => {
  it('from elsewhere are looked up and told to all peers', async () => {
    const { puppet } = join(1);
    const encoded = dynamicFeeTransaction(1);
    pool.held.set(keyOf(encoded), encoded);
    pool.report([encoded]);
    await clock.settle();
    expect(puppet.got).toEqual([encoded]);
  });

  it('are announced to a peer that comes later', async () => {
    join(1);
    const encoded = dynamicFeeTransaction(1);
    pool.held.set(keyOf(encoded), encoded);
    pool.report([encoded]);
    await clock.settle();
    const { puppet } = join(2);
    expect(puppet.heard).toEqual([keyOf(encoded)]);
  });

  it('are requested from nobody', async () => {
    const { puppet, receiver } = join(1);
    const encoded = dynamicFeeTransaction(1);
    receiver.onAnnounced([announcementOf(encoded)]);
    pool.report([encoded]);
    await clock.advance(1_000);
    expect(puppet.requests).toEqual([]);
  });
});

describe('the relay', () => {
  it('keeps a peer that has come back when its old session ends', async () => {
    const old = join(1);
    const { puppet, receiver } = join(1);
    old.receiver.onLeft();
    receiver.onAnnounced([announcementOf(dynamicFeeTransaction(1))]);
    await clock.advance(500);
    expect(puppet.requests).toHaveLength(1);
  });

  it('leaves nothing behind when it stops', async () => {
    const { receiver } = join(1);
    receiver.onAnnounced([announcementOf(dynamicFeeTransaction(1))]);
    relay.stop();
    expect(pool.isFollowed).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    receiver.onTransactions([dynamicFeeTransaction(2)]);
    await clock.settle();
    expect(pool.batches).toEqual([]);
  });
});
