import { createMPT } from '@ethereumjs/mpt';
import { describe, expect, it } from 'vitest';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
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
