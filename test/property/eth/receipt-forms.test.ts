import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { receiptsSize } from '../../../src-main/eth/item-sizes.ts';
import { listRoot } from '../../../src-main/chain/list-root.ts';
import {
  encodeBlockReceipts,
  encodeConsensusReceipt,
  FlatReceipts,
  readBlockReceipts,
  receiptsIn,
  type BlockReceipts,
  type Receipt,
} from '../../../src-main/eth/receipts.ts';
import { unhex } from '../../support/hex.ts';
import { anyReceipt } from '../../support/receipt-values.ts';

const blocks = fc.array(anyReceipt, { maxLength: 6 });

/** What a peer reads of receipts that were sent in a form. */
const sent = (form: 'flat' | 'consensus', block: BlockReceipts): readonly Receipt[] =>
  readRlp(encodeRlp(encodeBlockReceipts(form, block)), (reader) => readBlockReceipts(form, reader));

const rootOf = (block: readonly Receipt[]): string => unhex(listRoot(block.map(encodeConsensusReceipt)));

describe('the receipts of a block', () => {
  it('are the same after each form, and after one form into the other and back, with the same root', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        expect(sent('flat', block)).toEqual(block);
        expect(sent('consensus', block)).toEqual(block);
        expect(sent('consensus', sent('flat', block))).toEqual(block);
        expect(sent('flat', sent('consensus', block))).toEqual(block);
        expect(rootOf(sent('flat', block))).toBe(rootOf(block));
      }),
      { numRuns: 200 },
    );
  });

  it('are the same when a source gave them in the flat form', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const given = FlatReceipts.of(encodeRlp(encodeBlockReceipts('flat', block)));
        expect(receiptsIn(given)).toEqual(block);
        expect(given.length).toBe(block.length);
        expect(sent('flat', given)).toEqual(block);
        expect(sent('consensus', given)).toEqual(block);
        expect(receiptsSize(given)).toBe(receiptsSize(block));
      }),
      { numRuns: 200 },
    );
  });
});
