import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { MAX_HANDSHAKE_PACKET } from '../../../src-main/rlpx/constants.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../../src-main/rlpx/secure.ts';
import { createAuth, sealAuth } from '../../../src-main/rlpx/handshake.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import type { RlpxError } from '../../../src-main/rlpx/errors.ts';
import { plainAuthOf } from '../../support/plain-auth.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { securePair, streamPair, testNode, type TestNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let dialler: TestNode;
let acceptor: TestNode;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(11);
  dialler = testNode(random, 'dialler');
  acceptor = testNode(random, 'acceptor');
});

const pair = (latencyMs = 0): Promise<[RlpxConnection, RlpxConnection]> =>
  clock.runUntil(securePair(streamPair(clock, latencyMs), [dialler, acceptor], { clock, random }));

describe('an RLPx connection', () => {
  it('authenticates both keys and carries messages both ways', async () => {
    const [a, b] = await pair();
    expect(a.remotePublicKey).toEqual(acceptor.publicKey);
    expect(b.remotePublicKey).toEqual(dialler.publicKey);
    a.send(0x10, Uint8Array.of(1, 2, 3));
    b.send(0, new Uint8Array(0));
    expect(await clock.runUntil(b.read())).toMatchObject({ code: 0x10, payload: Uint8Array.of(1, 2, 3) });
    expect(await clock.runUntil(a.read())).toMatchObject({ code: 0, payload: new Uint8Array(0) });
  });

  it('compresses when both sides have enabled it', async () => {
    const [a, b] = await pair();
    const payload = new Uint8Array(10_000);
    expect(a.send(1, payload)).toBe(10_064);
    expect((await clock.runUntil(b.read())).payload.length).toBe(10_000);
    a.enableCompression();
    b.enableCompression();
    expect(a.send(1, payload)).toBeLessThan(1_000);
    const message = await clock.runUntil(b.read());
    expect(message.payload).toEqual(payload);
    expect(message.frameBytes).toBeLessThan(1_000);
  });

  it('keeps messages, without a timeout, while nothing reads', async () => {
    const [a, b] = await pair();
    a.send(1, Uint8Array.of(1));
    await clock.advance(100);
    a.send(2, Uint8Array.of(2));
    await clock.advance(60_000);
    expect((await clock.runUntil(b.read())).code).toBe(1);
    expect((await clock.runUntil(b.read())).code).toBe(2);
  });

  it('delivers the messages that arrived before the close, then the end', async () => {
    const [a, b] = await pair();
    a.send(1, Uint8Array.of(1));
    void a.close({ code: 2, payload: Uint8Array.of(2) });
    expect((await clock.runUntil(b.read())).code).toBe(1);
    expect((await clock.runUntil(b.read())).code).toBe(2);
    await expect(clock.runUntil(b.read())).rejects.toMatchObject({ code: 'closed-by-remote' });
    await clock.runUntil(Promise.all([a.closed, b.close()]));
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when nothing arrives for 30 seconds', async () => {
    const [, b] = await pair();
    const read = b.read();
    let isOver = false;
    read.catch(() => (isOver = true));
    await clock.advance(29_999);
    expect(isOver).toBe(false);
    await clock.advance(2);
    await expect(read).rejects.toMatchObject({ code: 'read-timeout' });
  });

  it('ends when the other side reads nothing for 20 seconds', async () => {
    const [a] = await pair();
    const ended = a.read();
    ended.catch(() => undefined);
    // The other side does not read, so the send queue stays full.
    a.send(1, random.bytes(200_000));
    await clock.advance(20_100);
    await expect(clock.runUntil(ended, 15_000)).rejects.toMatchObject({ code: 'write-timeout' });
  });

  it('is congested while the other side does not read, and ends when the sender continues', async () => {
    const [a, b] = await pair();
    const ended = a.read();
    const payload = random.bytes(200_000);
    a.send(1, payload);
    expect(a.congested).toBe(false);
    a.send(1, payload);
    expect(a.congested).toBe(true);
    let drained = false;
    void a.drained().then(() => (drained = true));
    await clock.advance(1_000);
    expect(drained).toBe(false);
    b.consume({ onMessage: () => undefined, onEnd: () => undefined });
    await clock.advance(1_000);
    expect(drained).toBe(true);
    b.hold();
    expect(() => {
      for (;;) a.send(1, payload);
    }).toThrow(expect.objectContaining({ code: 'outbound-overflow' }));
    await expect(clock.runUntil(ended)).rejects.toMatchObject({ code: 'outbound-overflow' });
  });

  it('closes within a second when the other side does not read the last message', async () => {
    const [a] = await pair();
    a.send(1, random.bytes(100_000));
    const started = clock.monotonic();
    await clock.runUntil(a.close({ code: 1, payload: Uint8Array.of(0xc0) }));
    expect(clock.monotonic() - started).toBeLessThanOrEqual(1_000);
  });
});

describe('an encryption handshake', () => {
  it('times out after 5 seconds', async () => {
    const [, theirs] = streamPair(clock);
    const { privateKey } = acceptor;
    const inbound = secureInbound(theirs, { privateKey, clock, random });
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({ code: 'handshake-timeout' });
    expect(clock.monotonic()).toBe(5_000);
    expect(theirs.closed).toBe(true);
  });

  it('fails with a node that has another key', async () => {
    const [ours, theirs] = streamPair(clock);
    const other = testNode(random, 'other');
    const outcomes = Promise.allSettled([
      secureOutbound(ours, { ...dialler, remotePublicKey: other.publicKey, clock, random }),
      secureInbound(theirs, { ...acceptor, clock, random }),
    ]);
    const [outbound, inbound] = await clock.runUntil(outcomes);
    expect(inbound).toMatchObject({ reason: { code: 'decryption-failed' } });
    const code = outbound.status === 'rejected' ? (outbound.reason as RlpxError).code : 'none';
    expect(['connection-lost', 'auth-unanswered']).toContain(code);
  });

  it('refuses a packet above 2,048 bytes by its size prefix', async () => {
    const [ours, theirs] = streamPair(clock);
    const inbound = secureInbound(theirs, { ...acceptor, clock, random });
    const size = MAX_HANDSHAKE_PACKET + 1;
    ours.write(Uint8Array.of(size >> 8, size & 0xff));
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({ code: 'handshake-too-large' });
  });

  it('refuses a remote public key that is not on the curve', async () => {
    const [ours] = streamPair(clock);
    const outbound = secureOutbound(ours, {
      ...dialler,
      remotePublicKey: new Uint8Array(64).fill(1),
      clock,
      random,
    });
    await expect(clock.runUntil(outbound)).rejects.toMatchObject({ code: 'invalid-public-key' });
  });

  it('in the form before EIP-8 is accepted only when configured', async () => {
    for (const acceptPreEip8 of [true, false]) {
      const [ours, theirs] = streamPair(clock);
      const inbound = secureInbound(theirs, { ...acceptor, clock, random, acceptPreEip8 });
      ours.write(plainAuth());
      if (acceptPreEip8) expect((await clock.runUntil(inbound)).remotePublicKey).toEqual(dialler.publicKey);
      else {
        // Refused when it is complete, while the peer still waits for the ack.
        await expect(clock.runUntil(inbound)).rejects.toMatchObject({
          code: 'pre-eip8-handshake',
          remotePublicKey: dialler.publicKey,
        });
      }
    }
  });

  it('in the form before EIP-8 gives no identity when its signature is of another key', async () => {
    const [ours, theirs] = streamPair(clock);
    const inbound = secureInbound(theirs, { ...acceptor, clock, random });
    ours.write(plainAuth(new Uint8Array(32).fill(9)));
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({
      code: 'pre-eip8-handshake',
      remotePublicKey: undefined,
    });
  });

  it.each([
    ['garbage of the same length', () => concatBytes(Uint8Array.of(4), random.bytes(306))],
    ['longer garbage', () => concatBytes(Uint8Array.of(4), random.bytes(1_500))],
  ])('that only starts like the form before EIP-8 is not reported as such: %s', async (_, bytes) => {
    const [ours, theirs] = streamPair(clock);
    const inbound = secureInbound(theirs, { ...acceptor, clock, random });
    ours.write(bytes());
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({
      code: expect.stringMatching(/^(handshake-timeout|decryption-failed)$/) as string,
    });
  });

  it('in the form of EIP-8 whose size prefix starts like the older form is accepted', async () => {
    const [ours, theirs] = streamPair(clock);
    const inbound = secureInbound(theirs, { ...acceptor, clock, random });
    const auth = createAuth({
      privateKey: dialler.privateKey,
      remotePublicKey: acceptor.publicKey,
      ephemeralKey: keccak256(random.bytes(4)),
      nonce: random.bytes(32),
    });
    const secret = { ephemeralKey: keccak256(random.bytes(4)), iv: random.bytes(16), padding: 800 };
    const packet = sealAuth(auth, acceptor.publicKey, secret);
    expect(packet[0]).toBe(4);
    ours.write(packet);
    expect((await clock.runUntil(inbound)).remotePublicKey).toEqual(dialler.publicKey);
  });

  it('in the form of EIP-8 is accepted by a node that accepts the older one too', async () => {
    const [ours, theirs] = streamPair(clock);
    const both = Promise.all([
      secureOutbound(ours, { ...dialler, remotePublicKey: acceptor.publicKey, clock, random }),
      secureInbound(theirs, { ...acceptor, clock, random, acceptPreEip8: true }),
    ]);
    const [a, b] = await clock.runUntil(both);
    a.send(5, Uint8Array.of(9));
    expect((await clock.runUntil(b.read())).code).toBe(5);
  });
});

/** A pre-EIP-8 auth for the acceptor that claims the key of the dialler. */
function plainAuth(signer = dialler.privateKey): Uint8Array {
  return plainAuthOf(signer, acceptor, random, dialler.publicKey);
}
