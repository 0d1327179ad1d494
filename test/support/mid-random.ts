import type { Random } from '../../src-main/base/runtime.ts';

/** Always the middle of a range, so that jittered delays have their nominal length. */
export const MID_RANDOM: Random = {
  bytes: (length) => new Uint8Array(length),
  below: (bound) => Math.floor(bound / 2),
};
