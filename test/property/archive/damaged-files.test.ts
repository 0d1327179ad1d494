import { readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { ArchiveError } from '../../../src-main/archive/errors.ts';
import type { FileBlock } from '../../../src-main/archive/file-block.ts';
import { decodeSnappyFrames } from '../../../src-main/archive/snappy-frames.ts';
import { EMPTY_BYTES, equalBytes } from '../../../src-main/base/bytes.ts';
import { CodecError } from '../../../src-main/base/errors.ts';
import { encodeRlp, readRlp } from '../../../src-main/base/rlp.ts';
import type { Network } from '../../../src-main/chain/networks.ts';
import { encodeBlockReceipts, readBlockReceipts } from '../../../src-main/eth/receipts.ts';
import {
  BLOCK_FILES,
  blocksOf,
  importPath,
  smallChain,
  testchain,
  writeEre,
} from '../../support/block-files.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';

const folder = folderOfTest();
let small: Network;
let network: Network;
let smallBlocks: readonly FileBlock[];
let blocks: readonly FileBlock[];

beforeAll(async () => {
  small = await smallChain();
  network = await testchain();
  smallBlocks = await blocksOf(BLOCK_FILES.smallEra1);
  blocks = (await blocksOf(BLOCK_FILES.testchainEre)).slice(0, 20);
});

const flat = ({ receipts }: FileBlock): Uint8Array | undefined =>
  receipts &&
  encodeRlp(
    encodeBlockReceipts(
      'flat',
      readRlp(receipts.encoded, (reader) => readBlockReceipts(receipts.form, reader)),
    ),
  );

/** Compares bytes as a whole: vitest compares large arrays byte by byte, which takes a second for a file. */
function expectSame([found]: readonly (Uint8Array | undefined)[], expected: Uint8Array | undefined): void {
  expect(equalBytes(found ?? EMPTY_BYTES, expected ?? EMPTY_BYTES)).toBe(true);
}

/** Imports a file with damage. What the archive then has must be the original. */
async function importDamaged(
  bytes: Uint8Array,
  chain: Network,
  original: readonly FileBlock[],
): Promise<void> {
  const path = folder.path('damaged');
  await writeFile(path, bytes);
  await rm(folder.path('chain'), { recursive: true, force: true });
  const store = await ArchiveStore.open(folder.path('chain'));
  try {
    await importPath(path, store, chain).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ArchiveError);
      expect((error as ArchiveError).message).toContain(path);
    });
    for (let number = store.state?.earliest ?? 0n; number <= (store.state?.latest ?? -1n); number++) {
      const block = original[Number(number)]!;
      // Nothing after the last block of a file proves the fields of its header that body and receipts do not.
      if (block !== original.at(-1)) expectSame(await store.parts('headers', [number]), block.header);
      expectSame(await store.parts('bodies', [number]), block.body);
      const receipts = await store.parts('receipts', [number]);
      if (receipts[0] !== undefined) expectSame(receipts, flat(block));
    }
  } finally {
    await store.close();
  }
}

const damage = fc.record({
  /** Of 2^32. */
  at: fc.noBias(fc.nat(2 ** 32 - 1)),
  xor: fc.integer({ min: 1, max: 255 }),
});

describe('a file with one changed byte never adds a wrong block', () => {
  test.each([
    ['export', 100, () => readFile(BLOCK_FILES.smallRlp), () => small, () => smallBlocks],
    ['gzip', 100, async () => gzipSync(await readFile(BLOCK_FILES.smallRlp)), () => small, () => smallBlocks],
    ['.era1', 100, () => readFile(BLOCK_FILES.smallEra1), () => small, () => smallBlocks],
    [
      '.ere',
      // Its blocks are those of a larger chain: one run takes ten times as long.
      40,
      async () => {
        await writeEre(folder.path('whole.ere'), 0n, blocks);
        return await readFile(folder.path('whole.ere'));
      },
      () => network,
      () => blocks,
    ],
  ])('%s', async (_, numRuns, read, chain, original) => {
    const whole = Uint8Array.from(await read());
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, xor }) => {
        const bytes = whole.slice();
        const position = Math.floor((at / 2 ** 32) * bytes.length);
        bytes[position] = (bytes[position] ?? 0) ^ xor;
        await importDamaged(bytes, chain(), original());
      }),
      { numRuns },
    );
  });
});

test('a truncated file never adds a wrong block', async () => {
  const whole = Uint8Array.from(await readFile(BLOCK_FILES.smallRlp));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), (length) =>
      importDamaged(whole.slice(0, length), small, smallBlocks),
    ),
    { numRuns: 50 },
  );
});

test('random bytes are no stream of Snappy frames', () => {
  const head = Uint8Array.of(0xff, 6, 0, 0, ...new TextEncoder().encode('sNaPpY'));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, identified) => {
      try {
        expect(
          decodeSnappyFrames(identified ? Uint8Array.of(...head, ...bytes) : bytes, 1_000).length,
        ).toBeLessThanOrEqual(1_000);
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError);
      }
    }),
    { numRuns: 2_000 },
  );
});
