import { expect, test } from 'vitest';
import { gethDialError } from '../../../src-main/metrics/geth-dial-errors.ts';

test.each([
  ['connection-refused', 'connect', 'connection'],
  ['timed-out', 'connect', 'connection'],
  ['too-many-peers', 'hello', 'saturated'],
  ['too-many-peers-by-us', 'encryption', 'saturated'],
  ['already-connected', 'hello', 'known'],
  ['self', 'hello', 'self'],
  ['no-shared-version', 'hello', 'useless'],
  ['unexpected-identity', 'hello', 'id/unexpected'],
  ['decryption-failed', 'encryption', 'rlpx/enc'],
  ['malformed-hello', 'hello', 'rlpx/proto'],
  ['wrong-genesis', 'status', 'other'],
])('a dial that failed by %s at the stage %s counts as p2p/dials/error/%s', (code, stage, meter) => {
  expect(gethDialError(code, stage)).toBe(meter);
});
