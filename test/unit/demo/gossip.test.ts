import { beforeEach, describe, expect, test } from 'vitest';
import { DEMO_WALLETS } from '../../../src-main/demo/accounts.ts';
import { DemoGossip } from '../../../src-main/demo/gossip.ts';
import { signPayment } from '../../../src-main/demo/payments.ts';
import type { DemoTransaction } from '../../../src-main/demo/transactions.ts';
import type { AnnouncedTransaction, GossipPeer } from '../../../src-main/eth/gossip.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OURS = 'aa'.repeat(32);
const [from, to] = DEMO_WALLETS;
const pay = (nonce: bigint): DemoTransaction =>
  signPayment({ from: from!, to: to!, nonce, amount: 1n, asset: 'ether' });
const announced = ({ hash, encoded }: DemoTransaction): AnnouncedTransaction => ({
  ...{ hash, type: 2, size: encoded.length },
});

let clock: VirtualClock;
let gossip: DemoGossip;
/** What the node did with the peer. */
let announcements: AnnouncedTransaction[][];
let requests: Uint8Array[][];
let answer: () => Promise<readonly Uint8Array[]>;

const peer = (idHex: string): GossipPeer => ({
  idHex,
  ask: (hashes) => {
    requests.push([...hashes]);
    return answer();
  },
  announce: (transactions) => announcements.push([...transactions]),
  sendWhole: () => undefined,
  end: () => undefined,
});

beforeEach(() => {
  clock = new VirtualClock();
  [announcements, requests] = [[], []];
  answer = () => Promise.resolve([]);
  const isOurs = (idHex: string): boolean => idHex === OURS;
  gossip = new DemoGossip({ clock, random: new SeededRandom(1), isOurs, busy: false });
});

describe('a demo node', () => {
  test('announces the transactions of its users to our node, and has them', async () => {
    const [early, first, second] = [pay(0n), pay(1n), pay(2n)];
    gossip.add(early);
    gossip.join(peer(OURS));
    expect(gossip.isConnected).toBe(true);
    gossip.add(first);
    gossip.add(second);
    await clock.advance(10_000);
    expect(announcements).toEqual([[announced(first), announced(second)]]);
    expect(await gossip.raw([first.hash, new Uint8Array(32)])).toEqual([first.encoded, undefined]);
  });

  test('tells another node nothing, and asks it for nothing', async () => {
    const receiver = gossip.join(peer('bb'.repeat(32)));
    expect(gossip.isConnected).toBe(false);
    gossip.add(pay(0n));
    receiver.onAnnounced([announced(pay(1n))]);
    await clock.advance(10_000);
    expect([announcements, requests]).toEqual([[], []]);
  });

  test('asks our node for the announced transactions that it does not have', async () => {
    const [own, other] = [pay(0n), pay(1n)];
    gossip.add(own);
    answer = () => Promise.resolve([other.encoded]);
    const receiver = gossip.join(peer(OURS));
    receiver.onAnnounced([announced(own), announced(other)]);
    await clock.settle();
    expect(requests).toEqual([[other.hash]]);
    expect(await gossip.raw([other.hash])).toEqual([other.encoded]);
    receiver.onAnnounced([announced(other)]);
    expect(requests).toHaveLength(1);
  });

  test('keeps whole transactions, and survives a missing answer', async () => {
    const [whole, missing] = [pay(0n), pay(1n)];
    answer = () => Promise.reject(new Error('no answer'));
    const receiver = gossip.join(peer(OURS));
    receiver.onTransactions([whole.encoded]);
    receiver.onAnnounced([announced(whole), announced(missing)]);
    await clock.settle();
    expect(requests).toEqual([[missing.hash]]);
    expect(await gossip.raw([whole.hash, missing.hash])).toEqual([whole.encoded, undefined]);
  });

  test('has no timer after the session', () => {
    const receiver = gossip.join(peer(OURS));
    expect(clock.pendingTimers).toBe(1);
    receiver.onLeft();
    expect(clock.pendingTimers).toBe(0);
    expect(gossip.isConnected).toBe(false);
  });
});
