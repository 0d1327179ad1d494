/** The module's memory of a connection is free again after every way in which the connection can end. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MacSlot } from '../../../src-main/base/mac-slots.ts';
import { OUTBOUND_LIMIT } from '../../../src-main/rlpx/constants.ts';
import type { MessageConsumer, RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { macSlots } from '../../../src-main/rlpx/frame-ciphers.ts';
import { secureInbound, secureOutbound } from '../../../src-main/rlpx/secure.ts';
import type { MemoryStream } from '../../support/memory-stream.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { securePair, streamPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const slots = macSlots!;
let clock: VirtualClock;
let streams: [MemoryStream, MemoryStream];
let taken: MacSlot[];

const random = new SeededRandom(77);
const [dialler, acceptor] = [testNode(random, 'dialler'), testNode(random, 'acceptor')];

beforeEach(() => {
  clock = new VirtualClock();
  streams = streamPair(clock, 0);
  taken = [];
  const take = slots.take.bind(slots);
  vi.spyOn(slots, 'take').mockImplementation(() => {
    const slot = take();
    if (slot !== undefined) taken.push(slot);
    return slot;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const connect = (): Promise<[RlpxConnection, RlpxConnection]> =>
  clock.runUntil(securePair(streams, [dialler, acceptor], { clock, random }));

/** A consumer that ends its connection when it is told to, as every owner does. */
function ending(connection: RlpxConnection, end: 'close' | 'destroy'): MessageConsumer {
  const last = { code: 1, payload: Uint8Array.of(4) };
  return {
    onMessage: () => undefined,
    onEnd: () => (end === 'close' ? void connection.close(last) : connection.destroy()),
  };
}

/** Slots of ended connections cannot be used any more. */
function expectReleased(): void {
  for (const slot of taken) expect(() => slot.address).toThrow('released');
}

type Ends = [RlpxConnection, RlpxConnection];

const WAYS: Readonly<Record<string, (ends: Ends) => unknown>> = {
  'its owner closes it': ([a]) => void a.close({ code: 1, payload: Uint8Array.of(4) }),
  'its owner destroys it': ([a]) => a.destroy(),
  'both close it at once': ([a, b]) => [void a.close(), void b.close()],
  'the stream fails': () => streams[0].destroy(new Error('reset')),
  'a header is invalid': () => streams[0].write(new Uint8Array(32)),
  'a content is invalid': ([a]) => {
    const write = streams[0].write.bind(streams[0]);
    vi.spyOn(streams[0], 'write').mockImplementationOnce((bytes) => {
      const changed = bytes.slice();
      changed[40]! ^= 1;
      return write(changed);
    });
    a.send(1, new Uint8Array(100));
  },
  'a message does not decompress': ([a, b]) => {
    b.enableCompression();
    a.send(1, Uint8Array.of(0xc1, 0x04));
  },
  'nothing is read for 30 seconds': () => clock.advance(30_001),
  'nothing can be written for 20 seconds': async ([a, b]) => {
    b.hold();
    a.send(1, random.bytes(200_000));
    await clock.advance(20_001);
  },
  'its queue overflows': ([a]) => {
    vi.spyOn(streams[0], 'queued', 'get').mockReturnValue(OUTBOUND_LIMIT);
    a.send(1, Uint8Array.of(1));
  },
};

it.each(
  Object.entries(WAYS).flatMap(([name, way]) => [
    { name, way, end: 'close' as const },
    { name, way, end: 'destroy' as const },
  ]),
)('a connection gives its memory back when $name, and its owner answers with $end', async ({ way, end }) => {
  const [a, b] = await connect();
  expect(taken).toHaveLength(4);
  for (const connection of [a, b]) connection.consume(ending(connection, end));
  await way([a, b]);
  await clock.advance(10);
  // The other side sees the end, or times out.
  for (const connection of [a, b]) connection.release();
  await clock.advance(31_000);
  await clock.runUntil(Promise.all([a.closed, b.closed]));
  expectReleased();
});

it('a connection gives its memory back when the stream closes before anyone reads', async () => {
  const [a, b] = await connect();
  streams[0].destroy();
  await clock.runUntil(Promise.all([a.closed, b.closed]));
  expectReleased();
});

it('a connection keeps its memory while a consumer that holds has messages to read', async () => {
  const [a, b] = await connect();
  const codes: number[] = [];
  const consumer = ending(b, 'destroy');
  b.consume({
    ...consumer,
    onMessage: ({ code }) => {
      codes.push(code);
      b.hold();
    },
  });
  for (const code of [1, 2, 3]) a.send(code, Uint8Array.of(code));
  void a.close();
  await clock.runUntil(Promise.all([a.closed, b.closed]));
  for (let turn = 0; turn < 3; turn++) b.release();
  expect(codes).toEqual([1, 2, 3]);
  expectReleased();
});

it('a closed connection drops what still arrives, and the last message after the stream', async () => {
  const [a, b] = await connect();
  const received: number[] = [];
  a.consume({ onMessage: ({ code }) => received.push(code), onEnd: () => undefined });
  b.send(2, Uint8Array.of(2));
  const closed = a.close();
  await clock.advance(10);
  expect(received).toEqual([]);
  await clock.runUntil(closed);
  const sent = b.bytesOut;
  await b.close({ code: 1, payload: Uint8Array.of(4) });
  expect(b.bytesOut).toBe(sent);
  expectReleased();
});

it('a handshake that fails takes no memory', async () => {
  const outbound = secureOutbound(streams[0], {
    ...dialler,
    remotePublicKey: acceptor.publicKey,
    clock,
    random,
  });
  const inbound = secureInbound(streams[1], {
    privateKey: testNode(random, 'other').privateKey,
    clock,
    random,
  });
  const results = await clock.runUntil(Promise.allSettled([outbound, inbound]));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const silent = secureInbound(streamPair(clock, 0)[0], { ...acceptor, clock, random });
  await expect(clock.runUntil(silent)).rejects.toMatchObject({ code: 'handshake-timeout' });
  expect(taken).toEqual([]);
});

it('a connection without free memory works without the module', async () => {
  vi.mocked(slots.take).mockReturnValue(undefined);
  const [a, b] = await connect();
  const read = b.read();
  a.send(3, Uint8Array.of(1, 2, 3));
  expect(await clock.runUntil(read)).toMatchObject({ code: 3, payload: Uint8Array.of(1, 2, 3) });
  for (const connection of [a, b]) connection.destroy();
  await clock.runUntil(Promise.all([a.closed, b.closed]));
});

it('a connection that gets memory for one direction only gives it back', async () => {
  const take = vi.mocked(slots.take);
  const working = take.getMockImplementation()!;
  let calls = 0;
  take.mockImplementation(() => (calls++ % 2 === 0 ? working() : undefined));
  const [a, b] = await connect();
  expect(taken).toHaveLength(2);
  expectReleased();
  for (const connection of [a, b]) connection.destroy();
});
