import { beforeEach, describe, expect, it } from 'vitest';
import { mayBeSentWhole, Spread, type PendingTransaction } from '../../../src-main/relay/spread.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { GossipPuppet } from '../../support/gossip-puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom(6);
let spread: Spread;
let peers: GossipPuppet[];

beforeEach(() => {
  spread = new Spread(new SeededRandom(5));
  peers = Array.from({ length: 10 }, (_, at) => new GossipPuppet(at));
  for (const peer of peers) spread.join(peer);
});

function pending(sender = random.bytes(20), isWhole = true): PendingTransaction {
  const encoded = Uint8Array.of(0x42, ...random.bytes(20));
  const { hash, type } = readRelayed(encoded);
  return { hash, type, size: encoded.length, sender: () => sender, encoded: isWhole ? encoded : undefined };
}

describe('pending transactions', () => {
  it('are sent whole to the square root of the peers, and announced to the others', () => {
    spread.tell([pending()]);
    expect(peers.filter(({ got }) => got.length === 1)).toHaveLength(4);
    expect(peers.filter(({ heard }) => heard.length === 1)).toHaveLength(6);
    expect(spread.totals).toEqual({ announced: 6, sentWhole: 4 });
  });

  it('of one sender go whole to the same peers, of many senders to all', () => {
    const sender = random.bytes(20);
    for (let times = 0; times < 5; times++) spread.tell([pending(sender)]);
    expect(peers.map(({ got }) => got.length).filter((count) => count > 0)).toEqual([5, 5, 5, 5]);
    spread.tell(Array.from({ length: 200 }, () => pending()));
    for (const { got } of peers) {
      expect(got.length).toBeGreaterThan(40);
      expect(got.length).toBeLessThan(130);
    }
  });

  it('without bytes are announced only', () => {
    spread.tell([pending(undefined, false)]);
    expect(spread.totals).toEqual({ announced: 10, sentWhole: 0 });
  });

  it('are not told twice, and not to a peer that has them', () => {
    const transaction = pending();
    spread.markKnown(peers[3]!.idHex, transaction.hash);
    spread.tell([transaction]);
    spread.tell([transaction]);
    expect(peers.map(({ got, heard }) => got.length + heard.length)).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
  });

  it('are split into messages of 100 KiB', () => {
    spread.tell(Array.from({ length: 6_000 }, () => pending(undefined, false)));
    expect(peers[0]!.messages.map(({ count }) => count)).toEqual([2_560, 2_560, 880]);
  });

  it('are not told to a peer that has left', () => {
    spread.leave(peers[0]!.idHex);
    spread.tell([pending()]);
    expect(spread.size).toBe(9);
    expect(peers[0]!.messages).toEqual([]);
  });

  it('are announced to one peer', () => {
    const [known, unknown] = [pending(), pending()];
    spread.markKnown(peers[0]!.idHex, known.hash);
    spread.announceTo(peers[0]!.idHex, [known, unknown]);
    spread.announceTo('nobody', [known]);
    expect(spread.totals.announced).toBe(1);
    expect(peers[0]!.heard).toHaveLength(1);
  });

  it('are small and without blobs when they are sent whole', () => {
    expect(mayBeSentWhole(2, 4_096)).toBe(true);
    expect(mayBeSentWhole(2, 4_097)).toBe(false);
    expect(mayBeSentWhole(3, 100)).toBe(false);
  });
});
