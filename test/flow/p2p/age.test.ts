import { expect, test } from 'vitest';
import { SeededRandom } from '../../support/seeded-random.ts';
import { sessionPair, testNode } from '../../support/session-pair.ts';
import { idleProtocol } from '../../support/p2p-node.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';

test.each([3_600_000, -3_600_000])(
  'a change of the wall clock by %d ms does not change the age of a session',
  async (change) => {
    const clock = new ShiftedClock();
    const random = new SeededRandom(1);
    const nodes = [testNode(random, 'a', [idleProtocol]), testNode(random, 'b', [idleProtocol])] as const;
    const [session] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    await clock.advance(2_000);
    clock.sleep(change, false);
    expect(session.ageMs).toBe(2_000);
    await clock.runUntil(session.disconnect('client-quitting'));
  },
);
