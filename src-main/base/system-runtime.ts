/** Clock and randomness of the operating system. */
import { randomFillSync, randomInt } from 'node:crypto';
import type { Clock, Random, Timer } from './runtime.ts';

/** Longest delay of setTimeout, milliseconds (2^31 − 1, about 25 days); a longer wait is split into several timers. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Clock of the operating system. */
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
  soon: (action) => {
    setImmediate(action);
  },
};

/** Longest draw from the pool, bytes: keys, nonces and IVs. */
const MAX_POOLED_DRAW = 32;

/**
 * Pool of random bytes, drawn ahead: a system call for each nonce would take longer than the rest of a packet. A draw copies
 * its bytes and erases them here. BOUNDED: 4 KiB.
 */
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

/** Cryptographically strong randomness of the operating system. */
export const systemRandom: Random = {
  bytes: (length) =>
    length <= MAX_POOLED_DRAW ? drawPooled(length) : randomFillSync(new Uint8Array(length)),
  below: (bound) => randomInt(bound),
};
