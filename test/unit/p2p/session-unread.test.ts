import { beforeEach, expect, it } from 'vitest';
import { TURN_MS } from '../../../src-main/base/loop-turns.ts';
import { encodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer, type BarePeer } from '../../support/session-pair.ts';
import { TurningClock } from '../../support/turning-clock.ts';

/** The first code of the protocol on the wire. */
const OFFSET = 0x10;

let clock: TurningClock;
let read: number[];

beforeEach(() => {
  clock = new TurningClock();
  read = [];
});

/** Waits until it may send, as eth does after each message. The turn of the loop ends in the first. */
const waiting: Protocol = {
  name: 'toy',
  version: 1,
  length: 3,
  messageName: (code) => `Message ${String(code)}`,
  run: async (channel) => {
    for (;;) {
      const { code } = await channel.receive();
      read.push(code);
      if (code === 0) clock.work(2 * TURN_MS);
      if (channel.congested) await channel.ready();
    }
  },
};

const connect = (): Promise<BarePeer> =>
  clock.runUntil(openBarePeer([waiting], { clock, random: new SeededRandom(7) }));

it('lets a protocol that waits for a turn of the event loop read what arrived before a Disconnect', async () => {
  const { session, raw } = await connect();
  for (const code of [0, 1, 2]) raw.send(OFFSET + code, new Uint8Array(4));
  void raw.close({ code: P2P_CODES.disconnect, payload: encodeDisconnect(4) });
  // The timers of the loop run before its next turn, as on a busy machine.
  const cause = await clock.runUntil(session.closed);
  expect(read).toEqual([0, 1, 2]);
  expect(cause).toMatchObject({ code: 'too-many-peers', by: 'remote' });
});

it('ends when the connection is lost while it does not read, because a protocol waits for a turn of the event loop', async () => {
  const { session, raw } = await connect();
  // More than a protocol has room for.
  for (let sent = 0; sent < 300; sent += 1) raw.send(OFFSET + Math.min(sent, 1), new Uint8Array(4));
  await clock.advance(1);
  expect(read).toEqual([0]);
  raw.destroy();
  await clock.advance(1);
  while (clock.isTurning) await clock.turn();
  expect(await clock.runUntil(session.closed)).toMatchObject({ code: 'connection-lost', by: 'network' });
});
