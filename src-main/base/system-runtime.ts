/** The real clock and the real randomness. */
import { randomFillSync, randomInt } from 'node:crypto';
import type { Clock, Random, Timer } from './runtime.ts';

/** setTimeout takes at most this many milliseconds (2^31 − 1, about 25 days); longer waits are made of several. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, action): Timer {
    let handle: NodeJS.Timeout;
    const wait = (left: number): void => {
      handle =
        left > LONGEST_TIMEOUT_MS
          ? setTimeout(() => {
              wait(left - LONGEST_TIMEOUT_MS);
            }, LONGEST_TIMEOUT_MS)
          : setTimeout(action, Math.max(0, left));
    };
    wait(delayMs);
    return {
      cancel() {
        clearTimeout(handle);
      },
    };
  },
};

/** Longest draw from the pool, bytes: nonces and IVs, which are no secrets; keys come from the system one by one. */
const MAX_POOLED_DRAW = 16;

/** Random bytes that wait to be drawn: a call of the system for each few of them would cost more than a packet does. */
const pool = new Uint8Array(4_096);
let drawn = pool.length;

function drawPooled(length: number): Uint8Array {
  if (drawn + length > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = pool.slice(drawn, drawn + length);
  pool.fill(0, drawn, drawn + length);
  drawn += length;
  return bytes;
}

/** The machine's cryptographically strong randomness. */
export const systemRandom: Random = {
  bytes: (length) =>
    length <= MAX_POOLED_DRAW ? drawPooled(length) : randomFillSync(new Uint8Array(length)),
  below: (bound) => randomInt(bound),
};
