import { describe, expect, test } from 'vitest';
import { encodeRlp, RawRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { bodyRootsOf, receiptsRootOf } from '../../../src-main/eth/block-roots.ts';
import { readHeaderItem } from '../../../src-main/eth/headers.ts';
import { readBodyFields } from '../../../src-main/eth/messages.ts';
import { readBlockReceipts } from '../../../src-main/eth/receipts.ts';
import { readTestchain } from '../../support/testchain-blocks.ts';

const { blocks } = await readTestchain();

describe('the blocks of the test chain', () => {
  test('have the body roots of their headers', () => {
    for (const { header, encoded } of blocks) {
      const body = readRlp(encoded, (reader) => {
        const fields = reader.list();
        readHeaderItem(fields);
        return readBodyFields(fields);
      });
      const { transactionsRoot, ommersHash, withdrawalsRoot } = header;
      expect(bodyRootsOf(body)).toEqual({ transactionsRoot, ommersHash, withdrawalsRoot });
      expect(bodyRootsOf({ ...body, withdrawals: undefined }).withdrawalsRoot).toBeUndefined();
    }
  });

  test('have the receipts root of their headers', () => {
    const withReceipts = blocks.filter(({ receipts }) => receipts !== undefined && receipts.length > 0);
    expect(withReceipts.length).toBeGreaterThan(0);
    for (const { header, receipts = [] } of withReceipts) {
      const items = receipts.map((item) => ((item[0] ?? 0) < 0xc0 ? item : new RawRlp(item)));
      const decoded = readRlp(encodeRlp(items), (reader) => readBlockReceipts('consensus', reader));
      expect(receiptsRootOf(decoded)).toEqual(header.receiptsRoot);
    }
  });
});
