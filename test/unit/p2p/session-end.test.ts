import { beforeEach, expect, it } from 'vitest';
import { TURN_MS } from '../../../src-main/base/loop-turns.ts';
import { ProtocolError } from '../../../src-main/p2p/errors.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { MessageClass } from '../../../src-main/p2p/message-class.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer } from '../../support/session-pair.ts';
import { TurningClock } from '../../support/turning-clock.ts';

const GREETING = 0;
const ANSWER = 1;
const CLASSES: readonly MessageClass[] = ['control', 'answer'];
/** The first code of the protocol on the wire. */
const OFFSET = 0x10;

let clock: TurningClock;

beforeEach(() => {
  clock = new TurningClock();
});

/** A protocol that refuses the first message, as eth does an incompatible Status. The turn of the loop ends before. */
const refusing: Protocol = {
  name: 'toy',
  version: 1,
  length: 2,
  messageName: (code) => `Message ${String(code)}`,
  classOf: (code) => CLASSES[code],
  run: async (channel) => {
    await channel.receive();
    clock.work(2 * TURN_MS);
    channel.send(ANSWER, new Uint8Array(4));
    channel.send(GREETING, new Uint8Array(4));
    throw new ProtocolError('status-timeout', { seconds: 5 });
  },
};

it('sends the control messages that wait for a turn of the event loop before Disconnect, and nothing else', async () => {
  const { session, raw } = await clock.runUntil(
    openBarePeer([refusing], { clock, random: new SeededRandom(7) }),
  );
  const arrived: number[] = [];
  raw.consume({ onMessage: ({ code }) => arrived.push(code), onEnd: () => void raw.close() });
  raw.send(OFFSET + GREETING, new Uint8Array(4));
  await clock.advance(1);
  // The peer shares the turns of the clock.
  while (clock.isTurning) await clock.turn();
  expect(await clock.runUntil(session.closed)).toMatchObject({ code: 'status-timeout', by: 'local' });
  expect(arrived).toEqual([OFFSET + GREETING, P2P_CODES.disconnect]);
  expect(session.traffic.messages).toContainEqual(
    expect.objectContaining({ protocol: 'toy/1', name: 'Message 0', out: 1 }),
  );
});

it('reads nothing more, and leaves no timer, when an offence in a message that it has to slow down ends it', async () => {
  const read: number[] = [];
  const reading: Protocol = {
    ...{ name: 'toy', version: 1, length: 1, messageName: () => 'Question', classOf: () => 'request' },
    run: async (channel) => {
      for (;;) read.push((await channel.receive()).code);
    },
  };
  const events = new RecordedEvents();
  const peer = await clock.runUntil(openBarePeer([reading], { clock, random: new SeededRandom(7), events }));
  const banned = events.next('peer/offence', () => {
    void peer.session.disconnect('banned');
    return true;
  });
  peer.raw.consume({ onMessage: () => undefined, onEnd: () => void peer.raw.close() });
  for (let sent = 0; sent < 400 && peer.session.endCause === undefined; sent += 1) {
    peer.raw.send(OFFSET + GREETING, new Uint8Array(4));
    await clock.advance(0);
    while (clock.isTurning) await clock.turn();
  }
  expect(await banned).toMatchObject({ offence: 'message-flood' });
  await clock.runUntil(peer.session.closed);
  // The burst of the class; the message above it is not delivered.
  expect(read).toHaveLength(300);
  expect(clock.pendingTimers).toBe(0);
});
