import { describe, expect, it } from 'vitest';
import { MAX_ETH_MESSAGE_SIZE, MAX_ITEMS_SERVED } from '../../../src-main/eth/constants.ts';
import { encodeEthMessage } from '../../../src-main/eth/messages.ts';
import { ReceiptsAnswer } from '../../../src-main/eth/receipts-answer.ts';
import type { Receipt } from '../../../src-main/eth/receipts.ts';
import type { EthVersion } from '../../../src-main/eth/versions.ts';

const MIB = 1024 * 1024;

let gas = 0n;
/** A receipt with one log of `size` bytes; each has its own cumulative gas. */
function receiptOf(size: number): Receipt {
  const log = { address: new Uint8Array(20), topics: [], data: new Uint8Array(size) };
  return { type: 2, postStateOrStatus: Uint8Array.of(1), cumulativeGas: ++gas, logs: [log] };
}

const blockOf = (count: number, size: number): readonly Receipt[] =>
  Array.from({ length: count }, () => receiptOf(size));

function answerTo(
  version: EthVersion,
  blocks: readonly (readonly Receipt[])[],
  firstIndex = 0n,
): ReceiptsAnswer['fields'] {
  const answer = new ReceiptsAnswer(version, firstIndex);
  for (const block of blocks) answer.add(block);
  const message = { name: 'Receipts', requestId: 2n ** 64n - 1n, ...answer.fields } as const;
  // The code counts in the limit of some clients.
  expect(encodeEthMessage(version, message).payload.length + 1).toBeLessThanOrEqual(MAX_ETH_MESSAGE_SIZE);
  return answer.fields;
}

describe('an answer with receipts', () => {
  it('has the receipts of all blocks that fit', () => {
    const blocks = [blockOf(2, 10), [], blockOf(1, 10)];
    for (const version of [68, 69, 70, 71] as const) {
      expect(answerTo(version, blocks)).toEqual({ blocks, lastIncomplete: false });
    }
  });

  it('ends with the block that passes 2 MiB', () => {
    const blocks = [blockOf(1, MIB), blockOf(1, MIB), blockOf(1, 1)];
    for (const version of [68, 69, 70, 71] as const) {
      expect(answerTo(version, blocks)).toEqual({ blocks: blocks.slice(0, 2), lastIncomplete: false });
    }
  });

  it('has at most 1,024 blocks', () => {
    const answer = new ReceiptsAnswer(71, 0n);
    for (let count = 0; count < MAX_ITEMS_SERVED; count++) {
      expect(answer.full).toBe(false);
      answer.add([]);
    }
    expect(answer.full).toBe(true);
    answer.add([]);
    expect(answer.fields.blocks.length).toBe(MAX_ITEMS_SERVED);
  });
});

describe.each([70, 71] as const)('an answer of eth/%i', (version) => {
  it('is cut within a block at 10 MiB', () => {
    const large = blockOf(11, MIB);
    expect(answerTo(version, [large, blockOf(1, 1)])).toEqual({
      blocks: [large.slice(0, 9)],
      lastIncomplete: true,
    });
  });

  it('begins at the requested receipt of the first block, and has later blocks whole', () => {
    const [first, second] = [blockOf(11, MIB), blockOf(3, 10)];
    expect(answerTo(version, [first, second], 10n)).toEqual({
      blocks: [first.slice(10), second],
      lastIncomplete: false,
    });
  });

  it('can begin and end within the same block', () => {
    const block = blockOf(30, MIB);
    expect(answerTo(version, [block], 9n)).toEqual({ blocks: [block.slice(9, 18)], lastIncomplete: true });
  });

  it.each([11n, 12n, 2n ** 64n - 1n])('has an empty first block from receipt %i of 11', (firstIndex) => {
    const second = blockOf(1, 10);
    expect(answerTo(version, [blockOf(11, MIB), second], firstIndex)).toEqual({
      blocks: [[], second],
      lastIncomplete: false,
    });
  });

  it('leaves a block out when not even its first receipt fits', () => {
    const first = blockOf(1, MIB);
    expect(answerTo(version, [first, [receiptOf(9 * MIB), receiptOf(1)]])).toEqual({
      blocks: [first],
      lastIncomplete: false,
    });
  });

  it('is empty when a receipt fits into no message', () => {
    expect(answerTo(version, [[receiptOf(11 * MIB)], blockOf(1, 1)])).toEqual({
      blocks: [],
      lastIncomplete: false,
    });
  });
});

describe.each([68, 69] as const)('an answer of eth/%i', (version) => {
  it('leaves out a block that does not fit as a whole', () => {
    const first = blockOf(1, MIB);
    expect(answerTo(version, [first, blockOf(10, MIB), blockOf(1, 1)])).toEqual({
      blocks: [first],
      lastIncomplete: false,
    });
  });
});
