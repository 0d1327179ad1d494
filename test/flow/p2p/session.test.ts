import type { MessageCount } from '../../../shared/model/peer.ts';
import { endSentence } from '../../../shared/causes/sentences.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { encodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { endCauseOf } from '../../../src-main/p2p/end-cause.ts';
import { ProtocolError } from '../../../src-main/p2p/errors.ts';
import { createHello, exchangeHello, refuseConnection } from '../../../src-main/p2p/hello.ts';
import { encodeHello, P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { Channel, Protocol } from '../../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../../src-main/rlpx/secure.ts';
import { compressSnappy, decompressSnappy } from '../../../src-main/base/snappy.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import {
  openBarePeer,
  openSession,
  securePair,
  sessionPair,
  streamPair,
  testNode,
  type BarePeer,
  type TestNode,
} from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(5);
});

/** A protocol with this `run`. */
const sumOf = (messages: readonly MessageCount[], member: 'bytesIn' | 'bytesOut'): number =>
  messages.reduce((sum, message) => sum + message[member], 0);

function protocol(name: string, run: (channel: Channel) => Promise<void>, length = 8): Protocol {
  return { name, version: 1, length, messageName: (code) => `Message ${String(code)}`, run };
}

/** A protocol that sends no message. */
const idle = (name = 'idle'): Protocol =>
  protocol(name, async (channel) => {
    channel.established();
    for (;;) await channel.receive();
  });

/** A session of ours; the test compresses what its peer sends. */
const withBarePeer = (protocols: readonly Protocol[]): Promise<BarePeer> =>
  clock.runUntil(openBarePeer(protocols, { clock, random, compresses: false }));

/** A bare connection, before Hello. */
async function rawPair(ours: TestNode, theirs: TestNode): Promise<[RlpxConnection, RlpxConnection]> {
  return clock.runUntil(securePair(streamPair(clock), [ours, theirs], { clock, random }));
}

describe('Hello', () => {
  it.each([
    ['above 2 KiB', new Uint8Array(2_049), 'hello-too-large', 'breach of protocol'],
    ['that is not RLP', Uint8Array.of(0xff), 'malformed-hello', 'breach of protocol'],
    ['without a key', encodeRlp([5, 'x', [], 0, '']), 'invalid-identity', 'invalid node identity'],
    [
      'with the key of another node',
      encodeHello({
        p2pVersion: 5,
        clientName: 'x',
        capabilities: [],
        listenPort: 0,
        publicKey: new Uint8Array(64).fill(1),
      }),
      'unexpected-identity',
      'unexpected identity',
    ],
  ] as const)('%s is refused with its reason', async (_, payload, code, reason) => {
    const ours = testNode(random, 'ours', [idle()]);
    const [connection, raw] = await rawPair(ours, testNode(random, 'theirs'));
    raw.send(P2P_CODES.hello, payload);
    const outcome = exchangeHello(connection, createHello(ours));
    await expect(clock.runUntil(outcome)).rejects.toMatchObject({
      endCause: { code, disconnectReason: reason, by: 'local', stage: 'hello' },
    });
    expect((await clock.runUntil(raw.read())).code).toBe(P2P_CODES.hello);
    expect((await clock.runUntil(raw.read())).code).toBe(P2P_CODES.disconnect);
  });

  it('is required: another message ends the connection', async () => {
    const ours = testNode(random, 'ours', [idle()]);
    const [connection, raw] = await rawPair(ours, testNode(random, 'theirs'));
    raw.send(0x10, encodeRlp([]));
    await expect(clock.runUntil(exchangeHello(connection, createHello(ours)))).rejects.toMatchObject({
      endCause: { code: 'hello-missing' },
    });
  });

  it('can be replaced by a Disconnect with its reason', async () => {
    const ours = testNode(random, 'ours', [idle()]);
    const [connection, raw] = await rawPair(ours, testNode(random, 'theirs'));
    expect(refuseConnection(raw, 'too-many-peers')).toMatchObject({ code: 'too-many-peers', by: 'local' });
    await expect(clock.runUntil(exchangeHello(connection, createHello(ours)))).rejects.toMatchObject({
      endCause: { code: 'too-many-peers', by: 'remote', stage: 'hello', disconnectReason: 'too many peers' },
    });
  });

  it.each([0, 20])(
    'can be replaced by a Disconnect right after the ack, with a latency of %i ms',
    async (latencyMs) => {
      const [ours, theirs] = [testNode(random, 'ours', [idle()]), testNode(random, 'theirs')];
      const [dialling, accepting] = streamPair(clock, latencyMs);
      const refused = secureInbound(accepting, { privateKey: theirs.privateKey, clock, random }).then((raw) =>
        refuseConnection(raw, 'too-many-peers'),
      );
      const parts = { privateKey: ours.privateKey, remotePublicKey: theirs.publicKey, clock, random };
      const outcome = secureOutbound(dialling, parts).then((raw) => exchangeHello(raw, createHello(ours)));
      await expect(clock.runUntil(outcome)).rejects.toMatchObject({
        endCause: {
          code: 'too-many-peers',
          by: 'remote',
          stage: 'hello',
          disconnectReason: 'too many peers',
        },
      });
      await clock.runUntil(refused);
    },
  );

  it('can be replaced by the end of the connection before ours is sent', async () => {
    const ours = testNode(random, 'ours', [idle()]);
    const [connection, raw] = await rawPair(ours, testNode(random, 'theirs'));
    await clock.runUntil(raw.close());
    await expect(clock.runUntil(exchangeHello(connection, createHello(ours)))).rejects.toMatchObject({
      endCause: { code: 'closed-by-remote', by: 'remote', stage: 'hello' },
    });
  });

  it('is awaited with a timeout', async () => {
    const ours = testNode(random, 'ours', [idle()]);
    const [connection, raw] = await rawPair(ours, testNode(random, 'theirs'));
    raw.consume({ onMessage: () => undefined, onEnd: () => undefined });
    const outcome = exchangeHello(connection, createHello(ours));
    await expect(clock.runUntil(outcome)).rejects.toMatchObject({
      endCause: { code: 'read-timeout', stage: 'hello' },
    });
  });

  it('can be followed by a refusal, which is compressed', async () => {
    const [ours, theirs] = [testNode(random, 'ours', [idle()]), testNode(random, 'theirs', [idle()])];
    const [a, b] = await rawPair(ours, theirs);
    const [hello, session] = await clock.runUntil(
      Promise.all([exchangeHello(a, createHello(ours)), openSession(b, theirs, { clock })]),
    );
    const cause = hello.refuse('banned', { ban: 'node', network: '', reason: '' });
    expect(cause).toEqual({
      code: 'banned',
      params: { ban: 'node', network: '', reason: '' },
      by: 'local',
      stage: 'hello',
      disconnectReason: 'disconnect requested',
    });
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: 'disconnect-requested',
      by: 'remote',
    });
  });
});

describe('a session', () => {
  it('multiplexes any two protocols', async () => {
    const received: string[] = [];
    const chat = (name: string): Protocol =>
      protocol(name, async (channel) => {
        channel.established();
        channel.send(3, new TextEncoder().encode(name));
        for (;;) {
          const { code, payload } = await channel.receive();
          received.push(`${name} ${String(code)} ${new TextDecoder().decode(payload)}`);
        }
      });
    const nodes = [
      testNode(random, 'a', [chat('zeta'), chat('alfa')]),
      testNode(random, 'b', [chat('alfa'), chat('zeta')]),
    ] as const;
    const [a, b] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    await clock.advance(100);
    expect(received.sort()).toEqual(['alfa 3 alfa', 'alfa 3 alfa', 'zeta 3 zeta', 'zeta 3 zeta']);
    expect(a.negotiated).toEqual(['alfa/1', 'zeta/1']);
    expect(a.stage).toBe('running');
    expect(b.traffic.messages).toContainEqual(
      expect.objectContaining({
        ...{ protocol: 'zeta/1', name: 'Message 3', in: 1, out: 1, bytesIn: 64, bytesOut: 64 },
      }),
    );
  });

  it('counts the same bytes by message, over time and in all; a new session with the node starts at 0', async () => {
    const chat = protocol('chat', async (channel) => {
      channel.established();
      for (const length of [1, 20, 3_000]) channel.send(3, random.bytes(length));
      for (;;) await channel.receive();
    });
    const nodes = [testNode(random, 'a', [chat]), testNode(random, 'b', [chat])] as const;
    const [a, b] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    // Hello, which the connection counts and the session does not.
    const hello = a.bytesIn - sumOf(a.traffic.messages, 'bytesIn');
    await clock.advance(5_000);
    b.ping();
    await clock.advance(5_000);
    const { messages, trend } = a.traffic;
    for (const direction of ['bytesIn', 'bytesOut'] as const) {
      const all = sumOf(messages, direction);
      expect(all).toBeGreaterThan(3_000);
      expect(trend[direction].reduce((sum, bytes) => sum + bytes, 0)).toBe(all);
    }
    expect(a.bytesIn).toBe(sumOf(messages, 'bytesIn') + hello);
    expect(sumOf(messages, 'bytesIn')).toBe(sumOf(b.traffic.messages, 'bytesOut'));
    expect(a.traffic.rateIn).toBe(Math.round(sumOf(messages, 'bytesIn') / 10));
    await clock.runUntil(a.disconnect('client-quitting'));
    const [again] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    expect(again.idHex).toBe(a.idHex);
    expect(again.traffic.rateIn).toBe(0);
    expect(sumOf(again.traffic.messages, 'bytesIn')).toBeLessThan(sumOf(messages, 'bytesIn'));
  });

  it.each([
    ['with a code of no protocol', 0x80, compressSnappy(encodeRlp([])), 'invalid-message-code'],
    ['that does not decompress', 0x10, Uint8Array.of(0xff, 0xff, 0xff), 'invalid-compression'],
    ['with a wrong decompressed size', 0x10, Uint8Array.of(0xff, 0xff, 0x01, 0x00), 'invalid-compression'],
    [
      'above 16 MiB when decompressed',
      0x10,
      Uint8Array.of(0x80, 0x80, 0x80, 0x08, 0x00),
      'message-too-large',
    ],
  ] as const)('ends with a breach of protocol over a message %s', async (_, code, payload, expected) => {
    const { session, raw } = await withBarePeer([idle()]);
    raw.send(code, payload);
    const reason = lastReason(raw);
    const cause = await clock.runUntil(session.closed);
    expect(cause).toMatchObject({ code: expected, by: 'local', disconnectReason: 'breach of protocol' });
    expect(await clock.runUntil(reason)).toEqual(encodeDisconnect(2));
  });

  it('ends with the error of its protocol', async () => {
    const strict = protocol('strict', async (channel) => {
      await channel.receive();
      throw new ProtocolError('protocol-ended', { protocol: 'loud/1' }, { reason: 'useless-peer' });
    });
    const { session, raw } = await withBarePeer([strict]);
    raw.send(0x10, compressSnappy(encodeRlp([])));
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: 'protocol-ended',
      params: { protocol: 'loud/1' },
      disconnectReason: 'useless peer',
    });
  });

  it('echoes the reason of a Disconnect, and accepts it uncompressed too', async () => {
    for (const payload of [compressSnappy(encodeDisconnect(4)), encodeDisconnect(4), Uint8Array.of(4)]) {
      const { session, raw } = await withBarePeer([idle()]);
      raw.send(P2P_CODES.disconnect, payload);
      const reason = lastReason(raw);
      expect(await clock.runUntil(session.closed)).toMatchObject({ code: 'too-many-peers', by: 'remote' });
      expect(await clock.runUntil(reason)).toEqual(encodeDisconnect(4));
    }
  });

  it('answers pings and ignores reserved codes', async () => {
    const { session, raw } = await withBarePeer([idle()]);
    const empty = compressSnappy(encodeRlp([]));
    for (const code of [P2P_CODES.ping, 0x09, P2P_CODES.pong]) raw.send(code, empty);
    expect((await clock.runUntil(raw.read())).code).toBe(P2P_CODES.pong);
    expect(session.endCause).toBeUndefined();
    expect(session.latency.last).toBeUndefined();
  });

  it('ends when nothing arrives for 30 seconds', async () => {
    const { session, raw } = await withBarePeer([idle()]);
    raw.consume({ onMessage: () => undefined, onEnd: () => undefined });
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: 'read-timeout',
      disconnectReason: 'read timeout',
    });
  });

  it('stops reading while a protocol does not keep up, and continues afterwards', async () => {
    let proceed: () => void = () => undefined;
    let received = 0;
    const slow = protocol('slow', async (channel) => {
      channel.established();
      await new Promise<void>((resolve) => (proceed = resolve));
      for (;;) {
        await channel.receive();
        received++;
      }
    });
    const { session, raw } = await withBarePeer([slow]);
    const payload = compressSnappy(random.bytes(10_000));
    for (let sent = 0; sent < 2_000; sent++) raw.send(0x10, payload);
    await clock.advance(5_000);
    expect(session.bytesIn).toBeLessThan(5_000_000);
    proceed();
    await clock.advance(5_000);
    expect(received).toBe(2_000);
  });

  it('ends when the peer sends requests but reads no answer', async () => {
    const answering = protocol('answering', async (channel) => {
      channel.established();
      for (;;) {
        await channel.receive();
        channel.send(0, random.bytes(100_000));
        if (channel.congested) await channel.ready();
      }
    });
    const { session, raw } = await withBarePeer([answering]);
    for (let sent = 0; sent < 1_000; sent++) raw.send(0x10, compressSnappy(Uint8Array.of(1)));
    expect(await clock.runUntil(session.closed, 60_000)).toMatchObject({ code: 'write-timeout' });
    raw.destroy();
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer when it has ended', async () => {
    const { session, raw } = await withBarePeer([idle()]);
    await clock.runUntil(session.disconnect('client-quitting'));
    raw.destroy();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  it('removes control characters from the client name', async () => {
    const nodes = [
      testNode(random, 'a', [idle()]),
      testNode(random, 'evil\u001b[2J\u202ename\n', [idle()]),
    ] as const;
    const [session] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    expect(session.clientName).toBe('evil[2Jname');
  });
});

describe('the cause of an internal error', () => {
  it('has no details of the error', () => {
    const cause = endCauseOf(new TypeError('secret detail'), 'running');
    expect(cause.code).toBe('internal-error');
    expect(endSentence(cause)).not.toContain('secret');
  });
});

/** The payload of the Disconnect that the raw side receives, decompressed. */
async function lastReason(raw: RlpxConnection): Promise<Uint8Array> {
  for (;;) {
    const message = await raw.read();
    if (message.code === P2P_CODES.disconnect) return decompressSnappy(message.payload, 100);
  }
}
