import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { concatBytes } from '../../src-main/base/bytes.ts';
import { compressSnappy } from '../../src-main/base/snappy.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import { networkFromGenesis } from '../../src-main/chain/genesis-file.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import type { ArchiveStore } from '../../src-main/archive/archive-store.ts';
import { openBlockFile } from '../../src-main/archive/block-file.ts';
import { ENTRY_TYPES } from '../../src-main/archive/e2store.ts';
import type { FileBlock } from '../../src-main/archive/file-block.ts';
import { importBlocks, type ImportContext, type ImportResult } from '../../src-main/archive/import-blocks.ts';
import { maskedCrcOf } from '../../src-main/store/leveldb/crc32c.ts';

const vectors = resolve(import.meta.dirname, '../vectors');

/** The files with blocks, and the genesis files of their networks. */
export const BLOCK_FILES = {
  /** 600 blocks from block 1 on, without receipts. */
  testchainRlp: join(vectors, 'testchain/chain.rlp'),
  /** The same blocks with genesis and receipts. */
  testchainEre: join(vectors, 'era/testchain-noproofs.ere'),
  testchainGenesis: join(vectors, 'testchain/genesis.json'),
  /** 65 blocks with uncles, before the merge. */
  smallEra1: join(vectors, 'era/small.era1'),
  smallRlp: join(vectors, 'era/small-chain.rlp'),
  smallGenesis: join(vectors, 'era/small-genesis.json'),
} as const;

export const testchain = async (): Promise<Network> =>
  await networkFromGenesis(await readFile(BLOCK_FILES.testchainGenesis));

export const smallChain = async (): Promise<Network> =>
  await networkFromGenesis(await readFile(BLOCK_FILES.smallGenesis));

/** What an import uses, with the system's clock and without progress. */
export const taskOf = (network: Network, changes: Partial<ImportContext> = {}): ImportContext => ({
  network,
  clock: systemClock,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...changes,
});

/** All blocks of a file. */
export async function blocksOf(path: string, from?: bigint): Promise<FileBlock[]> {
  const file = await openBlockFile(path);
  try {
    const blocks: FileBlock[] = [];
    for await (const block of file.blocks(from)) blocks.push(block);
    return blocks;
  } finally {
    await file.close();
  }
}

/** Imports a file. */
export async function importPath(
  path: string,
  store: ArchiveStore,
  network: Network,
  changes: Partial<ImportContext> = {},
): Promise<ImportResult> {
  const file = await openBlockFile(path);
  try {
    return await importBlocks(file, store, taskOf(network, changes));
  } finally {
    await file.close();
  }
}

/** A stream of Snappy frames with one chunk of at most 65,536 bytes. */
export function snappyFramed(plain: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 6, 0, 0, ...new TextEncoder().encode('sNaPpY'))];
  for (let at = 0; at < plain.length; at += 65_536) {
    const part = plain.subarray(at, at + 65_536);
    const checksum = Uint8Array.from(le32(maskedCrcOf(part, 0, part.length)));
    parts.push(snappyChunk(0, concatBytes(checksum, compressSnappy(part))));
  }
  return concatBytes(...parts);
}

/** A chunk of a stream of Snappy frames. */
export function snappyChunk(type: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(type, ...le32(content.length).slice(0, 3)), content);
}

/** An entry of an e2store file. */
export function entryOf(type: number, data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(type & 0xff, type >> 8, ...le32(data.length), 0, 0), data);
}

/** Writes blocks as .ere, each with a header, a body and, if it has them, flat receipts. */
export async function writeEre(path: string, first: bigint, blocks: readonly FileBlock[]): Promise<void> {
  const parts = [entryOf(ENTRY_TYPES.version, new Uint8Array(0))];
  let at = 8;
  const section = (type: number, items: readonly Uint8Array[]): number[] =>
    items.map((item) => {
      const entry = entryOf(type, snappyFramed(item));
      parts.push(entry);
      at += entry.length;
      return at - entry.length;
    });
  const receipts = blocks.flatMap((block) => block.receipts?.encoded ?? []);
  const offsets = [
    section(
      ENTRY_TYPES.header,
      blocks.map(({ header }) => header),
    ),
    section(
      ENTRY_TYPES.body,
      blocks.map(({ body }) => body),
    ),
    ...(receipts.length === 0 ? [] : [section(ENTRY_TYPES.slimReceipts, receipts)]),
  ];
  const words = [first];
  for (const index of blocks.keys())
    for (const column of offsets) words.push(BigInt((column[index] ?? 0) - at));
  words.push(BigInt(offsets.length), BigInt(blocks.length));
  const index = new Uint8Array(words.length * 8);
  for (const [position, word] of words.entries())
    new DataView(index.buffer).setBigInt64(position * 8, word, true);
  parts.push(entryOf(ENTRY_TYPES.dynamicBlockIndex, index));
  await writeFile(path, Buffer.concat(parts));
}

function le32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}
