import { createMPT } from '@ethereumjs/mpt';
import { describe, expect, it } from 'vitest';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { EthCodecError } from '../../../src-main/eth/errors.ts';
import {
  encodeBlockReceipts,
  encodeConsensusReceipt,
  readBlockReceipts,
} from '../../../src-main/eth/receipts.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

const { receiptLists } = readVectors<{
  receiptLists: { cases: { eth69: string; eth68: string; consensus: string[]; receiptsRoot: string }[] };
}>('eth.json');

describe.each(receiptLists.cases.map((entry, index) => ({ index, ...entry })))(
  'the receipts of block $index',
  ({ eth68, eth69, consensus, receiptsRoot }) => {
    it('are the same in both forms', () => {
      const flat = readRlp(hex(eth69), (reader) => readBlockReceipts('flat', reader));
      const enveloped = readRlp(hex(eth68), (reader) => readBlockReceipts('consensus', reader));
      expect(flat).toEqual(enveloped);
      expect(unhex(encodeRlp(encodeBlockReceipts('flat', flat)))).toBe(eth69);
      expect(unhex(encodeRlp(encodeBlockReceipts('consensus', flat)))).toBe(eth68);
    });

    it('have the consensus encoding and the receipts root', async () => {
      const receipts = readRlp(hex(eth69), (reader) => readBlockReceipts('flat', reader));
      expect(receipts.map(encodeConsensusReceipt).map(unhex)).toEqual(consensus);
      const trie = await createMPT();
      for (const [index, receipt] of receipts.entries()) {
        await trie.put(encodeRlp(index), encodeConsensusReceipt(receipt));
      }
      expect(unhex(trie.root())).toBe(receiptsRoot);
    });
  },
);

describe('receipts', () => {
  const fields = [Uint8Array.of(1), 21_000n] as const;
  const envelope = (type: number): Uint8Array =>
    Uint8Array.of(type, ...encodeRlp([...fields, new Uint8Array(256), []]));

  it('have a type of at most 0x7f in both forms', () => {
    for (const type of [1, 0x7f]) {
      const expected = [{ type, postStateOrStatus: fields[0], cumulativeGas: fields[1], logs: [] }];
      const flat = encodeRlp([[type, ...fields, []]]);
      expect(readRlp(flat, (reader) => readBlockReceipts('flat', reader))).toEqual(expected);
      const enveloped = encodeRlp([envelope(type)]);
      expect(readRlp(enveloped, (reader) => readBlockReceipts('consensus', reader))).toEqual(expected);
    }
    const flat = encodeRlp([[0x80, ...fields, []]]);
    expect(() => readRlp(flat, (reader) => readBlockReceipts('flat', reader))).toThrow();
  });

  it.each([
    ['of the legacy type', envelope(0)],
    ['of a type above 0x7f', envelope(0x80)],
    ['without a type', new Uint8Array(0)],
  ])('are refused in an envelope %s', (_, item) => {
    const enveloped = encodeRlp([item]);
    expect(() => readRlp(enveloped, (reader) => readBlockReceipts('consensus', reader))).toThrow(
      EthCodecError,
    );
  });
});
