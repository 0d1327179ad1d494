import { beforeAll, describe, expect, test } from 'vitest';
import { createArchiveSource } from '../../../src-main/archive/archive-source.ts';
import { ArchiveStore } from '../../../src-main/archive/archive-store.ts';
import type { FileBlock } from '../../../src-main/archive/file-block.ts';
import { headerOf } from '../../../src-main/archive/verify-block.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { encodeRlp, RawRlp, readRlp } from '../../../src-main/base/rlp.ts';
import { NETWORKS, type Network } from '../../../src-main/chain/networks.ts';
import type { ChainSource } from '../../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import { readBody } from '../../../src-main/eth/messages.ts';
import { readBlockReceipts, receiptsIn, type Receipt } from '../../../src-main/eth/receipts.ts';
import { bytesIterated } from '../../support/bytes-iterated.ts';
import { BLOCK_FILES, blocksOf, importPath, testchain, writeEre } from '../../support/block-files.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { folderOfTest } from '../../support/folder-of-test.ts';

const folder = folderOfTest();
const LIMITS = { items: 1_024, bytes: 2 * 1024 * 1024 };
let network: Network;
let blocks: readonly FileBlock[];

beforeAll(async () => {
  network = await testchain();
  blocks = await blocksOf(BLOCK_FILES.testchainEre);
});

async function sourceOf(path: string): Promise<ChainSource> {
  const store = await ArchiveStore.open(folder.path('chain'));
  folder.atEnd(() => store.close());
  await importPath(path, store, network);
  return createArchiveSource(store, network, new VirtualClock());
}

const hashAt = (number: number): Uint8Array => headerOf(blocks[number]!).hash;

const receiptsOf = async (
  source: ChainSource,
  hashes: readonly Uint8Array[],
  limits = LIMITS,
): Promise<(readonly Receipt[])[]> => (await source.receipts(hashes, limits)).map(receiptsIn);

async function numbers(
  source: ChainSource,
  query: Parameters<ChainSource['headers']>[0],
  limits = LIMITS,
): Promise<number[]> {
  return (await source.headers(query, limits)).map((header) => Number(decodeHeader(header).number));
}

describe('the source of an archive', () => {
  test('announces the range and the fork of its head', async () => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    expect(source.range()).toEqual({ earliest: 0n, latest: 600n, latestHash: hashAt(600) });
    const forkId = source.forkId();
    expect({ hash: bytesToHex(forkId.hash), next: forkId.next }).toEqual({ hash: '377aaa78', next: 0n });
    expect(source.forkFilter(forkId)).toBe('ok');
    expect(source.networkId).toBe(network.networkId);
    expect(source.totalDifficulty()).toBe(headerOf(blocks[0]!).difficulty);
  });

  test.each([
    ['by number', { start: { number: 10n }, limit: 3n, skip: 0n, reverse: false }, [10, 11, 12]],
    ['with skip', { start: { number: 10n }, limit: 3n, skip: 4n, reverse: false }, [10, 15, 20]],
    ['in reverse', { start: { number: 3n }, limit: 10n, skip: 0n, reverse: true }, [3, 2, 1, 0]],
    [
      'in reverse with skip',
      { start: { number: 600n }, limit: 3n, skip: 99n, reverse: true },
      [600, 500, 400],
    ],
    ['up to the head', { start: { number: 598n }, limit: 9n, skip: 0n, reverse: false }, [598, 599, 600]],
    ['beyond the head', { start: { number: 601n }, limit: 9n, skip: 0n, reverse: false }, []],
    ['of the largest number', { start: { number: 2n ** 64n - 1n }, limit: 9n, skip: 0n, reverse: true }, []],
    [
      'with the largest skip',
      { start: { number: 5n }, limit: 9n, skip: 2n ** 64n - 1n, reverse: false },
      [5],
    ],
    ['of none', { start: { number: 5n }, limit: 0n, skip: 0n, reverse: false }, []],
  ])('gives headers %s', async (_, query, expected) => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    expect(await numbers(source, query)).toEqual(expected);
  });

  test('gives headers by hash, none for an unknown hash, and as many as the limits allow', async () => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    const query = { start: { hash: hashAt(7) }, limit: 2n ** 64n - 1n, skip: 0n, reverse: false };
    expect(await numbers(source, query, { ...LIMITS, items: 2 })).toEqual([7, 8]);
    expect(await numbers(source, query)).toHaveLength(594);
    const two = blocks[7]!.header.length + 1;
    expect(await numbers(source, query, { ...LIMITS, bytes: two })).toEqual([7, 8]);
    expect(await numbers(source, { ...query, start: { hash: new Uint8Array(32) } })).toEqual([]);
  });

  test('gives bodies up to the first missing one', async () => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    const wanted = [hashAt(600), hashAt(1), new Uint8Array(32), hashAt(2)];
    const bodies = await source.bodies(wanted, LIMITS);
    const encoded = bodies.map(({ transactions, ommers, withdrawals }) =>
      encodeRlp(
        [transactions, ommers, ...(withdrawals === undefined ? [] : [withdrawals])].map((items) =>
          items.map((item) => new RawRlp(item)),
        ),
      ),
    );
    expect(encoded).toEqual([blocks[600]!.body, blocks[1]!.body]);
    expect(await source.bodies(wanted, { ...LIMITS, items: 1 })).toHaveLength(1);
    const many = Array.from({ length: 200 }, (_, at) => hashAt(at + 1));
    expect(await source.bodies(many, LIMITS)).toHaveLength(200);
  });

  test('gives receipts, up to the first block without, and the limits', async () => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    const expected = readRlp(blocks[600]!.receipts!.encoded, (reader) => readBlockReceipts('flat', reader));
    const wanted = [hashAt(600), hashAt(0), new Uint8Array(32), hashAt(1)];
    expect(await receiptsOf(source, wanted)).toEqual([expected, []]);
    expect(await receiptsOf(source, wanted, { ...LIMITS, items: 1 })).toEqual([expected]);
    expect(await receiptsOf(source, wanted, { ...LIMITS, bytes: 1 })).toEqual([expected]);
    expect(await receiptsOf(source, [new Uint8Array(32)])).toEqual([]);
    // Block 11 has 10 MB of receipts.
    const upToLarge = Array.from({ length: 20 }, (_, at) => hashAt(at + 1));
    expect(await source.receipts(upToLarge, LIMITS)).toHaveLength(11);
    expect(await source.accessLists([hashAt(1), hashAt(2)], LIMITS)).toEqual([undefined, undefined]);
  });

  test.each([
    ['rising', (index: number) => 12 + index],
    ['falling', (index: number) => 600 - index],
    ['in small steps', (index: number) => 12 + 3 * index],
    ['in large steps', (index: number) => 12 + ((index * 37) % 500)],
    ['each twice', (index: number) => 12 + (index >> 1)],
  ])('gives bodies and receipts of many blocks, %s', async (_, numberAt) => {
    const source = await sourceOf(BLOCK_FILES.testchainEre);
    const many = Array.from({ length: 196 }, (__, index) => numberAt(index));
    const hashes = many.map(hashAt);
    const receipts = many.map((number) =>
      readRlp(blocks[number]!.receipts!.encoded, (reader) => readBlockReceipts('flat', reader)),
    );
    expect(await receiptsOf(source, hashes)).toEqual(receipts);
    expect(await receiptsOf(source, [...hashes.slice(0, 9), new Uint8Array(32)])).toEqual(
      receipts.slice(0, 9),
    );
    const bodies = many.map((number) => readRlp(blocks[number]!.body, readBody));
    expect(await source.bodies(hashes, LIMITS)).toEqual(bodies);
    const [first = 0, second = 0] = many.map((number) => blocks[number]!.body.length);
    expect(await source.bodies(hashes, { ...LIMITS, bytes: first + 1 })).toEqual(bodies.slice(0, 2));
    expect(await source.bodies(hashes, { ...LIMITS, bytes: first + second })).toEqual(bodies.slice(0, 2));
  });

  test('reads of blocks that are left out no more than the limit of an answer and one block', async () => {
    const store = await ArchiveStore.open(folder.path('chain'));
    folder.atEnd(() => store.close());
    const hashOf = (number: number): Uint8Array => new Uint8Array(32).fill(number + 1);
    const large = 5_000;
    const all = Array.from({ length: 200 }, (_, number) => ({
      ...{ number: BigInt(number), hash: hashOf(number), time: BigInt(number), totalDifficulty: 0n },
      ...{ header: encodeRlp([]), body: encodeRlp([]) },
      receipts: encodeRlp([new Uint8Array(number % 4 === 0 ? 1 : large)]),
    }));
    await store.write({ blocks: all, lateReceipts: [] }, network.genesisHash);
    const source = createArchiveSource(store, network, new VirtualClock());
    const small = Array.from({ length: 50 }, (_, index) => hashOf(4 * index));
    const limits = { items: 1_024, bytes: 20_000 };
    let given = 0;
    const read = await bytesIterated(async () => {
      given = (await source.receipts(small, limits)).length;
    });
    expect(given).toBe(50);
    expect(read).toBeGreaterThan(2 * large);
    // What LevelDB counts besides values is at most 64 bytes for each of the 197 blocks of the row.
    expect(read).toBeLessThan(limits.bytes + 197 * 64 + large + 50 * 10);
  });

  test('of an export has no receipts but those of genesis', async () => {
    const source = await sourceOf(BLOCK_FILES.testchainRlp);
    expect(await receiptsOf(source, [hashAt(600)])).toEqual([]);
    expect(await receiptsOf(source, [hashAt(0), hashAt(600)])).toEqual([[]]);
    expect(
      await numbers(source, { start: { hash: hashAt(0) }, limit: 2n, skip: 0n, reverse: false }),
    ).toEqual([0, 1]);
  });

  test('that begins later serves no earlier block', async () => {
    await writeEre(folder.path('late.ere'), 300n, blocks.slice(300));
    const source = await sourceOf(folder.path('late.ere'));
    expect(source.range().earliest).toBe(300n);
    expect(await numbers(source, { start: { number: 302n }, limit: 9n, skip: 0n, reverse: true })).toEqual([
      302, 301, 300,
    ]);
    expect(await numbers(source, { start: { number: 299n }, limit: 9n, skip: 0n, reverse: false })).toEqual(
      [],
    );
  });

  test('serves the genesis block alone while the archive is empty, then what is imported', async () => {
    const store = await ArchiveStore.open(folder.path('chain'));
    folder.atEnd(() => store.close());
    const clock = new VirtualClock();
    const source = createArchiveSource(store, network, clock);
    const genesis = createGenesisChain(network, clock);
    expect(source.range()).toEqual(genesis.range());
    expect(source.forkId()).toEqual(genesis.forkId());
    expect(source.forkFilter(genesis.forkId())).toBe('ok');
    expect(source.totalDifficulty()).toBe(genesis.totalDifficulty());
    const first = { start: { number: 0n }, limit: 9n, skip: 0n, reverse: false };
    expect(await source.headers(first, LIMITS)).toEqual([network.genesisHeaderRlp]);
    expect(await source.bodies([network.genesisHash], LIMITS)).toHaveLength(1);
    expect(await source.receipts([network.genesisHash], LIMITS)).toEqual([[]]);
    const ranges: bigint[] = [];
    source.onChange?.(() => ranges.push(source.range().latest));
    await importPath(BLOCK_FILES.testchainRlp, store, network);
    expect(ranges.at(-1)).toBe(600n);
    expect(await numbers(source, first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('refuses an archive of another network', async () => {
    const store = await ArchiveStore.open(folder.path('chain'));
    folder.atEnd(() => store.close());
    await importPath(BLOCK_FILES.testchainRlp, store, network);
    expect(() => createArchiveSource(store, NETWORKS.mainnet, new VirtualClock())).toThrow(
      expect.objectContaining({ code: 'archive-of-other-network' }),
    );
  });
});
