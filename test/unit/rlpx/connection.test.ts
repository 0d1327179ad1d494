import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworkError } from '../../../src-main/base/errors.ts';
import type { ByteStream } from '../../../src-main/base/network.ts';
import { OUTBOUND_LIMIT } from '../../../src-main/rlpx/constants.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { secureInbound, secureOutbound } from '../../../src-main/rlpx/secure.ts';
import type { FrameMessage } from '../../../src-main/rlpx/frame-codec.ts';
import { FRAME_OVERHEAD } from '../../../src-main/rlpx/frame-layout.ts';
import type { RlpxError } from '../../../src-main/rlpx/errors.ts';
import type { MemoryStream } from '../../support/memory-stream.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { securePair, streamPair, testNode, type TestNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let dialler: TestNode;
let acceptor: TestNode;
let streams: [MemoryStream, MemoryStream];

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(31);
  dialler = testNode(random, 'dialler');
  acceptor = testNode(random, 'acceptor');
  streams = streamPair(clock, 0);
});

const connect = (): Promise<[RlpxConnection, RlpxConnection]> =>
  clock.runUntil(securePair(streams, [dialler, acceptor], { clock, random }));

const dial = (stream: ByteStream): Promise<RlpxConnection> =>
  secureOutbound(stream, { ...dialler, remotePublicKey: acceptor.publicKey, clock, random });

/** A consumer that records messages and errors. */
function recorder(): {
  messages: FrameMessage[];
  ends: RlpxError[];
  onMessage: (message: FrameMessage) => void;
  onEnd: (error: RlpxError) => void;
} {
  const messages: FrameMessage[] = [];
  const ends: RlpxError[] = [];
  return {
    messages,
    ends,
    onMessage: (message) => messages.push(message),
    onEnd: (error) => ends.push(error),
  };
}

/** Both ends, and what the second one receives. */
async function connectAndConsume(): Promise<[RlpxConnection, RlpxConnection, ReturnType<typeof recorder>]> {
  const [a, b] = await connect();
  const received = recorder();
  b.consume(received);
  return [a, b, received];
}

/** Consumes the messages, and holds after each. */
function consumeAndHold(connection: RlpxConnection): ReturnType<typeof recorder> {
  const received = recorder();
  connection.consume({
    ...received,
    onMessage: (message) => {
      received.onMessage(message);
      connection.hold();
    },
  });
  return received;
}

/** Makes the stream report more queued bytes than a connection may have. */
function fillQueue(stream: MemoryStream): void {
  vi.spyOn(stream, 'queued', 'get').mockReturnValue(OUTBOUND_LIMIT);
}

const codesOf = ({ messages }: { messages: FrameMessage[] }): number[] => messages.map(({ code }) => code);
const reasonsOf = ({ ends }: { ends: RlpxError[] }): string[] => ends.map(({ code }) => code);

describe('the encryption handshake', () => {
  it('has a time limit that the options may set, and destroys the stream', async () => {
    const inbound = secureInbound(streams[1], { ...acceptor, clock, random, timeoutMs: 700 });
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({ code: 'handshake-timeout' });
    expect(clock.monotonic()).toBe(700);
    expect(streams[1].closed).toBe(true);
  });

  it('leaves no timer when it is complete', async () => {
    await connect();
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['auth-unanswered', 'gracefully without a byte', (peer: MemoryStream) => peer.end()],
    [
      'closed-by-remote',
      'gracefully after a byte',
      (peer: MemoryStream) => {
        peer.write(Uint8Array.of(1));
        peer.end();
      },
    ],
    ['connection-lost', 'with a reset', (peer: MemoryStream) => peer.destroy()],
  ])('ends with %s when the recipient closes %s', async (code, _, act) => {
    streams[1].onData(() => undefined);
    const outbound = dial(streams[0]);
    act(streams[1]);
    await expect(clock.runUntil(outbound)).rejects.toMatchObject({ code });
  });

  it('ends with closed-by-remote when the initiator closes', async () => {
    const inbound = secureInbound(streams[1], { ...acceptor, clock, random });
    streams[0].end();
    await expect(clock.runUntil(inbound)).rejects.toMatchObject({ code: 'closed-by-remote' });
  });

  it('has the network error as cause of a lost connection', async () => {
    const outbound = dial(streams[0]);
    streams[1].destroy();
    const error: unknown = await clock.runUntil(outbound.catch((reason: unknown) => reason));
    expect((error as RlpxError).cause).toBeInstanceOf(NetworkError);
  });

  it('ends with invalid-public-key for a key to dial that is not on the curve, and destroys the stream', async () => {
    const remotePublicKey = new Uint8Array(64).fill(1);
    const outbound = secureOutbound(streams[0], { ...dialler, remotePublicKey, clock, random });
    const error: unknown = await clock.runUntil(outbound.catch((reason: unknown) => reason));
    expect(error).toMatchObject({ code: 'invalid-public-key', cause: { code: 'invalid-public-key' } });
    expect(streams[0].closed).toBe(true);
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
  });

  it('keeps frames that arrive in one chunk with the ack', async () => {
    const held: Uint8Array[] = [];
    const write = streams[1].write.bind(streams[1]);
    streams[1].write = (bytes) => held.push(bytes.slice()) > 0;
    const outbound = dial(streams[0]);
    const accepted = await clock.runUntil(secureInbound(streams[1], { ...acceptor, clock, random }));
    accepted.send(7, Uint8Array.of(1, 2));
    await clock.settle();
    write(Uint8Array.from(held.flatMap((chunk) => [...chunk])));
    const connection = await clock.runUntil(outbound);
    expect(await clock.runUntil(connection.read())).toMatchObject({
      code: 7,
      payload: Uint8Array.of(1, 2),
    });
  });
});

describe('a connection', () => {
  it('has direction, keys and addresses', async () => {
    const [a, b] = await connect();
    expect([a.direction, b.direction]).toEqual(['outbound', 'inbound']);
    expect(a.remotePublicKey).toEqual(acceptor.publicKey);
    expect(b.remotePublicKey).toEqual(dialler.publicKey);
    expect(a.remote).toEqual(b.local);
    expect(a.local).toEqual(b.remote);
  });

  it('counts the bytes of frames in both directions', async () => {
    const [a, b, received] = await connectAndConsume();
    expect([a.bytesOut, b.bytesIn]).toEqual([0, 0]);
    expect(a.send(1, new Uint8Array(3))).toBe(64);
    a.send(2, new Uint8Array(31));
    await clock.advance(0);
    expect(a.bytesOut).toBe(2 * FRAME_OVERHEAD + 16 + 32);
    expect(b.bytesIn).toBe(a.bytesOut);
    expect([a.bytesIn, b.bytesOut]).toEqual([0, 0]);
    expect(codesOf(received)).toEqual([1, 2]);
  });

  it('reads from the socket only while it has a consumer that does not hold', async () => {
    const [a, b] = await connect();
    const pause = vi.spyOn(streams[1], 'pause');
    const resume = vi.spyOn(streams[1], 'resume');
    a.send(1, Uint8Array.of(1));
    await clock.advance(10);
    expect(b.bytesIn).toBe(0);
    const received = recorder();
    b.consume(received);
    expect(resume).toHaveBeenCalledTimes(1);
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1]);
    b.consume(received);
    expect(resume).toHaveBeenCalledTimes(1);
    expect(pause).not.toHaveBeenCalled();
    b.hold();
    a.send(2, Uint8Array.of(2));
    await clock.advance(10);
    expect(pause).toHaveBeenCalledTimes(1);
    a.send(3, Uint8Array.of(3));
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1]);
    b.release();
    expect(resume).toHaveBeenCalledTimes(2);
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1, 2, 3]);
    b.release();
    expect(resume).toHaveBeenCalledTimes(2);
  });

  it('stops delivery when the consumer holds after a message', async () => {
    const [a, b] = await connect();
    const received = consumeAndHold(b);
    for (const code of [1, 2, 3]) a.send(code, Uint8Array.of(0));
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1]);
    b.release();
    expect(codesOf(received)).toEqual([1, 2]);
  });

  it('delivers messages in order when the consumer calls back into the connection', async () => {
    const [a, b] = await connect();
    const codes: number[] = [];
    b.consume({
      onMessage: ({ code }) => {
        b.hold();
        b.release();
        codes.push(code);
      },
      onEnd: () => undefined,
    });
    for (const code of [1, 2, 3]) a.send(code, Uint8Array.of(0));
    await clock.advance(10);
    expect(codes).toEqual([1, 2, 3]);
  });

  it('throws the error of a consumer, and continues after it', async () => {
    const [a, b, received] = await connectAndConsume();
    b.hold();
    a.send(1, Uint8Array.of(1));
    a.send(2, Uint8Array.of(2));
    await clock.advance(10);
    const failing = {
      ...received,
      onMessage: (): void => {
        throw new TypeError('a defect');
      },
    };
    b.consume(failing);
    expect(() => {
      b.release();
    }).toThrow('a defect');
    b.consume(received);
    await clock.advance(10);
    expect(codesOf(received)).toEqual([2]);
    expect(received.ends).toEqual([]);
  });

  it('ends once with the error of an invalid frame, and delivers the frames before it', async () => {
    const [a, b, received] = await connectAndConsume();
    a.send(1, Uint8Array.of(1));
    await clock.settle();
    streams[0].write(new Uint8Array(32));
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1]);
    expect(reasonsOf(received)).toEqual(['bad-header-mac']);
    expect(() => b.send(1, Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'bad-header-mac' }));
    streams[0].write(new Uint8Array(32));
    await clock.advance(60_000);
    expect(received.ends).toHaveLength(1);
    b.destroy();
  });

  it('delivers no frame after an invalid one to a new consumer', async () => {
    const [a, b] = await connect();
    const first = recorder();
    b.consume(first);
    b.enableCompression();
    a.send(1, Uint8Array.of(0xc1, 0x04));
    a.send(2, Uint8Array.of(0));
    await clock.advance(10);
    expect(reasonsOf(first)).toEqual(['invalid-compression']);
    const second = recorder();
    b.consume(second);
    expect(codesOf(second)).toEqual([]);
    expect(reasonsOf(second)).toEqual(['invalid-compression']);
    b.destroy();
    a.destroy();
  });

  it('reports an invalid frame to a new consumer', async () => {
    const [a, b] = await connect();
    const first = recorder();
    b.consume(first);
    streams[0].write(new Uint8Array(32));
    await clock.advance(10);
    const second = recorder();
    b.consume(second);
    expect(reasonsOf(second)).toEqual(['bad-header-mac']);
    a.destroy();
    b.destroy();
  });
});

describe('compression of a connection', () => {
  it('applies to messages after enableCompression', async () => {
    const [a, b, received] = await connectAndConsume();
    a.enableCompression();
    b.enableCompression();
    const payload = new Uint8Array(1_000);
    const frameBytes = a.send(1, payload);
    expect(frameBytes).toBeLessThan(160);
    expect(a.bytesOut).toBe(frameBytes);
    await clock.advance(10);
    const [message] = received.messages;
    expect(message).toMatchObject({ code: 1, payload, frameBytes });
  });

  it('is optional for one code, and required for all others', async () => {
    const [a, b, received] = await connectAndConsume();
    b.enableCompression(1);
    a.send(1, Uint8Array.of(0xc1, 0x04));
    await clock.advance(10);
    expect(received.messages[0]).toMatchObject({
      code: 1,
      payload: Uint8Array.of(0xc1, 0x04),
      frameBytes: 64,
    });
    a.send(2, Uint8Array.of(0xc1, 0x04));
    await clock.advance(10);
    expect(reasonsOf(received)).toEqual(['invalid-compression']);
  });
});

describe('the read timeout of a connection', () => {
  /** The connection ends after exactly this time. */
  async function expectEndAfter(ms: number, received: ReturnType<typeof recorder>): Promise<void> {
    await clock.advance(ms - 1);
    expect(received.ends).toEqual([]);
    await clock.advance(1);
    expect(reasonsOf(received)).toEqual(['read-timeout']);
  }

  it('is 30 seconds after the last frame', async () => {
    const [a, , received] = await connectAndConsume();
    await clock.advance(20_000);
    a.send(1, Uint8Array.of(1));
    await expectEndAfter(30_000, received);
  });

  it('does not apply while the consumer holds, and starts again after release', async () => {
    const [, b, received] = await connectAndConsume();
    b.hold();
    await clock.advance(100_000);
    expect(received.ends).toEqual([]);
    b.release();
    await expectEndAfter(30_000, received);
  });

  it('needs one timer, and none after destroy', async () => {
    const [, b, received] = await connectAndConsume();
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(1);
    b.consume(received);
    expect(clock.pendingTimers).toBe(1);
    b.destroy();
    b.consume(received);
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
    await clock.advance(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not extended by a release without hold', async () => {
    const [, b, received] = await connectAndConsume();
    await clock.advance(20_000);
    b.release();
    await expectEndAfter(10_000, received);
  });

  it('does not apply without a consumer, or after close', async () => {
    const [a, b] = await connect();
    const read = b.read();
    a.send(1, Uint8Array.of(1));
    expect((await clock.runUntil(read)).code).toBe(1);
    await clock.advance(100_000);
    const received = recorder();
    b.consume(received);
    expect(received.ends).toEqual([]);
    b.destroy();
    await clock.advance(100_000);
    expect(received.ends).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the end of a connection', () => {
  it('by the remote side is reported after the unread messages of a consumer that holds', async () => {
    const [a, b] = await connect();
    const received = consumeAndHold(b);
    a.send(1, Uint8Array.of(1));
    a.send(2, Uint8Array.of(2));
    void a.close();
    await clock.advance(10);
    expect(codesOf(received)).toEqual([1]);
    expect(received.ends).toEqual([]);
    b.release();
    expect(codesOf(received)).toEqual([1, 2]);
    expect(received.ends).toEqual([]);
    b.release();
    expect(reasonsOf(received)).toEqual(['closed-by-remote']);
    expect(() => b.send(1, Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'closed-by-remote' }));
    await clock.runUntil(Promise.all([a.closed, b.closed]));
  });

  it('by a reset has the network error as cause', async () => {
    const [a, b, received] = await connectAndConsume();
    a.destroy();
    await clock.advance(10);
    expect(reasonsOf(received)).toEqual(['connection-lost']);
    expect(received.ends[0]?.cause).toBeInstanceOf(NetworkError);
    await b.closed;
  });

  it('by close sends the last message, rejects later messages, and is idempotent', async () => {
    const [a, , received] = await connectAndConsume();
    const ended = recorder();
    a.consume(ended);
    a.send(1, Uint8Array.of(1));
    const closed = a.close({ code: 2, payload: Uint8Array.of(2) });
    expect(a.close({ code: 3, payload: Uint8Array.of(3) })).toBe(closed);
    expect(() => a.send(4, Uint8Array.of(4))).toThrow(expect.objectContaining({ code: 'closed-by-us' }));
    await clock.runUntil(closed);
    expect(() => a.send(4, Uint8Array.of(4))).toThrow(expect.objectContaining({ code: 'closed-by-us' }));
    expect(codesOf(received)).toEqual([1, 2]);
    expect(reasonsOf(received)).toEqual(['closed-by-remote']);
    expect(ended.ends).toEqual([]);
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('by close destroys the socket after a second without acknowledgement', async () => {
    const [a] = await connect();
    streams[1].pause();
    a.send(1, random.bytes(100));
    const closed = a.close({ code: 2, payload: Uint8Array.of(2) });
    await clock.advance(999);
    expect(streams[0].closed).toBe(false);
    await clock.advance(1);
    expect(streams[0].closed).toBe(true);
    await closed;
  });

  it('by close after the socket has closed needs no timer', async () => {
    const [a, b] = await connect();
    b.destroy();
    await clock.runUntil(a.closed);
    const end = vi.spyOn(streams[0], 'end');
    await a.close({ code: 2, payload: Uint8Array.of(2) });
    expect(end).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('by destroy is immediate and drops queued messages', async () => {
    const [a, b, received] = await connectAndConsume();
    a.send(1, Uint8Array.of(1));
    a.destroy();
    expect(streams[0].closed).toBe(true);
    await clock.runUntil(Promise.all([a.closed, b.closed]));
    expect(codesOf(received)).toEqual([]);
    expect(reasonsOf(received)).toEqual(['connection-lost']);
  });
});

describe('the outbound queue of a connection', () => {
  it('has its length, and its congestion ends when the peer reads', async () => {
    const [a, b] = await connect();
    a.send(1, random.bytes(300_000));
    expect(a.queuedBytes).toBe(a.bytesOut);
    expect(a.congested).toBe(true);
    b.consume(recorder());
    await clock.runUntil(a.drained());
    expect(a.congested).toBe(false);
    await clock.advance(10);
    expect(a.queuedBytes).toBe(0);
  });

  it('keeps the bytes of small frames alone while the peer does not read', async () => {
    const [a] = await connect();
    vi.spyOn(streams[0], 'queued', 'get').mockReturnValue(1);
    const unused: number[] = [];
    vi.spyOn(streams[0], 'write').mockImplementation(({ buffer, length }) => {
      unused.push(buffer.byteLength - length);
      return false;
    });
    for (const code of [1, 2, 3]) {
      a.send(code, Uint8Array.of(code));
      await clock.settle();
    }
    expect(unused).toEqual([0, 0, 0]);
    a.destroy();
  });

  it('ends the connection when it overflows, asynchronously and without the last message', async () => {
    const [a] = await connect();
    const ended = recorder();
    a.consume(ended);
    a.send(1, Uint8Array.of(1));
    await clock.settle();
    fillQueue(streams[0]);
    a.send(2, Uint8Array.of(2));
    expect(ended.ends).toEqual([]);
    expect(() => a.send(3, Uint8Array.of(3))).toThrow(expect.objectContaining({ code: 'outbound-overflow' }));
    await clock.settle();
    expect(reasonsOf(ended)).toEqual(['outbound-overflow']);
    const sent = a.bytesOut;
    void a.close({ code: 2, payload: Uint8Array.of(2) });
    expect(a.bytesOut).toBe(sent);
    await clock.runUntil(a.closed);
  });

  it('reports an overflow to a consumer that holds', async () => {
    const [a] = await connect();
    const ended = recorder();
    a.consume(ended);
    a.hold();
    fillQueue(streams[0]);
    a.send(1, Uint8Array.of(1));
    await clock.settle();
    expect(reasonsOf(ended)).toEqual(['outbound-overflow']);
    a.destroy();
  });

  it('ends the connection when the peer reads nothing for 20 seconds, also with a consumer that holds', async () => {
    const [a] = await connect();
    const ended = recorder();
    a.consume(ended);
    a.hold();
    a.send(1, random.bytes(200_000));
    await clock.advance(19_999);
    expect(ended.ends).toEqual([]);
    await clock.advance(2);
    expect(reasonsOf(ended)).toEqual(['write-timeout']);
    a.destroy();
  });
});
