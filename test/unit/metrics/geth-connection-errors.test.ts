import { expect, test } from 'vitest';
import { gethConnectionError, gethStatusError } from '../../../src-main/metrics/geth-connection-errors.ts';

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
])('a connection that failed by %s at the stage %s counts as error/%s', (code, stage, meter) => {
  expect(gethConnectionError(code, stage)).toBe(meter);
});

test.each([
  ['wrong-network', 'network'],
  ['wrong-genesis', 'genesis'],
  ['wrong-version', 'version'],
  ['wrong-fork', 'forkid'],
  // The peer refused our fork ID: geth only sees that the connection ended.
  ['fork-refused', 'peer'],
  ['status-timeout', 'timeout'],
  ['too-many-peers', 'peer'],
])('a session that ended by %s before Status was exchanged counts as error/%s', (code, meter) => {
  expect(gethStatusError(code)).toBe(meter);
});
