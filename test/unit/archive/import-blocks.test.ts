import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import { openBlockFile } from '../../../src-main/archive/block-file.ts';
import { verifyBlocks, type ImportProgress } from '../../../src-main/archive/import-blocks.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import type { Network } from '../../../src-main/chain/networks.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import {
  BLOCK_FILES,
  blocksOf,
  importPath,
  smallChain,
  taskOf,
  testchain,
  writeEre,
} from '../../support/block-files.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';
import { writeEmptyBlocks } from '../../support/generated-chain.ts';

const folder = folderOfTest();
const HEAD = '44e3809c9a3cda717f00aea3a9da336d149612c8d5657fbc0028176ef8d94d2a';
let network: Network;
let small: Network;

beforeAll(async () => {
  network = await testchain();
  small = await smallChain();
});

async function open(): Promise<ArchiveStore> {
  const store = await ArchiveStore.open(folder.path('chain'));
  folder.atEnd(() => store.close());
  return store;
}

/** The number of blocks of an export up to a block. */
async function exportTo(path: string, last: number): Promise<string> {
  const bytes = await readFile(path);
  let end = 0;
  for (let block = 1; block <= last; block++) end += 3 + bytes.readUInt16BE(end + 1);
  const part = folder.path('part.rlp');
  await writeFile(part, bytes.subarray(0, end));
  return part;
}

describe('an import', () => {
  test('of an export adds the genesis block and the 600 blocks', async () => {
    const store = await open();
    const seen: ImportProgress[] = [];
    const onProgress = (progress: ImportProgress): void => void seen.push(progress);
    expect(await importPath(BLOCK_FILES.testchainRlp, store, network, { onProgress })).toEqual({
      added: 601,
      known: 0,
      withReceipts: 0,
      isInterrupted: false,
    });
    expect(store.state).toMatchObject({
      earliest: 0n,
      latest: 600n,
      latestTime: 6000n,
      withoutReceipts: 600n,
    });
    expect(bytesToHex(store.state!.latestHash)).toBe(HEAD);
    expect(seen).toHaveLength(600);
    expect(seen.at(-1)).toMatchObject({ block: 600n, blocks: 600, fraction: 1 });
  });

  test('into an archive that lost a block says so, and what to do', async () => {
    const store = await open();
    const blockOf = (number: bigint) => ({
      ...{ number, hash: new Uint8Array(32), totalDifficulty: undefined, time: 0n },
      ...{ header: Uint8Array.of(0xc0), body: Uint8Array.of(0xc0), receipts: undefined },
    });
    await store.write({ blocks: [blockOf(0n), blockOf(600n)], lateReceipts: [] }, network.genesisHash);
    await expect(importPath(BLOCK_FILES.testchainRlp, store, network)).rejects.toMatchObject({
      code: 'database-corrupt',
      message: `The archive in ${store.folder} is damaged, it lacks block 1: delete the folder and import again.`,
    });
  });

  test('of an .ere after the export of its blocks adds the receipts', async () => {
    const store = await open();
    await importPath(BLOCK_FILES.testchainRlp, store, network);
    expect(await importPath(BLOCK_FILES.testchainEre, store, network)).toMatchObject({
      added: 0,
      known: 601,
      withReceipts: 600,
    });
    expect(store.state?.withoutReceipts).toBe(0n);
    expect(await importPath(BLOCK_FILES.testchainEre, store, network)).toMatchObject({ added: 0, known: 1 });
  });

  test('of an .era1 with uncles has the total difficulty of its head', async () => {
    const store = await open();
    await importPath(BLOCK_FILES.smallEra1, store, small);
    expect(store.state).toMatchObject({ earliest: 0n, latest: 64n, withoutReceipts: 0n });
    expect(store.state?.totalDifficulty).toBe(
      (await blocksOf(BLOCK_FILES.smallEra1)).at(-1)?.totalDifficulty,
    );
  });

  test('continues where another one ended', async () => {
    const store = await open();
    await importPath(await exportTo(BLOCK_FILES.testchainRlp, 250), store, network);
    expect(store.state?.latest).toBe(250n);
    expect(await importPath(BLOCK_FILES.testchainRlp, store, network)).toMatchObject({
      added: 350,
      known: 250,
    });
    expect(bytesToHex(store.state!.latestHash)).toBe(HEAD);
  });

  test('that is interrupted keeps the blocks before, and a second one goes on', async () => {
    const store = await open();
    const stop = new AbortController();
    const onProgress = ({ blocks }: ImportProgress): void => {
      if (blocks === 100) stop.abort();
    };
    const task = { signal: stop.signal, onProgress };
    expect(await importPath(BLOCK_FILES.testchainEre, store, network, task)).toMatchObject({
      added: 100,
      isInterrupted: true,
    });
    expect(store.state?.latest).toBe(99n);
    expect(await importPath(BLOCK_FILES.testchainEre, store, network)).toMatchObject({
      added: 501,
      known: 1,
    });
  });

  test('that finds an invalid block keeps the blocks before it and names it', async () => {
    const store = await open();
    const blocks = (await blocksOf(BLOCK_FILES.testchainEre)).slice(0, 60);
    const path = folder.path('wrong.ere');
    await writeEre(path, 0n, blocks.with(50, { ...blocks[50]!, body: blocks[1]!.body }));
    await expect(importPath(path, store, network)).rejects.toMatchObject({
      code: 'archive-invalid-block',
      file: path,
      block: 50n,
    });
    expect(store.state?.latest).toBe(49n);
  });

  // 1,023 is the last block of the first batch.
  test.each([2, 500, 1_022, 1_023, 1_024])(
    'that finds another hash of block %i in the next one keeps neither, so that the right file can follow',
    async (number) => {
      const good = folder.path('good.rlp');
      await writeEmptyBlocks(good, small, 1_100);
      const bytes = await readFile(good);
      const { header } = (await blocksOf(good))[number - 1]!;
      // The last byte of the nonce, which no root covers.
      const at = bytes.indexOf(header) + header.length - 2;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const bad = folder.path('bad.rlp');
      await writeFile(bad, bytes);
      const store = await open();
      await expect(importPath(bad, store, small)).rejects.toMatchObject({
        code: 'archive-other-chain',
        block: BigInt(number + 1),
        field: 'parent hash',
      });
      expect(store.state?.latest).toBe(BigInt(number - 1));
      await importPath(good, store, small);
      expect(store.state?.latest).toBe(1_100n);
    },
  );

  test('of blocks that begin later is possible, and earlier blocks are refused', async () => {
    const store = await open();
    const path = folder.path('late.ere');
    await writeEre(path, 300n, (await blocksOf(BLOCK_FILES.testchainEre)).slice(300));
    await importPath(path, store, network);
    expect(store.state).toMatchObject({ earliest: 300n, latest: 600n, totalDifficulty: undefined });
    await expect(importPath(BLOCK_FILES.testchainRlp, store, network)).rejects.toMatchObject({
      code: 'archive-other-chain',
      message: expect.stringMatching(/block 1, number: the archive begins with block 300/) as string,
    });
  });

  test('of blocks after a gap is refused', async () => {
    const store = await open();
    const path = folder.path('late.ere');
    await writeEre(path, 300n, (await blocksOf(BLOCK_FILES.testchainEre)).slice(300));
    await importPath(await exportTo(BLOCK_FILES.testchainRlp, 250), store, network);
    await expect(importPath(path, store, network)).rejects.toThrow(
      /block 300, number: the archive ends with block 250: import the blocks between them first/,
    );
  });

  test('of another chain is refused: genesis, block 1, and a block that the archive has', async () => {
    const store = await open();
    await expect(importPath(BLOCK_FILES.testchainEre, store, small)).rejects.toThrow(
      /block 0, hash: it is 0x[0-9a-f]+, but the genesis block of custom is 0x[0-9a-f]+. Choose the network of the file/,
    );
    await expect(importPath(BLOCK_FILES.testchainRlp, store, small)).rejects.toThrow(
      /block 1, parent hash: it is 0x[0-9a-f]+, but the genesis block of custom is 0x[0-9a-f]+. Choose the network of the file/,
    );
    expect(store.state).toBeUndefined();
    await importPath(BLOCK_FILES.testchainRlp, store, network);
    await expect(importPath(BLOCK_FILES.smallRlp, store, network)).rejects.toThrow(
      /block 1, hash: it is 0x[0-9a-f]+, but the archive has 0x/,
    );
    await expect(importPath(BLOCK_FILES.smallRlp, store, NETWORKS.mainnet)).rejects.toMatchObject({
      code: 'archive-of-other-network',
    });
  });

  test('refuses an .ere whose index names other blocks', async () => {
    const store = await open();
    const path = folder.path('shifted.ere');
    await writeEre(path, 1n, (await blocksOf(BLOCK_FILES.testchainEre)).slice(0, 3));
    await expect(importPath(path, store, network)).rejects.toThrow(
      /block 0, number: the index of the file says that it is block 1/,
    );
  });
});

describe('a verification', () => {
  test('accepts files one after the other', async () => {
    const blocks = await blocksOf(BLOCK_FILES.testchainEre);
    await writeEre(folder.path('a.ere'), 0n, blocks.slice(0, 300));
    await writeEre(folder.path('b.ere'), 300n, blocks.slice(300));
    const first = await openBlockFile(folder.path('a.ere'));
    const second = await openBlockFile(folder.path('b.ere'));
    const before = await verifyBlocks(first, undefined, taskOf(network));
    expect(before).toMatchObject({ first: 0n, blocks: 300, withReceipts: 300, isInterrupted: false });
    const after = await verifyBlocks(second, before.end, taskOf(network));
    expect(after).toMatchObject({ first: 300n, blocks: 301, end: { number: 600n } });
    await expect(verifyBlocks(first, after.end, taskOf(network))).rejects.toThrow(/block 601 is expected/);
    await first.close();
    await second.close();
  });
});
