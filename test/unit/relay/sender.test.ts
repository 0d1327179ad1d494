import { describe, expect, it } from 'vitest';
import { hexToBytes } from '../../../src-main/base/bytes.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { senderOf } from '../../../src-main/relay/sender.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { unhex } from '../../support/hex.ts';
import {
  addressOf,
  blobTransaction,
  dynamicFeeTransaction,
  legacyTransaction,
  SENDER_KEY,
} from '../../support/transactions.ts';

describe('the sender of a transaction', () => {
  it('is that of the example of EIP-155', () => {
    const encoded = hexToBytes(
      'f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    );
    expect(unhex(senderOf(readRelayed(encoded)))).toBe('0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f');
  });

  it.each([
    ['legacy', legacyTransaction(5)],
    ['legacy with a chain ID', legacyTransaction(5, 3_503_995_874)],
    ['with dynamic fees', dynamicFeeTransaction(5)],
    ['with blobs', blobTransaction(5).pooled],
  ])('is recovered: %s', (_, encoded) => {
    expect(senderOf(readRelayed(encoded))).toEqual(addressOf(SENDER_KEY));
  });

  it.each([
    ['of a type that is not known', Uint8Array.of(0x42, 0xff)],
    ['with a signature of zeros', Uint8Array.of(2, ...encodeRlp(Array(12).fill(0)))],
    ['with v of 0', encodeRlp([...Array<number>(6).fill(0), 0, 1, 1])],
    ['with a list as signature', Uint8Array.of(2, ...encodeRlp([...Array<number>(9).fill(0), [], [], []]))],
  ])('is replaced by the hash: %s', (_, encoded) => {
    const transaction = readRelayed(encoded);
    expect(senderOf(transaction)).toEqual(transaction.hash);
  });
});
