import { describe, expect, it } from 'vitest';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { bodySize } from '../../../src-main/eth/item-sizes.ts';
import { encodeEthMessage, type BlockBody, type EthMessage } from '../../../src-main/eth/messages.ts';

const COUNTS = [0, 1, 3, 300];

/** Size of the first item of an answer. */
function sizeOf(answer: EthMessage): number {
  return readRlp(encodeEthMessage(69, answer).payload, (reader) => {
    const fields = reader.list();
    fields.uint64();
    return fields.list().raw().length;
  });
}

function itemsOf(count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, () => encodeRlp(new Uint8Array(bytes).fill(1)));
}

describe('the size of a body', () => {
  it.each(COUNTS)('of %i transactions is never too small', (count) => {
    for (const bytes of [1, 60, 70_000]) {
      const body: BlockBody = {
        transactions: itemsOf(count, bytes),
        ommers: itemsOf(count % 3, 500),
        withdrawals: itemsOf(count % 17, 40),
      };
      const encoded = sizeOf({ name: 'BlockBodies', requestId: 0n, bodies: [body] });
      expect(bodySize(body)).toBeGreaterThanOrEqual(encoded);
      expect(bodySize(body)).toBeLessThan(encoded + 20);
    }
  });
});
