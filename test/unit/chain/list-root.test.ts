import { describe, expect, test } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { EMPTY_TRIE_ROOT } from '../../../src-main/chain/header.ts';
import { listRoot } from '../../../src-main/chain/list-root.ts';

describe('the root of a list', () => {
  test('without items is that of an empty trie', () => {
    expect(bytesToHex(listRoot([]))).toBe(bytesToHex(EMPTY_TRIE_ROOT));
  });

  test('with one item is the hash of its leaf', () => {
    const item = new Uint8Array(40).fill(7);
    // Key 0x80: an even path of a leaf, flag 2.
    expect(listRoot([item])).toEqual(keccak256(encodeRlp([Uint8Array.of(0x20, 0x80), item])));
  });

  test('depends on the order of the items', () => {
    const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)];
    expect(listRoot([first, second])).not.toEqual(listRoot([second, first]));
  });
});
