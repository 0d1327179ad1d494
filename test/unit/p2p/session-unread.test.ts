import { expect, it } from 'vitest';
import { TURN_MS } from '../../../src-main/base/loop-turns.ts';
import { encodeDisconnect } from '../../../src-main/p2p/disconnect-reason.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import type { Protocol } from '../../../src-main/p2p/protocol.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer } from '../../support/session-pair.ts';
import { TurningClock } from '../../support/turning-clock.ts';

/** The first code of the protocol on the wire. */
const OFFSET = 0x10;

it('lets a protocol that waits for a turn of the event loop read what arrived before a Disconnect', async () => {
  const clock = new TurningClock();
  const read: number[] = [];
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
  const { session, raw } = await clock.runUntil(
    openBarePeer([waiting], { clock, random: new SeededRandom(7) }),
  );
  for (const code of [0, 1, 2]) raw.send(OFFSET + code, new Uint8Array(4));
  void raw.close({ code: P2P_CODES.disconnect, payload: encodeDisconnect(4) });
  // The timers of the loop run before its next turn, as on a busy machine.
  const cause = await clock.runUntil(session.closed);
  expect(read).toEqual([0, 1, 2]);
  expect(cause).toMatchObject({ code: 'too-many-peers', by: 'remote' });
});
