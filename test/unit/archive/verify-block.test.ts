import { RLP } from '@ethereumjs/rlp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FileBlock } from '../../../src-main/archive/file-block.ts';
import {
  headerOf,
  verifyBlock,
  type ChainEnd,
  type VerifiedBlock,
} from '../../../src-main/archive/verify-block.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { BLOCK_FILES, blocksOf } from '../../support/block-files.ts';

/** Blocks of the testchain by number, with receipts. */
let blocks: readonly FileBlock[];
/** Blocks of the small chain. */
let small: readonly FileBlock[];

beforeAll(async () => {
  blocks = await blocksOf(BLOCK_FILES.testchainEre);
  small = await blocksOf(BLOCK_FILES.smallEra1);
});

function verifyAll(all: readonly FileBlock[]): VerifiedBlock | undefined {
  let end: VerifiedBlock | undefined;
  for (const block of all) end = verifyBlock(block, headerOf(block), end);
  return end;
}

const endAt = (number: number): ChainEnd => ({ ...headerOf(blocks[number]!), totalDifficulty: undefined });
const verify = (block: FileBlock, parent: ChainEnd | undefined): VerifiedBlock =>
  verifyBlock(block, headerOf(block), parent);

/** A block whose body has transactions, with a changed item of the body. */
function withBody(block: FileBlock, change: (parts: unknown[]) => unknown[]): FileBlock {
  const parts = RLP.decode(block.body) as unknown[];
  return { ...block, body: RLP.encode(change(parts) as never) };
}

const hasTransactions = ({ body }: FileBlock): boolean => (RLP.decode(body) as unknown[][])[0]!.length > 1;
const hasOmmers = ({ body }: FileBlock): boolean => (RLP.decode(body) as unknown[][])[1]!.length > 0;
const hasWithdrawals = ({ body }: FileBlock): boolean =>
  ((RLP.decode(body) as unknown[][])[2]?.length ?? 0) > 0;

describe('the verification of blocks', () => {
  test('accepts the 601 blocks of the testchain with all receipts', () => {
    expect(blocks.some(hasTransactions) && blocks.some(hasWithdrawals)).toBe(true);
    const end = verifyAll(blocks);
    expect(end?.number).toBe(600n);
    expect(Buffer.from(end!.hash).toString('hex')).toBe(
      '44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a',
    );
  });

  test('accepts a chain with uncles and compares its total difficulty', () => {
    expect(small.filter(hasOmmers).length).toBeGreaterThan(0);
    const end = verifyAll(small);
    expect(end?.totalDifficulty).toBe(small.at(-1)?.totalDifficulty);
    expect(() => verify({ ...small[0]!, totalDifficulty: 1n }, undefined)).toThrow(
      /block 0, total difficulty: it is 1, but the difficulties sum up to 131072/,
    );
  });

  test('keeps the receipts in the flat form', () => {
    const flat = verifyBlock(blocks[600]!, headerOf(blocks[600]!), endAt(599)).receipts;
    expect(flat).toEqual(blocks[600]!.receipts!.encoded);
  });

  test('names file, block and the parent that does not fit', () => {
    expect(() => verify(blocks[5]!, endAt(3))).toThrow(
      expect.objectContaining({
        code: 'archive-other-chain',
        message: `${BLOCK_FILES.testchainEre}, block 5, number: block 4 is expected here.`,
      }),
    );
    expect(() => verify(blocks[5]!, { ...endAt(4), hash: endAt(3).hash })).toThrow(
      /block 5, parent hash: it is 0x[0-9a-f]{64}, but the block before it is 0x[0-9a-f]{64}/,
    );
  });

  test('refuses transactions that the header does not commit to', () => {
    const block = blocks.find(hasTransactions)!;
    const reversed = withBody(block, ([transactions, ...rest]) => [
      (transactions as unknown[]).reverse(),
      ...rest,
    ]);
    expect(() => verify(reversed, undefined)).toThrow(/transactions root: it is .* but the body gives/);
  });

  test('refuses missing ommers', () => {
    const block = small.find(hasOmmers)!;
    const without = withBody(block, ([transactions, , ...rest]) => [transactions, [], ...rest]);
    expect(() => verify(without, undefined)).toThrow(/ommers hash: it is .* but the body gives/);
  });

  test('refuses other withdrawals, none, and some before Shanghai', () => {
    const block = blocks.find(hasWithdrawals)!;
    const emptied = withBody(block, ([transactions, ommers]) => [transactions, ommers, []]);
    expect(() => verify(emptied, undefined)).toThrow(/withdrawals root: it is .* but the body gives/);
    const without = withBody(block, (parts) => parts.slice(0, 2));
    expect(() => verify(without, undefined)).toThrow(/withdrawals root: the header has it and the body no/);
    const early = withBody(small[1]!, (parts) => [...parts, []]);
    expect(() => verify(early, undefined)).toThrow(
      /withdrawals root: the body has withdrawals and the header no/,
    );
  });

  test('refuses receipts of another block', () => {
    const block = blocks.find(hasTransactions)!;
    const receipts = { form: 'flat', encoded: encodeRlp([]) } as const;
    expect(() => verify({ ...block, receipts }, undefined)).toThrow(
      expect.objectContaining({
        code: 'archive-invalid-block',
        field: 'receipts root',
        message: expect.stringMatching(/but the receipts give/) as string,
      }),
    );
  });

  test.each([
    ['header', { header: Uint8Array.of(0xc0) }],
    ['body', { body: Uint8Array.of(0x80) }],
    ['receipts', { receipts: { form: 'flat', encoded: Uint8Array.of(0xc1, 0x80) } }],
  ] as const)('names a %s that cannot be decoded', (field, change) => {
    expect(() => verify({ ...blocks[1]!, ...change }, undefined)).toThrow(
      expect.objectContaining({ code: 'archive-malformed', field }),
    );
  });
});
