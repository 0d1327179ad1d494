import { describe, expect, it } from 'vitest';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { bodySize, receiptsSize } from '../../../src-main/eth/item-sizes.ts';
import { encodeEthMessage, type BlockBody, type EthMessage } from '../../../src-main/eth/messages.ts';
import type { Receipt, ReceiptLog } from '../../../src-main/eth/receipts.ts';
import { ETH_VERSIONS } from '../../../src-main/eth/versions.ts';

const COUNTS = [0, 1, 3, 300];

/** Size of the first item of an answer. */
function sizeOf(version: 68 | 69, answer: EthMessage): number {
  return readRlp(encodeEthMessage(version, answer).payload, (reader) => {
    const fields = reader.list();
    fields.uint64();
    return fields.list().raw().length;
  });
}

function itemsOf(count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, () => encodeRlp(new Uint8Array(bytes).fill(1)));
}

function receiptsOf(count: number, logs: readonly ReceiptLog[]): Receipt[] {
  const outcome = new Uint8Array(32).fill(1);
  return Array.from({ length: count }, () => ({
    ...{ type: 2, postStateOrStatus: outcome, cumulativeGas: 2n ** 64n - 1n },
    logs,
  }));
}

describe('the size of a body', () => {
  it.each(COUNTS)('of %i transactions is never too small', (count) => {
    for (const bytes of [1, 60, 70_000]) {
      const body: BlockBody = {
        transactions: itemsOf(count, bytes),
        ommers: itemsOf(count % 3, 500),
        withdrawals: itemsOf(count % 17, 40),
      };
      const encoded = sizeOf(69, { name: 'BlockBodies', requestId: 0n, bodies: [body] });
      expect(bodySize(body)).toBeGreaterThanOrEqual(encoded);
      expect(bodySize(body)).toBeLessThan(encoded + 20);
    }
  });
});

describe.each([68, 69] as const)('the size of receipts on eth/%i', (version) => {
  it.each(COUNTS)('of %i receipts is never too small', (count) => {
    for (const bytes of [0, 1, 60, 300]) {
      const log = {
        address: new Uint8Array(20).fill(1),
        topics: [1, 2, 3, 4].map((fill) => new Uint8Array(32).fill(fill)),
        data: new Uint8Array(bytes).fill(1),
      };
      for (const logs of [[], [log], Array.from({ length: 50 }, () => log)]) {
        const receipts = receiptsOf(count, logs);
        const encoded = sizeOf(version, {
          name: 'Receipts',
          lastIncomplete: false,
          requestId: 0n,
          blocks: [receipts],
        });
        expect(receiptsSize(ETH_VERSIONS[version].receipts, receipts)).toBeGreaterThanOrEqual(encoded);
      }
    }
  });
});
