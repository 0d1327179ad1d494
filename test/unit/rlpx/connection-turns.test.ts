import { beforeEach, describe, expect, it } from 'vitest';
import { TURN_MS } from '../../../src-main/base/loop-turns.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import type { RlpxError } from '../../../src-main/rlpx/errors.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { securePair, streamPair, testNode } from '../../support/session-pair.ts';
import { TurningClock } from '../../support/turning-clock.ts';

const PAYLOAD = new Uint8Array(4_096);
/** What a protocol takes for a message, milliseconds. */
const WORK_MS = 1;

let clock: TurningClock;
let a: RlpxConnection;
let b: RlpxConnection;

beforeEach(async () => {
  clock = new TurningClock();
  const random = new SeededRandom(32);
  const nodes = [testNode(random, 'dialler'), testNode(random, 'acceptor')] as const;
  [a, b] = await clock.runUntil(securePair(streamPair(clock), nodes, { clock, random }));
});

/** Consumes what arrives at `b`; each message takes WORK_MS. */
function busyConsumer(): { received: number[]; ends: RlpxError[] } {
  const seen = { received: [] as number[], ends: [] as RlpxError[] };
  b.consume({
    onMessage: ({ code }) => {
      clock.work(WORK_MS);
      seen.received.push(code);
    },
    onEnd: (error) => seen.ends.push(error),
  });
  return seen;
}

/** Sends messages with the codes 16, 17, … to `b`, and lets them arrive. */
async function flood(count: number): Promise<number[]> {
  const codes = Array.from({ length: count }, (_, index) => 16 + index);
  for (const code of codes) a.send(code, PAYLOAD);
  await clock.advance(1);
  return codes;
}

describe('a connection in the turns of the event loop', () => {
  it('stops at the end of a turn, and goes on in order in later turns', async () => {
    const seen = busyConsumer();
    const sent = await flood(40);
    expect(seen.received.length).toBeGreaterThan(0);
    expect(seen.received.length).toBeLessThanOrEqual(TURN_MS / WORK_MS);
    while (clock.isTurning) {
      expect(await clock.turn()).toBeLessThanOrEqual(TURN_MS + WORK_MS);
      await clock.advance(0);
    }
    expect(seen.received).toEqual(sent);
  });

  it('goes on in later turns when its consumer throws in one', async () => {
    const received: number[] = [];
    b.consume({
      onMessage: ({ code }) => {
        clock.work(WORK_MS);
        received.push(code);
        if (code === 40) throw new Error('a bug of a protocol');
      },
      onEnd: () => undefined,
    });
    const sent = await flood(40);
    let thrown = 0;
    while (clock.isTurning) {
      await clock.turn().catch(() => {
        thrown += 1;
      });
      await clock.advance(0);
    }
    expect(thrown).toBe(1);
    expect(received).toEqual(sent);
  });

  it('reports the end after all messages that wait for their turn', async () => {
    const seen = busyConsumer();
    const sent = await flood(30);
    void a.close();
    await clock.advance(1);
    expect(seen.ends).toEqual([]);
    while (clock.isTurning) {
      await clock.turn();
      await clock.advance(0);
    }
    expect(seen.received).toEqual(sent);
    expect(seen.ends).toHaveLength(1);
  });

  it('delivers nothing in a later turn after close', async () => {
    const seen = busyConsumer();
    await flood(30);
    const before = seen.received.length;
    void b.close();
    while (clock.isTurning) await clock.turn();
    expect(seen.received).toHaveLength(before);
    expect(seen.ends).toEqual([]);
  });

  it('lets a sender wait until it has a turn', async () => {
    busyConsumer();
    expect(b.congested).toBe(false);
    clock.work(2 * TURN_MS);
    expect(b.congested).toBe(true);
    let isDrained = false;
    void b.drained().then(() => (isDrained = true));
    await clock.settle();
    expect(isDrained).toBe(false);
    await clock.turn();
    expect(isDrained).toBe(true);
    expect(b.congested).toBe(false);
  });

  it.each(['close', 'destroy'] as const)('releases a waiting sender on %s', async (end) => {
    expect(b.congested).toBe(false);
    clock.work(2 * TURN_MS);
    expect(b.congested).toBe(true);
    let isDrained = false;
    void b.drained().then(() => (isDrained = true));
    await clock.settle();
    void b[end]();
    await clock.settle();
    expect(isDrained).toBe(true);
  });
});
