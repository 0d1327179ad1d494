import { beforeEach, describe, expect, it } from 'vitest';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { compressSnappy } from '../../../src-main/base/snappy.ts';
import { countWrites } from '../../support/counted-writes.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer, streamPair, type BarePeer } from '../../support/session-pair.ts';
import { TOY_CODES, ToyProtocol } from '../../support/toy-protocol.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let events: RecordedEvents;
/** Sizes of the writes of our side, bytes. */
let writes: number[];

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(7);
  events = new RecordedEvents();
  writes = [];
});

/** The code of the first message of a subprotocol. */
const FIRST = 16;

interface Connected extends BarePeer {
  readonly toy: ToyProtocol;
  /** Messages that the raw side has read. */
  readonly taken: { readonly code: number }[];
}

/** A session of ours with the toy protocol, and the bare connection of its peer. */
async function connect(readsOn = true): Promise<Connected> {
  const toy = new ToyProtocol();
  const [near, far] = streamPair(clock);
  const streams = [countWrites(near, ({ length }) => writes.push(length)), far] as const;
  const { session, raw } = await clock.runUntil(
    openBarePeer([toy.protocol], { clock, random, events, streams, compresses: false }),
  );
  const taken: { readonly code: number }[] = [];
  if (readsOn) raw.consume({ onMessage: (message) => taken.push(message), onEnd: () => undefined });
  writes.length = 0;
  return { toy, session, raw, taken };
}

function send({ raw }: Connected, code: number, count: number, bytes = 100): void {
  const payload = compressSnappy(random.bytes(bytes));
  for (let index = 0; index < count; index++) raw.send(code, payload);
}

const offences = (): readonly string[] => events.of('peer/offence').map(({ offence }) => offence);

describe('a peer that exceeds its message limits', () => {
  it('has its announcements dropped and counted, and reported once a second', async () => {
    const peer = await connect();
    send(peer, FIRST + TOY_CODES.announcement, 20_000);
    await clock.advance(10_000);
    expect(peer.toy.count(TOY_CODES.announcement)).toBeLessThan(3_500);
    expect(peer.session.figures.limited).toBeGreaterThan(500);
    const limited = events.of('peer/limited');
    expect(limited[0]).toMatchObject({ direction: 'in', protocol: 'toy/1', name: 'Announcement' });
    expect(limited.length).toBeGreaterThan(2);
    expect(limited.length).toBeLessThanOrEqual(11);
    expect(offences()).toEqual(limited.map(() => 'message-flood'));
    expect(peer.session.endCause).toBeUndefined();
  });

  it('has its requests read at the limited rate, and gets every answer', async () => {
    const peer = await connect();
    send(peer, FIRST + TOY_CODES.request, 1_000);
    await clock.advance(1_000);
    expect(peer.toy.count(TOY_CODES.request)).toBeLessThan(450);
    await clock.advance(10_000);
    expect(peer.toy.count(TOY_CODES.request)).toBe(1_000);
    expect(peer.taken.filter(({ code }) => code === FIRST + TOY_CODES.answer).length).toBe(1_000);
  });

  it('gets at most 25 Pongs for 1,000 Pings', async () => {
    const peer = await connect();
    send(peer, P2P_CODES.ping, 1_000, 1);
    await clock.advance(1_000);
    expect(peer.taken.filter(({ code }) => code === P2P_CODES.pong).length).toBeLessThanOrEqual(25);
    expect(offences()).toContain('message-flood');
  });

  it('ends the session with its Disconnect reason also after many Pings', async () => {
    const peer = await connect();
    send(peer, P2P_CODES.ping, 150, 1);
    peer.raw.send(P2P_CODES.disconnect, Uint8Array.of(0xc1, 0x08));
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'client-quitting',
      by: 'remote',
    });
  });

  it('leaves no timer behind', async () => {
    const peer = await connect();
    send(peer, FIRST + TOY_CODES.request, 500);
    await clock.advance(100);
    await clock.runUntil(peer.session.disconnect('disconnect-requested'));
    peer.raw.destroy();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a peer that does not read', () => {
  it('has announcements dropped and counted, and is then disconnected', async () => {
    const peer = await connect(false);
    for (let turn = 0; turn < 30; turn++) {
      for (let index = 0; index < 20; index++)
        peer.toy.channel?.send(TOY_CODES.announcement, random.bytes(20_000));
      await clock.advance(100);
    }
    expect(peer.session.figures.droppedOut).toBeGreaterThan(0);
    expect(peer.session.queuedBytes).toBeLessThan(8 * 1024 * 1024);
    expect(events.of('peer/limited')).toContainEqual(
      expect.objectContaining({ direction: 'out', protocol: 'toy/1', name: 'Announcement' }),
    );
    expect(await clock.runUntil(peer.session.closed, 60_000)).toMatchObject({ code: 'write-timeout' });
    expect(offences()).toEqual(['does-not-read']);
  });

  it('is disconnected when a protocol sends answers without waiting; no answer is dropped before', async () => {
    const peer = await connect(false);
    for (let index = 0; index < 5_000; index++) peer.toy.channel?.send(TOY_CODES.answer, random.bytes(1_000));
    const cause = await clock.runUntil(peer.session.closed, 60_000);
    expect(['outbound-overflow', 'write-timeout']).toContain(cause.code);
    expect(peer.session.figures.droppedOut).toBe(0);
    expect(offences()).toEqual(['does-not-read']);
  });

  it('gets a Ping before a long queue of answers', async () => {
    const peer = await connect(false);
    for (let index = 0; index < 200; index++) peer.toy.channel?.send(TOY_CODES.answer, random.bytes(20_000));
    await clock.advance(1_500);
    peer.raw.consume({ onMessage: (message) => peer.taken.push(message), onEnd: () => undefined });
    await clock.advance(1_000);
    const order = peer.taken.map(({ code }) => code);
    expect(order.length).toBe(201);
    expect(order.indexOf(P2P_CODES.ping)).toBeLessThan(100);
  });
});

describe('announcements of the same moment', () => {
  it('are sent in one write', async () => {
    const peer = await connect();
    for (let index = 0; index < 100; index++) {
      peer.toy.channel?.send(TOY_CODES.announcement, random.bytes(200));
      if (index % 25 === 0) await clock.advance(1);
    }
    await clock.advance(10);
    expect(writes.length).toBe(1);
    expect(peer.taken.length).toBe(100);
  });

  it('are sent together with an answer', async () => {
    const peer = await connect();
    peer.toy.channel?.send(TOY_CODES.announcement, random.bytes(200));
    peer.toy.channel?.send(TOY_CODES.answer, random.bytes(200));
    await clock.advance(0);
    expect(writes.length).toBe(1);
    expect(peer.taken.length).toBe(2);
  });
});

describe('the details of the protocols’ handshakes', () => {
  it('are available when all protocols are established', async () => {
    const peer = await connect();
    expect(await clock.runUntil(peer.session.established)).toBe('toy/1 · ready to play');
  });
});
