import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openBlockFile } from '../../../src-main/archive/block-file.ts';
import type { FileBlock } from '../../../src-main/archive/file-block.ts';
import { headerOf } from '../../../src-main/archive/verify-block.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { BLOCK_FILES, blocksOf, entryOf } from '../../support/block-files.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';

const folder = folderOfTest();
const withoutFile = ({ header, body }: FileBlock): string => `${bytesToHex(header)} ${bytesToHex(body)}`;

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = folder.path('blocks');
  await writeFile(path, bytes);
  return path;
}

describe('a file of blocks', () => {
  test.each([
    [BLOCK_FILES.testchainRlp, 'rlp', undefined],
    [BLOCK_FILES.smallRlp, 'rlp', undefined],
    [BLOCK_FILES.testchainEre, 'ere', { first: 0n, last: 600n }],
    [BLOCK_FILES.smallEra1, 'era1', { first: 0n, last: 64n }],
  ])('is recognized by its content: %s', async (path, format, index) => {
    const file = await openBlockFile(path);
    expect(file).toMatchObject({ path, format, index });
    await file.close();
  });

  test('has the same blocks as .ere and as export of geth', async () => {
    const ere = await blocksOf(BLOCK_FILES.testchainEre);
    const exported = await blocksOf(BLOCK_FILES.testchainRlp);
    expect(ere).toHaveLength(601);
    expect(ere.slice(1).map(withoutFile)).toEqual(exported.map(withoutFile));
    expect(ere.map((block) => headerOf(block).number)).toEqual(ere.map((_, at) => BigInt(at)));
    expect(ere.map(({ receipts }) => receipts?.form)).toEqual(ere.map(() => 'flat'));
    expect(exported.at(-1)?.fraction).toBe(1);
  });

  test('has the same blocks as .era1 and as export of geth', async () => {
    const era1 = await blocksOf(BLOCK_FILES.smallEra1);
    const exported = await blocksOf(BLOCK_FILES.smallRlp);
    expect(era1.slice(1).map(withoutFile)).toEqual(exported.map(withoutFile));
    expect(era1.map(({ receipts }) => receipts?.form)).toEqual(era1.map(() => 'consensus'));
    expect(era1[0]?.totalDifficulty).toBe(0x20000n);
  });

  test('with an index is read from a block on', async () => {
    for (const path of [BLOCK_FILES.testchainEre, BLOCK_FILES.smallEra1]) {
      const blocks = await blocksOf(path, 60n);
      expect(headerOf(blocks[0]!).number).toBe(60n);
    }
  });

  test('is decompressed where it is gzip', async () => {
    const path = await fileOf(gzipSync(await readFile(BLOCK_FILES.smallRlp)));
    expect((await blocksOf(path)).map(withoutFile)).toEqual(
      (await blocksOf(BLOCK_FILES.smallRlp)).map(withoutFile),
    );
  });

  test.each([
    ['truncated gzip', (bytes: Uint8Array) => gzipSync(bytes).subarray(0, 1_000), /not whole gzip data/],
    [
      'a truncated export',
      (bytes: Uint8Array) => bytes.subarray(0, -1),
      /offset \d+: the file ends within a block/,
    ],
    ['an export with a tail', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.of(0x80)]), /no RLP list/],
    [
      'a block of 4 GB',
      () => Uint8Array.of(0xfb, 0xff, 0xff, 0xff, 0xff),
      /block of 4294967300 bytes is too large/,
    ],
    ['a list that is no block', () => Uint8Array.of(0xc0), /offset 0: there is no block/],
  ])('with %s is refused', async (_, change, message) => {
    const path = await fileOf(change(await readFile(BLOCK_FILES.smallRlp)));
    await expect(blocksOf(path)).rejects.toMatchObject({
      code: 'archive-malformed',
      message: expect.stringMatching(message) as string,
      file: path,
    });
  });

  test.each([
    ['of another kind', () => new TextEncoder().encode('{"genesis": true}'), /no file with blocks/],
    ['that is empty', () => new Uint8Array(0), /no file with blocks/],
    [
      'of the beacon chain',
      () => Buffer.concat([entryOf(0x3265, new Uint8Array(0)), entryOf(1, new Uint8Array(40))]),
      /blocks of the beacon chain/,
    ],
    [
      'that is a truncated .era1',
      (era1: Uint8Array) => era1.subarray(0, -8),
      /does not end with one: it is truncated/,
    ],
    ['that has only a version', (era1: Uint8Array) => era1.subarray(0, 8), /too short/],
  ])('%s is refused', async (_, change, message) => {
    const path = await fileOf(change(await readFile(BLOCK_FILES.smallEra1)));
    await expect(openBlockFile(path)).rejects.toMatchObject({
      code: 'archive-malformed',
      message: expect.stringMatching(message) as string,
    });
  });

  test('that is missing or a folder is refused', async () => {
    await expect(openBlockFile(folder.path('none'))).rejects.toMatchObject({ code: 'file-missing' });
    await expect(openBlockFile(folder.path())).rejects.toMatchObject({ code: 'file-not-regular' });
  });
});
