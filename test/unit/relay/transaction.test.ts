import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { EthCodecError } from '../../../src-main/eth/errors.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { blobTransaction, dynamicFeeTransaction, legacyTransaction } from '../../support/transactions.ts';

describe('a relayed transaction', () => {
  it.each([
    ['legacy', 0, legacyTransaction(1), 9],
    ['with dynamic fees', 2, dynamicFeeTransaction(1), 12],
    ['with blobs, without a sidecar', 3, blobTransaction(1).bare, 14],
    ['of a type that is not known', 0x42, Uint8Array.of(0x42, 0xff), 0],
  ])('%s has type, hash and fields', (_, type, encoded, count) => {
    const transaction = readRelayed(encoded);
    expect(transaction).toMatchObject({ type, hash: keccak256(encoded), sidecar: undefined });
    expect(transaction.fields).toHaveLength(count);
  });

  it.each([0, 1] as const)('with a sidecar of version %i has the hash without it', (version) => {
    const { pooled, bare } = blobTransaction(7, 2, version);
    const { hash, sidecar } = readRelayed(pooled);
    expect(hash).toEqual(keccak256(bare));
    expect(sidecar).toMatchObject({ version });
    expect(sidecar?.blobs).toHaveLength(2);
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['with fields that are no list', Uint8Array.of(2, 0x80)],
    ['cut', dynamicFeeTransaction(1).subarray(0, -1)],
    ['with a byte too many', concatBytes(dynamicFeeTransaction(1), Uint8Array.of(0))],
    ['with a field too few', Uint8Array.of(2, ...encodeRlp([1, 2, 3]))],
    ['with blobs of a wrong size', Uint8Array.of(3, ...encodeRlp([Array(14).fill(0), [1], [], []]))],
    ['with a sidecar of version 0', Uint8Array.of(3, ...encodeRlp([Array(14).fill(0), 0, [], [], []]))],
    ['with a sidecar of version 2', Uint8Array.of(3, ...encodeRlp([Array(14).fill(0), 2, [], [], []]))],
  ])('that is %s is refused', (_, encoded) => {
    expect(() => readRelayed(encoded)).toThrow(EthCodecError);
  });
});
