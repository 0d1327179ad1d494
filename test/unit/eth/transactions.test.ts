import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import {
  pooledTransactionHash,
  transactionItem,
  unwrapTransaction,
} from '../../../src-main/eth/transactions.ts';

const FIELDS = encodeRlp([1, 2, 3]);
const typed = (type: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(type), ...parts);

describe('an item of a message', () => {
  test.each([
    ['legacy', FIELDS],
    ['typed', typed(2, FIELDS)],
  ])('is unwrapped to the %s transaction that it was made of', (_, encoded) => {
    expect(unwrapTransaction(transactionItem(encoded))).toEqual(encoded);
  });
});

describe('the hash of a pooled transaction', () => {
  test.each([FIELDS, typed(2, FIELDS), typed(3, FIELDS)])(
    'is that of its bytes without a sidecar',
    (encoded) => {
      expect(pooledTransactionHash(encoded)).toEqual(keccak256(encoded));
    },
  );

  test('does not depend on the sidecar of a blob transaction', () => {
    const pooled = typed(3, encodeRlp([new RawRlp(FIELDS), [new Uint8Array(48)], [], []]));
    expect(pooledTransactionHash(pooled)).toEqual(keccak256(typed(3, FIELDS)));
  });
});
