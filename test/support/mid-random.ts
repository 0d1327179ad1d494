import type { Random } from '../../src-main/base/runtime.ts';

/** Draws the middle of every range, so that waits are as long as they are meant. */
export const MID_RANDOM: Random = {
  bytes: (length) => new Uint8Array(length),
  below: (bound) => Math.floor(bound / 2),
};
