import { describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { MESSAGE_LIMITS } from '../../../src-main/eth/answer-limits.ts';
import { SERVE_DEADLINE_MS } from '../../../src-main/eth/constants.ts';
import type { ChainSource } from '../../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { receiptsSize } from '../../../src-main/eth/item-sizes.ts';
import type { BlockBody, StartBlock } from '../../../src-main/eth/messages.ts';
import type { EthAnswer, EthQuery } from '../../../src-main/eth/queries.ts';
import { receiptsIn, type Receipt } from '../../../src-main/eth/receipts.ts';
import { answerRequest, type ServedFrom } from '../../../src-main/eth/request-handler.ts';
import type { EthVersion } from '../../../src-main/eth/versions.ts';
import { modelBlocks, ModelChain } from '../../support/model-chain.ts';
import { readVectors } from '../../support/vectors.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

interface HeaderCase {
  start: { number?: string; byHashOf?: string; unknownHash?: boolean };
  limit: string;
  skip: string;
  reverse: boolean;
  expect: string[] | { first: string; count: number; step: number };
}
const { headerQueries } = readVectors<{
  headerQueries: { head: string; maxHeaders: number; cases: HeaderCase[] };
}>('eth.json');

const MIB = 1024 * 1024;
const clock = new VirtualClock();
const genesisOnly = createGenesisChain(NETWORKS.hoodi, clock);
const unknownHash = new Uint8Array(32).fill(9);
const blocks = modelBlocks(Number(headerQueries.head) + 1);
const model = new ModelChain(blocks);

function answer(
  query: EthQuery,
  chain: ServedFrom['chain'],
  transactions?: ServedFrom['transactions'],
  version: EthVersion = 69,
): Promise<EthAnswer> {
  return answerRequest({ ...query, requestId: 7n }, { chain, transactions, version, clock, peer: 'aa' });
}

describe('header queries', () => {
  it.each(headerQueries.cases.map((entry, index) => ({ index, ...entry })))('case $index', async (query) => {
    const expected = expectedNumbers(query.expect).map(Number);
    for (const start of startsOf(query.start)) {
      const { limit, skip, reverse } = query;
      const asked = { start, limit: BigInt(limit), skip: BigInt(skip), reverse };
      expect(numbersIn(await answer({ name: 'GetBlockHeaders', query: asked }, model))).toEqual(expected);
    }
  });

  it('get no more headers than they ask for, nor more than 1,024', async () => {
    const headers = blocks.map(({ header }) => header);
    const chain = { ...genesisOnly, headers: () => Promise.resolve([...headers, ...headers]) };
    for (const [limit, count] of [
      [3n, 3],
      [2n ** 64n - 1n, 1_024],
    ] as const) {
      const query = { start: { number: 0n }, limit, skip: 0n, reverse: false };
      expect(numbersIn(await answer({ name: 'GetBlockHeaders', query }, chain))).toHaveLength(count);
    }
  });
});

describe('the answers of a source that ignores the limits', () => {
  const bodyOf = (bytes: number): BlockBody => ({
    transactions: [encodeRlp(new Uint8Array(bytes))],
    ommers: [],
    withdrawals: undefined,
  });
  const bodies = (given: readonly BlockBody[]): Pick<ChainSource, 'bodies'> => ({
    bodies: () => Promise.resolve(given),
  });
  const receiptOf = (bytes: number): Receipt => ({
    ...{ type: 0, postStateOrStatus: Uint8Array.of(1), cumulativeGas: 1n },
    logs: [{ address: new Uint8Array(20), topics: [], data: new Uint8Array(bytes) }],
  });
  const hashes = Array.from({ length: 2_000 }, () => unknownHash);

  it.each([
    ['end with the item that passes 2 MiB', [MIB, MIB + 1, 5, 5], 2],
    ['have no item that would pass 10 MiB', [MIB, 9 * MIB], 1],
    ['are empty when no item fits into 10 MiB', [10 * MIB], 0],
    ['have one item that fits into 10 MiB', [10 * MIB - 1_000], 1],
  ])('%s', async (_, sizes, count) => {
    const given = sizes.map(bodyOf);
    const answered = await answer({ name: 'GetBlockBodies', hashes }, { ...genesisOnly, ...bodies(given) });
    expect(answered).toMatchObject({ bodies: given.slice(0, count) });
    const lists = sizes.map((size) => [receiptOf(size)]);
    const receipts = (): Promise<readonly (readonly Receipt[])[]> => Promise.resolve(lists);
    expect(
      await answer({ name: 'GetReceipts', firstIndex: 0n, hashes }, { ...genesisOnly, receipts }),
    ).toMatchObject({
      blocks: lists.slice(0, count),
    });
  });

  it('have at most 1,024 items', async () => {
    const given = Array.from({ length: 2_000 }, () => bodyOf(1));
    const answered = await answer({ name: 'GetBlockBodies', hashes }, { ...genesisOnly, ...bodies(given) });
    expect(answered).toMatchObject({ bodies: { length: 1_024 } });
    const receipts = (asked: readonly Uint8Array[]) => Promise.resolve(asked.map(() => []));
    expect(
      await answer({ name: 'GetReceipts', firstIndex: 0n, hashes }, { ...genesisOnly, receipts }),
    ).toMatchObject({
      blocks: { length: 1_024 },
    });
  });

  it('have receipts that the source is asked for in rounds, the larger the quicker it is', async () => {
    const roundsAt = async (milliseconds: number): Promise<number[]> => {
      const asked: number[] = [];
      const receipts = async (round: readonly Uint8Array[]): Promise<readonly (readonly Receipt[])[]> => {
        asked.push(round.length);
        await clock.runUntil(new Promise<void>((resolve) => clock.after(milliseconds, resolve)));
        return round.map(() => []);
      };
      const query = { name: 'GetReceipts', firstIndex: 0n, hashes: hashes.slice(0, 500) } as const;
      await answer(query, { ...genesisOnly, receipts });
      return asked;
    };
    expect(await roundsAt(1)).toEqual([8, 256, 236]);
    expect(await roundsAt(50)).toEqual([8, 152, 256, 84]);
    expect(await roundsAt(300)).toEqual([8, 40, 64, 64]);
  });

  it('have the receipts that the source gave within a second, and the source is asked for no more', async () => {
    const asked: number[] = [];
    const receipts = async (round: readonly Uint8Array[]): Promise<readonly (readonly Receipt[])[]> => {
      asked.push(round.length);
      await clock.runUntil(new Promise<void>((resolve) => clock.after(400, resolve)));
      return round.map(() => []);
    };
    const answered = await answer(
      { name: 'GetReceipts', firstIndex: 0n, hashes },
      { ...genesisOnly, receipts },
    );
    expect(answered).toMatchObject({ blocks: { length: 8 + 28 + 45 } });
    expect(asked).toEqual([8, 28, 45]);
  });

  it.each([40, 100, 125])(
    'come before the deadline from a source that takes %i ms for a block',
    async (ms) => {
      const receipts = async (round: readonly Uint8Array[]): Promise<readonly (readonly Receipt[])[]> => {
        await clock.runUntil(new Promise<void>((resolve) => clock.after(ms * round.length, resolve)));
        return round.map(() => []);
      };
      const begun = clock.monotonic();
      const request = { name: 'GetReceipts', firstIndex: 0n, hashes } as const;
      const answered = await answer(request, { ...genesisOnly, receipts });
      expect(clock.monotonic() - begun).toBeLessThan(SERVE_DEADLINE_MS);
      if (answered.name !== 'Receipts') throw new Error('Receipts expected');
      expect(answered.blocks.length).toBeGreaterThanOrEqual(8);
    },
  );

  it.each([500, 1_000, 1_400])('come before a deadline of which %i ms have passed', async (waited) => {
    const receipts = async (round: readonly Uint8Array[]): Promise<readonly (readonly Receipt[])[]> => {
      await clock.runUntil(new Promise<void>((resolve) => clock.after(40 * round.length, resolve)));
      return round.map(() => []);
    };
    const request = { name: 'GetReceipts', firstIndex: 0n, hashes, requestId: 7n } as const;
    const from = {
      chain: { ...genesisOnly, receipts },
      transactions: undefined,
      version: 69,
      clock,
    } as const;
    const dueAt = clock.monotonic() + SERVE_DEADLINE_MS - waited;
    const answered = await answerRequest(request, { ...from, peer: 'aa' }, dueAt);
    expect(clock.monotonic()).toBeLessThan(dueAt);
    if (answered.name !== 'Receipts') throw new Error('Receipts expected');
    expect(answered.blocks.length).toBeGreaterThan(8);
  });

  it('have receipts for which the source has the limit of what is left of the answer', async () => {
    const asked: number[] = [];
    const receipts: ChainSource['receipts'] = (round, { bytes }) => {
      asked.push(bytes);
      return Promise.resolve(round.map(() => [receiptOf(100_000)]));
    };
    await answer({ name: 'GetReceipts', firstIndex: 0n, hashes }, { ...genesisOnly, receipts });
    expect(asked).toEqual([2 * MIB, expect.closeTo(2 * MIB - 800_000, -3)]);
  });

  it('end with the first block without receipts, and the source is asked for no later one', async () => {
    const asked: number[] = [];
    const receipts = (round: readonly Uint8Array[]): Promise<readonly (readonly Receipt[])[]> => {
      asked.push(round.length);
      return Promise.resolve(round.slice(0, asked.length === 1 ? 8 : 5).map(() => []));
    };
    const request = { name: 'GetReceipts', firstIndex: 0n, hashes } as const;
    expect(await answer(request, { ...genesisOnly, receipts })).toMatchObject({ blocks: { length: 13 } });
    expect(asked).toEqual([8, 256]);
  });
});

describe('receipts of a block that no answer holds whole', () => {
  const receiptOf = (index: number): Receipt => ({
    ...{ type: 0, postStateOrStatus: Uint8Array.of(1), cumulativeGas: BigInt(index) },
    logs: [{ address: new Uint8Array(20), topics: [], data: new Uint8Array(MIB) }],
  });
  const large = Array.from({ length: 12 }, (_, index) => receiptOf(index));
  const lists = [[], large, [], [receiptOf(0)]];
  const hashes = lists.map((_, index) => Uint8Array.of(index));
  /** A source that keeps to the limits, as all of ours do. */
  const receipts: ChainSource['receipts'] = (asked, limits) => {
    const found: (readonly Receipt[])[] = [];
    let bytes = 0;
    for (const [index = 0] of asked.slice(0, limits.items)) {
      if (bytes >= limits.bytes) break;
      found.push(lists[index]!);
      bytes += receiptsSize(lists[index]!);
    }
    return Promise.resolve(found);
  };
  /** The indexes of the receipts of each block in the answer, and whether the last block lacks some. */
  const ask = async (from: number, firstIndex: bigint): Promise<unknown> => {
    const query = { name: 'GetReceipts', firstIndex, hashes: hashes.slice(from) } as const;
    const answered = await answer(query, { ...genesisOnly, receipts }, undefined, 70);
    if (answered.name !== 'Receipts') throw new Error('Receipts expected');
    const blocks = answered.blocks.map((block) =>
      receiptsIn(block).map(({ cumulativeGas }) => Number(cumulativeGas)),
    );
    return { blocks, lastIncomplete: answered.lastIncomplete };
  };

  it('are followed by those of the later blocks, once the rest of them is asked for', async () => {
    expect(await ask(0, 0n)).toEqual({ blocks: [[], [0, 1, 2, 3, 4, 5, 6, 7, 8]], lastIncomplete: true });
    expect(await ask(1, 11n)).toEqual({ blocks: [[11], [], [0]], lastIncomplete: false });
  });

  it('are followed by those of the later blocks, when all of them were given before', async () => {
    expect(await ask(1, 12n)).toEqual({ blocks: [[], [], [0]], lastIncomplete: false });
  });
});

describe('pooled transactions', () => {
  const legacy = encodeRlp([1, 2, 3]);
  const typed = Uint8Array.of(2, ...encodeRlp([4, 5]));
  const ask = (
    count: number,
    raw: (hashes: readonly Uint8Array[]) => readonly (Uint8Array | undefined)[],
  ): Promise<EthAnswer> => {
    const hashes = Array.from({ length: count }, () => unknownHash);
    const pool = { raw: (asked: readonly Uint8Array[]) => Promise.resolve(raw(asked)) };
    return answer({ name: 'GetPooledTransactions', hashes }, genesisOnly, pool);
  };

  it('are those that the pool has, typed ones as byte strings', async () => {
    expect(await ask(3, () => [legacy, undefined, typed])).toMatchObject({
      transactions: [legacy, encodeRlp(typed)],
    });
  });

  it('are looked up for the first 256 hashes', async () => {
    let asked = 0;
    await ask(1_000, (hashes) => {
      asked = hashes.length;
      return hashes.map(() => undefined);
    });
    expect(asked).toBe(256);
  });

  it('end with the transaction that passes 2 MiB', async () => {
    const blob = new Uint8Array(MIB + 1).fill(3);
    expect(await ask(5, () => [blob, blob, blob])).toMatchObject({ transactions: { length: 2 } });
  });
});

describe('a chain of the genesis block alone', () => {
  const { genesisHash } = genesisOnly;
  const headersOf = (start: StartBlock): Promise<EthAnswer> =>
    answer({ name: 'GetBlockHeaders', query: { start, limit: 10n, skip: 0n, reverse: false } }, genesisOnly);

  it('answers with its header, by number and by hash', async () => {
    for (const start of [{ number: 0n }, { hash: genesisHash }]) {
      expect(await headersOf(start)).toMatchObject({ headers: [NETWORKS.hoodi.genesisHeaderRlp] });
    }
    for (const start of [{ number: 1n }, { hash: unknownHash }]) {
      expect(await headersOf(start)).toMatchObject({ headers: [] });
    }
  });

  it('answers with its body and receipts, and up to the first unknown block', async () => {
    const body = { transactions: [], ommers: [], withdrawals: [] };
    const bodiesOf = (...hashes: Uint8Array[]): Promise<EthAnswer> =>
      answer({ name: 'GetBlockBodies', hashes }, genesisOnly);
    expect(await bodiesOf(genesisHash, genesisHash)).toMatchObject({ bodies: [body, body] });
    expect(await bodiesOf(genesisHash, unknownHash, genesisHash)).toMatchObject({ bodies: [body] });
    expect(await bodiesOf(unknownHash, genesisHash)).toMatchObject({ bodies: [] });
    const hashes = [genesisHash, unknownHash];
    expect(await answer({ name: 'GetReceipts', firstIndex: 0n, hashes }, genesisOnly)).toMatchObject({
      blocks: [[]],
    });
    expect(await answer({ name: 'GetPooledTransactions', hashes }, genesisOnly)).toMatchObject({
      transactions: [],
    });
    expect(await genesisOnly.accessLists(hashes, MESSAGE_LIMITS)).toEqual([undefined, undefined]);
  });

  it('has a body without withdrawals before Shanghai', async () => {
    const mainnet = createGenesisChain(NETWORKS.mainnet, clock);
    const hashes = [mainnet.genesisHash];
    expect(await answer({ name: 'GetBlockBodies', hashes }, mainnet)).toMatchObject({
      bodies: [{ transactions: [], ommers: [], withdrawals: undefined }],
    });
  });

  it('announces the fork ID by the wall clock and the block range 0 to 0', () => {
    expect(genesisOnly.range()).toEqual({ earliest: 0n, latest: 0n, latestHash: genesisHash });
    expect(genesisOnly.forkFilter(genesisOnly.forkId())).toBe('ok');
  });
});

/** The block numbers of the headers in an answer. */
function numbersIn(answered: EthAnswer): number[] {
  if (answered.name !== 'BlockHeaders') throw new Error('BlockHeaders expected');
  return answered.headers.map((header) => blocks.findIndex((block) => block.header === header));
}

function startsOf(start: HeaderCase['start']): StartBlock[] {
  if (start.unknownHash === true) return [{ hash: unknownHash }];
  const number = BigInt((start.byHashOf ?? start.number)!);
  const block = blocks.find((found) => found.number === number);
  const byHash = block === undefined ? [] : [{ hash: block.hash }];
  return start.byHashOf === undefined ? [{ number }, ...byHash] : byHash;
}

function expectedNumbers(expected: HeaderCase['expect']): bigint[] {
  if (Array.isArray(expected)) return expected.map(BigInt);
  return Array.from(
    { length: expected.count },
    (_, index) => BigInt(expected.first) + BigInt(index * expected.step),
  );
}
