import { beforeEach, describe, expect, it } from 'vitest';
import { createHello } from '../../../src-main/p2p/hello.ts';
import { encodeHello, P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { MessageClass } from '../../../src-main/p2p/message-class.ts';
import type { PeerSession } from '../../../src-main/p2p/peer-session.ts';
import type { Channel, Protocol } from '../../../src-main/p2p/protocol.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { compressSnappy } from '../../../src-main/rlpx/snappy.ts';
import type { NodeEvent } from '../../../src-main/events/events.ts';
import { countWrites } from '../../support/counted-writes.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { EventRecorder, openSession, securePair, streamPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let random: SeededRandom;
let events: EventRecorder;
/** Sizes of what our side wrote. */
let writes: number[];

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(7);
  events = new EventRecorder();
  writes = [];
});

/** Message codes of the toy protocol, behind those of the base protocol. */
const CODES = { news: 0, question: 1, reply: 2 } as const;
const CLASSES: readonly MessageClass[] = ['announcement', 'request', 'answer'];
const NAMES = ['News', 'Question', 'Reply'];
const FIRST = 16;

/** A protocol that knows nothing of the chain: it answers questions and takes news. */
class Toy {
  channel: Channel | undefined;
  readonly heard: number[] = [];
  readonly protocol: Protocol = {
    name: 'toy',
    version: 1,
    length: 3,
    messageName: (code) => NAMES[code] ?? '?',
    classOf: (code) => CLASSES[code],
    run: async (channel) => {
      this.channel = channel;
      channel.established('ready to play');
      for (;;) {
        const { code } = await channel.receive();
        this.heard.push(code);
        if (code === CODES.question) channel.send(CODES.reply, new Uint8Array(1_000));
        if (channel.congested) await channel.ready();
      }
    },
  };

  count(code: number): number {
    return this.heard.filter((heard) => heard === code).length;
  }
}

interface Met {
  readonly toy: Toy;
  readonly session: PeerSession;
  readonly raw: RlpxConnection;
  /** Messages that the raw side took. */
  readonly taken: { readonly code: number }[];
}

/** One of our sessions with a toy protocol, and a bare connection whose every message a test decides. */
async function meet(readsOn = true): Promise<Met> {
  const toy = new Toy();
  const ours = testNode(random, 'ours', [toy.protocol]);
  const theirs = testNode(random, 'theirs', [toy.protocol]);
  const [near, far] = streamPair(clock);
  const streams = [countWrites(near, ({ length }) => writes.push(length)), far] as const;
  const [connection, raw] = await clock.runUntil(securePair(streams, [ours, theirs], { clock, random }));
  raw.send(P2P_CODES.hello, encodeHello(createHello(theirs)));
  const [session] = await clock.runUntil(
    Promise.all([openSession(connection, ours, { clock, events }), raw.read()]),
  );
  const taken: { readonly code: number }[] = [];
  if (readsOn) raw.consume({ onMessage: (message) => taken.push(message), onEnd: () => undefined });
  writes.length = 0;
  return { toy, session, raw, taken };
}

function say({ raw }: Met, code: number, count: number, bytes = 100): void {
  const payload = compressSnappy(random.bytes(bytes));
  for (let index = 0; index < count; index++) raw.send(code, payload);
}

function of<Type extends NodeEvent['type']>(type: Type): readonly Extract<NodeEvent, { type: Type }>[] {
  return events.events.filter((event): event is Extract<NodeEvent, { type: Type }> => event.type === type);
}

const offences = (): readonly string[] => of('peer/offence').map(({ offence }) => offence);

describe('a peer that sends more than a peer may', () => {
  it('has its announcements dropped, counted and told of once a second', async () => {
    const met = await meet();
    say(met, FIRST + CODES.news, 20_000);
    await clock.advance(10_000);
    expect(met.toy.count(CODES.news)).toBeLessThan(3_500);
    expect(met.session.limited).toBeGreaterThan(500);
    const limited = of('peer/limited');
    expect(limited[0]).toMatchObject({ direction: 'in', protocol: 'toy/1', name: 'News' });
    expect(limited.length).toBeGreaterThan(2);
    expect(limited.length).toBeLessThanOrEqual(11);
    expect(offences()).toEqual(limited.map(() => 'message-flood'));
    expect(met.session.endCause).toBeUndefined();
  });

  it('is read no faster than its requests may come, and still gets every answer', async () => {
    const met = await meet();
    say(met, FIRST + CODES.question, 1_000);
    await clock.advance(1_000);
    expect(met.toy.count(CODES.question)).toBeLessThan(450);
    await clock.advance(10_000);
    expect(met.toy.count(CODES.question)).toBe(1_000);
    expect(met.taken.filter(({ code }) => code === FIRST + CODES.reply).length).toBe(1_000);
  });

  it('gets no pong for each of a flood of pings', async () => {
    const met = await meet();
    say(met, P2P_CODES.ping, 1_000, 1);
    await clock.advance(1_000);
    expect(met.taken.filter(({ code }) => code === P2P_CODES.pong).length).toBeLessThanOrEqual(25);
    expect(offences()).toContain('message-flood');
  });

  it('is heard when it says good-bye, whatever came before', async () => {
    const met = await meet();
    say(met, P2P_CODES.ping, 150, 1);
    met.raw.send(P2P_CODES.disconnect, Uint8Array.of(0xc1, 0x08));
    expect(await clock.runUntil(met.session.closed)).toMatchObject({ code: 'client-quitting', by: 'remote' });
  });

  it('leaves no timer behind', async () => {
    const met = await meet();
    say(met, FIRST + CODES.question, 500);
    await clock.advance(100);
    await clock.runUntil(met.session.disconnect('disconnect-requested'));
    met.raw.destroy();
    await clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a peer that does not read', () => {
  it('loses announcements, by name, then the session', async () => {
    const met = await meet(false);
    for (let turn = 0; turn < 30; turn++) {
      for (let index = 0; index < 20; index++) met.toy.channel?.send(CODES.news, random.bytes(20_000));
      await clock.advance(100);
    }
    expect(met.session.droppedOut).toBeGreaterThan(0);
    expect(met.session.queuedBytes).toBeLessThan(8 * 1024 * 1024);
    expect(of('peer/limited')).toContainEqual(
      expect.objectContaining({ direction: 'out', protocol: 'toy/1', name: 'News' }),
    );
    expect(await clock.runUntil(met.session.closed, 60_000)).toMatchObject({ code: 'write-timeout' });
    expect(offences()).toEqual(['does-not-read']);
  });

  it('loses the session when a protocol answers on without waiting, and no answer before', async () => {
    const met = await meet(false);
    for (let index = 0; index < 5_000; index++) met.toy.channel?.send(CODES.reply, random.bytes(1_000));
    const cause = await clock.runUntil(met.session.closed, 60_000);
    expect(['outbound-overflow', 'write-timeout']).toContain(cause.code);
    expect(met.session.droppedOut).toBe(0);
    expect(offences()).toEqual(['does-not-read']);
  });

  it('still hears pings before a long answer', async () => {
    const met = await meet(false);
    for (let index = 0; index < 200; index++) met.toy.channel?.send(CODES.reply, random.bytes(20_000));
    await clock.advance(1_500);
    met.raw.consume({ onMessage: (message) => met.taken.push(message), onEnd: () => undefined });
    await clock.advance(1_000);
    const order = met.taken.map(({ code }) => code);
    expect(order.length).toBe(201);
    expect(order.indexOf(P2P_CODES.ping)).toBeLessThan(100);
  });
});

describe('announcements of one moment', () => {
  it('leave in one write', async () => {
    const met = await meet();
    for (let index = 0; index < 100; index++) {
      met.toy.channel?.send(CODES.news, random.bytes(200));
      if (index % 25 === 0) await clock.advance(1);
    }
    await clock.advance(10);
    expect(writes.length).toBe(1);
    expect(met.taken.length).toBe(100);
  });

  it('leave with an answer that leaves', async () => {
    const met = await meet();
    met.toy.channel?.send(CODES.news, random.bytes(200));
    met.toy.channel?.send(CODES.reply, random.bytes(200));
    await clock.advance(0);
    expect(writes.length).toBe(1);
    expect(met.taken.length).toBe(2);
  });
});

describe('what protocols say of their own handshakes', () => {
  it('is told when all have said it', async () => {
    const met = await meet();
    expect(await clock.runUntil(met.session.established)).toBe('toy/1 · ready to play');
  });
});
