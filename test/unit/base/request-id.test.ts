import { expect, test } from 'vitest';
import { requestIdOf } from '../../../src-main/base/request-id.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';

test('the request ID of bytes that are no list is unknown', () => {
  expect(requestIdOf(encodeRlp([9n]))).toBe(9n);
  for (const bytes of [[], [0x80], [0xc0], [0xc1], [0xc1, 0xc0], [0xff, 0xff]]) {
    expect(requestIdOf(Uint8Array.from(bytes))).toBeUndefined();
  }
});
