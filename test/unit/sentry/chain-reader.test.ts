import { beforeAll, describe, expect, test } from 'vitest';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { encodeGenesisHeader } from '../../../src-main/chain/header.ts';
import type { AnswerLimits } from '../../../src-main/eth/chain-source.ts';
import { decodeHeader } from '../../../src-main/eth/headers.ts';
import type { HeaderQuery } from '../../../src-main/eth/messages.ts';
import { encodeConsensusReceipt } from '../../../src-main/eth/receipts.ts';
import { FAKE_DIALECTS } from '../../support/fake-client.ts';
import { readerWorld, type ReaderWorld } from '../../support/reader-world.ts';
import { unhex } from '../../support/hex.ts';
import { readTestchain, type Testchain, type TestchainBlock } from '../../support/testchain-blocks.ts';

const LIMITS: AnswerLimits = { items: 1_024, bytes: 2 * 1024 * 1024 };
const FAMILIES = Object.keys(FAKE_DIALECTS) as (keyof typeof FAKE_DIALECTS)[];
const ASKER = { peer: 'a' };

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

const block = (number: number): TestchainBlock => chain.blocks[number]!;
const hashes = (...numbers: readonly number[]): Uint8Array[] => numbers.map((at) => block(at).header.hash);
const query = (start: number | Uint8Array, limit: number, rest: Partial<HeaderQuery> = {}): HeaderQuery => ({
  start: typeof start === 'number' ? { number: BigInt(start) } : { hash: start },
  limit: BigInt(limit),
  skip: 0n,
  reverse: false,
  ...rest,
});
const ask = ({ reader }: ReaderWorld, asked: HeaderQuery, limits = LIMITS): Promise<readonly Uint8Array[]> =>
  reader.headers(asked, limits, 600n, ASKER);
const headersAt = (...numbers: readonly number[]): Uint8Array[] =>
  numbers.map((at) => block(at).encodedHeader);
/** A header with another state root. */
function forgedHeader(number: number): Uint8Array {
  const forged = block(number).encodedHeader.slice();
  forged[100] = (forged[100] ?? 0) ^ 1;
  return forged;
}
const count = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);

/** The genesis block of the test chain and blocks of Amsterdam, each with an empty access list. */
function amsterdamChain(length: number): Testchain {
  const blocks: TestchainBlock[] = [block(0)];
  while (blocks.length < length) {
    const { header: parent } = blocks.at(-1)!;
    const encodedHeader = encodeGenesisHeader({
      ...parent,
      ...{ parentHash: parent.hash, number: parent.number + 1n, baseFee: 7n },
      ...{ withdrawals: true, blobGas: { used: 0n, excess: 0n }, requests: true },
      blockAccessList: { slot: parent.number + 1n },
    });
    const encoded = encodeRlp([new RawRlp(encodedHeader), [], [], []]);
    blocks.push({ header: decodeHeader(encodedHeader), encodedHeader, encoded, receipts: [] });
  }
  const byHash = new Map(blocks.map((each) => [unhex(each.header.hash), each]));
  return { ...chain, blocks, byHash: (hash) => byHash.get(hash) };
}

describe.each(FAMILIES)('headers from %s', (family) => {
  test('are those of a query by number', async () => {
    const world = await readerWorld(chain, family);
    expect(await ask(world, query(0, 3))).toEqual(headersAt(0, 1, 2));
    expect(await ask(world, query(10, 3, { skip: 4n }))).toEqual(headersAt(10, 15, 20));
    expect(await ask(world, query(10, 3, { skip: 4n, reverse: true }))).toEqual(headersAt(10, 5, 0));
    expect(await ask(world, query(2, 10, { reverse: true }))).toEqual(headersAt(2, 1, 0));
    expect(await ask(world, query(599, 10))).toEqual(headersAt(599, 600));
    expect(await ask(world, query(601, 10))).toEqual([]);
    expect(await ask(world, query(5, 0))).toEqual([]);
    expect(await ask(world, query(5, 2, { skip: 2n ** 64n - 1n }))).toEqual(headersAt(5));
  });

  test('are those of a query by hash', async () => {
    const world = await readerWorld(chain, family);
    expect(await ask(world, query(block(7).header.hash, 1))).toEqual(headersAt(7));
    expect(await ask(world, query(block(7).header.hash, 3, { skip: 1n }))).toEqual(headersAt(7, 9, 11));
    expect(await ask(world, query(block(7).header.hash, 3, { reverse: true }))).toEqual(headersAt(7, 6, 5));
    expect(await ask(world, query(new Uint8Array(32).fill(1), 3))).toEqual([]);
    expect(world.wrong).toEqual([]);
  });

  test('and bodies, receipts by hash', async () => {
    const world = await readerWorld(chain, family);
    const bodies = await world.reader.bodies(hashes(1, 300, 600), LIMITS, ASKER);
    expect(bodies).toHaveLength(3);
    const withReceipts = chain.blocks.findIndex(({ receipts }) => (receipts?.length ?? 0) > 1);
    const wanted = [...hashes(withReceipts, 0), new Uint8Array(32), ...hashes(withReceipts)];
    const [receipts, ofGenesis, ...others] = await world.reader.receipts(wanted, LIMITS, ASKER);
    expect(receipts?.map(encodeConsensusReceipt)).toEqual(block(withReceipts).receipts);
    expect([ofGenesis, others]).toEqual([[], []]);
    expect(await world.reader.receipts([new Uint8Array(32)], LIMITS, ASKER)).toEqual([]);
    expect(await world.reader.bodies([new Uint8Array(32)], LIMITS, ASKER)).toEqual([]);
    expect(world.wrong).toEqual([]);
  });
});

describe('headers', () => {
  test('of a whole query are asked for in requests of 64', async () => {
    const world = await readerWorld(chain, 'geth');
    expect(await ask(world, query(1, 192))).toEqual(headersAt(...count(1, 192)));
    expect(world.client.requests).toEqual([64, 64, 64]);
  });

  test('end with the item that passes the limit of bytes', async () => {
    const world = await readerWorld(chain, 'geth');
    const bytes = block(1).encodedHeader.length + 1;
    expect(await ask(world, query(1, 10), { items: 10, bytes })).toEqual(headersAt(1, 2));
    expect(await ask(world, query(1, 10), { items: 3, bytes: 9_999 })).toEqual(headersAt(1, 2, 3));
  });

  test('are kept by hash, so that a second question by hash costs nothing', async () => {
    const world = await readerWorld(chain, 'besu');
    await ask(world, query(block(7).header.hash, 1));
    const before = world.client.calls.length;
    await ask(world, query(block(7).header.hash, 1));
    expect(world.client.calls).toHaveLength(before);
  });

  test('after a block of a side chain are not those of the canonical chain', async () => {
    const world = await readerWorld(chain, 'geth');
    const side = block(7);
    // The client knows block 7 by hash; its canonical block 7 is another one.
    const encodedHeader = forgedHeader(7);
    world.client.replaced.set(7, { ...side, encodedHeader, header: decodeHeader(encodedHeader) });
    expect(await ask(world, query(side.header.hash, 3, { skip: 1n }))).toEqual([side.encodedHeader]);
  });

  test('that are not linked are not given together', async () => {
    const world = await readerWorld(chain, 'geth');
    const forged = forgedHeader(12);
    world.client.lie = (method, honest) =>
      honest === unhex(block(12).encodedHeader) ? unhex(forged) : honest;
    expect(await ask(world, query(10, 5))).toEqual([...headersAt(10, 11), forged]);
    expect(await ask(world, query(14, 5, { reverse: true }))).toEqual(headersAt(14, 13));
  });

  test('of the genesis block are those of this network', async () => {
    const world = await readerWorld(chain, 'geth');
    world.client.lie = (method, honest) =>
      method === 'debug_getRawHeader' ? unhex(block(0).encodedHeader).replace(/.$/, '0') : honest;
    expect(await ask(world, query(0, 1))).toEqual([]);
    expect(world.wrong).toHaveLength(1);
  });

  test('are missing where the client has no such method', async () => {
    const world = await readerWorld(chain, 'geth', ({ missing }) => missing.add('debug_getRawHeader'));
    expect(await ask(world, query(0, 1))).toEqual([]);
    expect(await ask(world, query(block(1).header.hash, 1))).toEqual([]);
  });
});

describe('bodies', () => {
  test('are the blocks without their headers, in growing requests', async () => {
    const world = await readerWorld(chain, 'geth');
    const bodies = await world.reader.bodies(hashes(...count(1, 128)), LIMITS, ASKER);
    expect(bodies).toHaveLength(128);
    expect(world.client.requests).toEqual([8, 64, 56]);
    const full = chain.blocks.findIndex(({ receipts }) => (receipts?.length ?? 0) > 1);
    const [body] = await world.reader.bodies(hashes(full), LIMITS, ASKER);
    expect(body?.transactions).toHaveLength(block(full).receipts?.length ?? 0);
    expect(body?.withdrawals).toBeDefined();
  });

  test('end before the first missing block, and with the limits', async () => {
    const world = await readerWorld(chain, 'geth');
    const some = [...hashes(1, 2), new Uint8Array(32), ...hashes(3)];
    expect(await world.reader.bodies(some, LIMITS, ASKER)).toHaveLength(2);
    expect(await world.reader.bodies(hashes(1, 2, 3), { items: 2, bytes: 9_999 }, ASKER)).toHaveLength(2);
    expect(await world.reader.bodies(hashes(1, 2, 3), { items: 9, bytes: 1 }, ASKER)).toHaveLength(1);
  });

  test('of pruned blocks are missing', async () => {
    const world = await readerWorld(chain, 'geth', (client) => {
      client.oldest = 100;
    });
    expect(await world.reader.bodies(hashes(99), LIMITS, ASKER)).toEqual([]);
    expect(await world.reader.bodies(hashes(100), LIMITS, ASKER)).toHaveLength(1);
    const full = chain.blocks.findIndex(({ receipts }) => (receipts?.length ?? 0) > 1);
    world.client.oldest = full + 1;
    expect(await world.reader.receipts(hashes(full), LIMITS, ASKER)).toEqual([]);
    expect(world.wrong).toEqual([]);
  });
});

describe('receipts', () => {
  test('of several blocks are asked for together, in rounds, and end with the limits', async () => {
    const world = await readerWorld(chain, 'geth');
    const full = chain.blocks.flatMap(({ receipts }, at) => ((receipts?.length ?? 0) > 0 ? [at] : []));
    const wanted = full.slice(0, 18);
    const found = await world.reader.receipts(hashes(...wanted), LIMITS, ASKER);
    expect(found.map((each) => each.map(encodeConsensusReceipt))).toEqual(
      wanted.map((at) => block(at).receipts),
    );
    // The headers, then the receipts, of eight blocks and of the others.
    expect(world.client.requests).toEqual([8, 8, 10, 10]);
    expect(await world.reader.receipts(hashes(...wanted), { ...LIMITS, items: 3 }, ASKER)).toHaveLength(3);
    expect(await world.reader.receipts(hashes(...wanted), { ...LIMITS, bytes: 1 }, ASKER)).toHaveLength(1);
    expect(world.wrong).toEqual([]);
  });

  test('that are not those of the header end the answer', async () => {
    const world = await readerWorld(chain, 'geth');
    const [first, second] = chain.blocks.flatMap(({ receipts }, at) =>
      (receipts?.length ?? 0) > 0 ? [at] : [],
    );
    let calls = 0;
    world.client.lie = (method, honest) =>
      method === 'debug_getRawReceipts' && ++calls === 2 ? [honest, honest].flat() : honest;
    const found = await world.reader.receipts(hashes(first!, second!, first!), LIMITS, ASKER);
    expect(found).toHaveLength(1);
    expect(world.wrong.map(({ message }) => message).join()).toContain('another receipts root');
  });
});

describe('access lists', () => {
  test('are missing for blocks before their fork, without a call for them', async () => {
    const world = await readerWorld(chain, 'reth');
    expect(await world.reader.accessLists(hashes(1, 2), LIMITS, ASKER)).toEqual([undefined, undefined]);
    expect(world.client.calls.map(({ method }) => method)).not.toContain('debug_getRawBlockAccessList');
  });

  test('are those of the hashes in the headers, up to the limits', async () => {
    const empty = encodeRlp([]);
    const later = amsterdamChain(3);
    const world = await readerWorld(later, 'reth');
    const [first, second] = later.blocks.slice(1).map(({ header }) => header.hash);
    const wanted = [first!, new Uint8Array(32), second!];
    world.client.lie = (method, honest) => (method === 'debug_getRawBlockAccessList' ? '0xc0' : honest);
    expect(await world.reader.accessLists(wanted, LIMITS, ASKER)).toEqual([empty, undefined, empty]);
    expect(await world.reader.accessLists(wanted, { items: 2, bytes: 9 }, ASKER)).toEqual([empty, undefined]);
    expect(await world.reader.accessLists(wanted, { items: 9, bytes: 0 }, ASKER)).toEqual([]);
    world.client.lie = (method, honest) => (method === 'debug_getRawBlockAccessList' ? '0xc101' : honest);
    expect(await world.reader.accessLists([first!], LIMITS, ASKER)).toEqual([undefined]);
    expect(world.wrong.map(({ message }) => message).join()).toContain('another access-list hash');
  });
});

describe('a failed connection', () => {
  test('rejects each question', async () => {
    const world = await readerWorld(chain, 'geth');
    world.channel.failure = new Error('away');
    const { reader } = world;
    await expect(ask(world, query(1, 1))).rejects.toThrow('away');
    await expect(reader.bodies(hashes(1), LIMITS, ASKER)).rejects.toThrow('away');
    await expect(reader.receipts(hashes(1), LIMITS, ASKER)).rejects.toThrow('away');
    await expect(reader.accessLists(hashes(1), LIMITS, ASKER)).resolves.toEqual([undefined]);
    await expect(reader.head()).rejects.toThrow('away');
  });
});
