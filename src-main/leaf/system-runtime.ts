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

/** The machine's cryptographically strong randomness. */
export const systemRandom: Random = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
  below: (bound) => randomInt(bound),
};
