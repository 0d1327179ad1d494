import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_CHALLENGES, MAX_SESSIONS, NODE_RATE } from '../../../../src-main/discovery/v5/constants.ts';
import { Session, SessionCache } from '../../../../src-main/discovery/v5/session-cache.ts';
import type { WhoareyouPacket } from '../../../../src-main/discovery/v5/packet.ts';
import { bytesToHex } from '../../../../src-main/base/bytes.ts';
import { encodeEnr, signEnr } from '../../../../src-main/node-record/enr.ts';
import { MemoryNetwork } from '../../../support/memory-network.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';
import { V5Node } from '../../../support/v5-node.ts';
import { V5Puppet, type Twist } from '../../../support/v5-puppet.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const PING = { type: 'ping', enrSeq: 1n } as const;

let clock: VirtualClock;
let network: MemoryNetwork;
let node: V5Node;
let eve: V5Puppet;

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { latencyMs: 1 });
  node = await new V5Node(network, clock, '10.0.0.1', 1).start();
  eve = await new V5Puppet('10.0.0.2', 2, node.node).open(network);
});

afterEach(() => node.stop());

/** Sends packets and waits until they are handled. */
async function deliver(...datagrams: Uint8Array[]): Promise<void> {
  for (const datagram of datagrams) eve.send(datagram);
  await clock.advance(5);
}

/** Makes the node challenge the puppet. */
async function challenged(): Promise<WhoareyouPacket> {
  await deliver(eve.garbage());
  const challenge = eve.challenges.at(-1);
  if (challenge === undefined) throw new Error('no challenge');
  return challenge;
}

function outcomes(): (string | undefined)[] {
  return node.events.of('discovery/session').map(({ failure }) => failure);
}

describe('a challenge of ours', () => {
  it('stays the same for a second, for any packet, and then changes', async () => {
    const first = await challenged();
    await clock.advance(900);
    expect(bytesToHex((await challenged()).challengeData)).toBe(bytesToHex(first.challengeData));
    await clock.advance(100);
    const later = await challenged();
    expect(bytesToHex(later.idNonce)).not.toBe(bytesToHex(first.idNonce));
    expect(node.dispatcher.snapshot().challenges).toBe(1);
  });

  it('contains the sequence number of the known record', async () => {
    node.known.set(eve.node.idHex, signEnr({}, 7n, eve.privateKey));
    expect((await challenged()).enrSeq).toBe(7n);
  });

  it('expires', async () => {
    const challenge = await challenged();
    await clock.advance(1_000);
    await deliver(eve.handshake(challenge, PING));
    expect(node.drops).toEqual(['no-challenge']);
    expect(node.dispatcher.snapshot()).toMatchObject({ sessions: 0, challenges: 0 });
  });

  it('can be answered once: a replayed handshake is dropped', async () => {
    const challenge = await challenged();
    const handshake = eve.handshake(challenge, PING);
    await deliver(handshake);
    expect(outcomes()).toEqual([undefined]);
    expect(node.requests).toHaveLength(1);
    await deliver(handshake, handshake);
    expect(node.drops).toEqual(['no-challenge', 'no-challenge']);
    // The old answer does not match a new challenge.
    await challenged();
    await deliver(handshake);
    expect(outcomes()).toEqual([undefined, 'bad-id-signature']);
    expect(node.requests).toHaveLength(1);
    expect(node.dispatcher.snapshot().sessions).toBe(1);
  });

  it('is valid only for the address that it was sent to', async () => {
    const challenge = await challenged();
    const elsewhere = await new V5Puppet('10.0.0.9', 2, node.node).open(network);
    elsewhere.send(eve.handshake(challenge, PING));
    await clock.advance(5);
    expect(node.drops).toEqual(['no-challenge']);
  });

  it('does not amplify a flood, and memory stays bounded', async () => {
    const random = new SeededRandom(9);
    let [inBytes, outBytes] = [0, 0];
    network.tap = ({ length }, { ip }) => {
      if (ip === '10.0.0.2') inBytes += length;
      else outBytes += length;
    };
    for (let round = 0; round < MAX_CHALLENGES + 1_000; round++) {
      node.handle(eve.garbage(random.bytes(32)), eve.address);
      inBytes += 91;
    }
    expect(node.dispatcher.snapshot()).toEqual({
      sessions: 0,
      challenges: MAX_CHALLENGES,
      requests: 0,
      queued: 0,
    });
    expect(outBytes).toBeLessThan(inBytes);
    await clock.advance(1_000);
    expect(node.dispatcher.snapshot().challenges).toBe(0);
  });

  it('is not sent again to a node above the rate limit', async () => {
    for (let round = 0; round < NODE_RATE.burst + 20; round++) eve.send(eve.garbage());
    await clock.advance(5);
    expect(eve.challenges).toHaveLength(NODE_RATE.burst);
    expect(new Set(node.drops)).toEqual(new Set(['node-rate-limit']));
    expect(node.drops).toHaveLength(20);
  });
});

describe('a handshake is refused', () => {
  const other = new V5Puppet('10.0.0.2', 77, { ...new V5Puppet('10.0.0.1', 1, {} as never).node });

  it.each<[string, string, Twist]>([
    ['without a record if we have none', 'no-record', { record: undefined }],
    ['with the record of another node', 'wrong-record', { record: encodeEnr(other.record) }],
    ['with an invalid record', 'bad-record', { record: new Uint8Array(40).fill(0xc1) }],
    ['signed by another key', 'bad-id-signature', { signingKey: other.privateKey }],
    [
      'with an ephemeral key that is not on the curve',
      'bad-ephemeral-key',
      { ephemeralKey: Uint8Array.of(2, ...new Uint8Array(32).fill(255)) },
    ],
    ['encrypted with another key', 'decryption-fails', { key: new Uint8Array(16) }],
  ])('%s', async (_name, code, twist) => {
    const challenge = await challenged();
    await deliver(eve.handshake(challenge, PING, twist));
    expect(node.drops).toEqual([code]);
    expect(outcomes()).toEqual([code]);
    expect(node.requests).toEqual([]);
    expect(node.told).toEqual([]);
    expect(node.dispatcher.snapshot()).toMatchObject({ sessions: 0, challenges: 0 });
    // A valid handshake is accepted afterwards.
    await deliver(eve.handshake(await challenged(), PING));
    expect(node.requests).toHaveLength(1);
  });

  it('not because of an older record: the known one is kept', async () => {
    node.known.set(eve.node.idHex, signEnr({}, 9n, eve.privateKey));
    await deliver(eve.handshake(await challenged(), PING));
    expect(node.requests[0]?.from.record?.seq).toBe(9n);
  });

  it('not because of an invalid message: only the message is dropped', async () => {
    const challenge = await challenged();
    const nine = Uint8Array.of(0x01, 0xcb, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1);
    await deliver(eve.handshake(challenge, nine));
    expect(node.drops).toEqual(['bad-request-id']);
    expect(outcomes()).toEqual([undefined]);
  });
});

describe('an unsolicited packet', () => {
  it('is dropped if its sender is our own node ID', async () => {
    await deliver(eve.garbage(node.node.id));
    expect(node.drops).toEqual(['own-packet']);
    expect(eve.received).toEqual([]);
  });

  it('is left to other protocols if its protocol-id is not discv5', async () => {
    const handled = [new Uint8Array(62), new Uint8Array(63), new Uint8Array(1_281)].map((datagram) =>
      node.handle(datagram, eve.address),
    );
    expect(handled).toEqual([false, false, false]);
    expect(node.drops).toEqual([]);
  });

  it('is dropped with a reason if its content is invalid', async () => {
    const whoareyou = eve.whoareyou(new Uint8Array(12));
    expect(node.handle(Uint8Array.of(...whoareyou, 0), eve.address)).toBe(true);
    expect(node.drops).toEqual(['trailing-bytes']);
  });

  it('is a challenge only with the nonce of a request, from the node’s address, and once', async () => {
    await deliver(eve.whoareyou(new Uint8Array(12)));
    expect(node.drops).toEqual(['unsolicited-challenge']);
    const request = node.dispatcher.request(eve.node, PING).catch(() => 'failed');
    await clock.advance(5);
    const nonce = eve.received.at(-1)?.nonce ?? new Uint8Array(0);
    const elsewhere = await new V5Puppet('10.0.0.9', 2, node.node).open(network);
    elsewhere.send(elsewhere.whoareyou(nonce));
    await clock.advance(5);
    expect(node.drops.at(-1)).toBe('wrong-address');
    await deliver(eve.whoareyou(nonce), eve.whoareyou(nonce));
    expect(node.drops.at(-1)).toBe('second-challenge');
    const handshake = eve.received.at(-1);
    await deliver(eve.whoareyou(handshake?.nonce ?? nonce));
    expect(node.drops.at(-1)).toBe('second-challenge');
    expect(eve.received.map(({ kind }) => kind)).toEqual(['ordinary', 'handshake']);
    expect(await clock.runUntil(request)).toBe('failed');
    expect(outcomes()).toEqual(['timeout']);
  });
});

describe('session keys', () => {
  const key = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

  it('are kept for 1,024 peers; the least recently used ones are dropped first', () => {
    const cache = new SessionCache();
    for (let peer = 0; peer < MAX_SESSIONS; peer++)
      cache.open(String(peer)).accept(new Session(key(1), key(2)));
    cache.get('0');
    cache.open('one more');
    expect(cache.size).toBe(MAX_SESSIONS);
    expect(cache.get('0')?.current).toBeDefined();
    expect(cache.get('1')).toBeUndefined();
  });

  it('never use a nonce twice, and are not used after the last value of the counter', () => {
    const random = new SeededRandom(3);
    const session = new Session(key(1), key(2), 2 ** 32 - 3);
    const sessions = new SessionCache().open('peer');
    sessions.accept(session);
    const counters = [1, 2, 3].map(() => session.nextNonce(random)?.subarray(0, 4));
    expect(counters.map((bytes) => bytes && bytesToHex(bytes))).toEqual(['fffffffe', 'ffffffff', undefined]);
    expect(session.isSpent).toBe(true);
    expect(sessions.current).toBeUndefined();
  });

  it('count the messages in the first four bytes of the nonce', () => {
    const random = new SeededRandom(4);
    const session = new Session(key(1), key(2));
    const nonces = Array.from({ length: 300 }, () => session.nextNonce(random) ?? key(0));
    expect(bytesToHex(nonces[0]?.subarray(0, 4) ?? key(0))).toBe('00000001');
    expect(bytesToHex(nonces[299]?.subarray(0, 4) ?? key(0))).toBe('0000012c');
    expect(new Set(nonces.map((nonce) => bytesToHex(nonce.subarray(4)))).size).toBe(300);
  });
});
