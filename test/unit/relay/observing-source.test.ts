import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { MAX_OBSERVED, OBSERVED_MS, REJECT_MS } from '../../../src-main/relay/constants.ts';
import { OBSERVING_SOURCE } from '../../../src-main/relay/observing-source.ts';
import { TransactionRelay } from '../../../src-main/relay/relay.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { announcementOf, GossipPuppet, type JoinedPuppet } from '../../support/gossip-puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { blobTransaction, dynamicFeeTransaction } from '../../support/transactions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let relay: TransactionRelay;

beforeEach(() => {
  clock = new VirtualClock();
  const random = new SeededRandom(8);
  relay = new TransactionRelay({ source: OBSERVING_SOURCE, clock, random, logger: silentLogger });
  relay.start();
});

function join(number: number): JoinedPuppet {
  const puppet = new GossipPuppet(number);
  return { puppet, receiver: relay.join(puppet) };
}

/** Announces transactions, and answers the request for them. */
async function deliver({ puppet, receiver }: JoinedPuppet, ...encoded: readonly Uint8Array[]): Promise<void> {
  receiver.onAnnounced(encoded.map(announcementOf));
  await clock.advance(500);
  puppet.requests.at(-1)!.answer(encoded);
  await clock.settle();
}

describe('a relay without a pool', () => {
  it('requests, checks and counts transactions, and tells no peer of them', async () => {
    const [from, other] = [join(1), join(2)];
    const [asked, unasked] = [dynamicFeeTransaction(1), dynamicFeeTransaction(2)];
    await deliver(from, asked);
    await deliver(from, blobTransaction(1, 2).pooled);
    from.receiver.onTransactions([unasked]);
    await clock.advance(10_000);
    const late = join(3);
    await clock.advance(10_000);
    for (const { puppet } of [from, other, late]) expect(puppet.messages).toEqual([]);
    expect(relay.totals()).toMatchObject({
      ...{ announced: 2, received: 3, observed: 3, pending: 0 },
      ...{ accepted: 0, announcedOut: 0, sentOut: 0 },
    });
  });

  it('counts a transaction once, and does not request what it knows', async () => {
    const encoded = dynamicFeeTransaction(1);
    await deliver(join(1), encoded);
    await clock.advance(2 * REJECT_MS);
    const second = join(2);
    second.receiver.onAnnounced([announcementOf(encoded)]);
    second.receiver.onTransactions([encoded]);
    await clock.advance(1_000);
    expect(second.puppet.requests).toEqual([]);
    expect(relay.totals()).toMatchObject({ received: 2, observed: 1 });
  });

  it('forgets a transaction after an hour', async () => {
    const encoded = dynamicFeeTransaction(1);
    await deliver(join(1), encoded);
    await clock.advance(OBSERVED_MS);
    await deliver(join(2), encoded);
    expect(relay.totals().observed).toBe(2);
  });

  it('forgets the oldest of too many', async () => {
    const numbered = (number: number): Uint8Array => {
      const encoded = Uint8Array.of(0x42, 0, 0, 0, 0);
      new DataView(encoded.buffer).setUint32(1, number);
      return encoded;
    };
    // More than one peer may send at a time.
    const PER_PEER = 4_096;
    for (let from = 0; from <= MAX_OBSERVED; from += PER_PEER) {
      const count = Math.min(PER_PEER, MAX_OBSERVED + 1 - from);
      join(from).receiver.onTransactions(Array.from({ length: count }, (_, at) => numbered(from + at)));
      for (let batch = 0; batch <= PER_PEER / 64; batch++) await clock.settle();
    }
    expect(relay.totals().observed).toBe(MAX_OBSERVED + 1);
    join(1).receiver.onTransactions([numbered(0), numbered(MAX_OBSERVED)]);
    await clock.settle();
    expect(relay.totals().observed).toBe(MAX_OBSERVED + 2);
  });

  it.each([
    ['without blobs', (blob: ReturnType<typeof blobTransaction>) => blob.bare],
    ['with other blobs', (blob: ReturnType<typeof blobTransaction>) => blob.mismatched],
  ])('disconnects who sends a blob transaction %s, and asks the next announcer', async (_, bad) => {
    const blob = blobTransaction(1, 2);
    const [liar, good] = [join(1), join(2)];
    for (const { receiver } of [liar, good]) receiver.onAnnounced([announcementOf(blob.pooled)]);
    liar.puppet.requests[0]!.answer([bad(blob)]);
    await clock.settle();
    expect(liar.puppet.ended?.code).toBe('bad-blob-transaction');
    expect(good.puppet.requests[0]?.hashes).toEqual([bytesToHex(blob.hash)]);
    good.puppet.requests[0]!.answer([blob.pooled]);
    await clock.settle();
    expect(good.puppet.ended).toBeUndefined();
    expect(relay.totals()).toMatchObject({ observed: 1, refused: { 'blob-commitments-differ': 1 } });
  });

  it('disconnects who announced another size', async () => {
    const peer = join(1);
    const encoded = dynamicFeeTransaction(1);
    const announced = announcementOf(encoded);
    peer.receiver.onAnnounced([{ ...announced, size: announced.size + 9 }]);
    await clock.advance(500);
    peer.puppet.requests[0]!.answer([encoded]);
    await clock.settle();
    expect(peer.puppet.ended?.code).toBe('false-announcement');
    expect(relay.totals().refused['announced-size-differs']).toBe(1);
  });
});

it('has none of the transactions that it was given', async () => {
  const encoded = dynamicFeeTransaction(1);
  expect(await OBSERVING_SOURCE.submit([encoded, encoded])).toEqual([
    { kind: 'observed' },
    { kind: 'observed' },
  ]);
  expect(await OBSERVING_SOURCE.raw([readRelayed(encoded).hash])).toEqual([undefined]);
});
