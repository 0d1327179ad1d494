import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArchiveSource } from '../../src-main/archive/archive-source.ts';
import { ArchiveStore } from '../../src-main/archive/archive-store.ts';
import { systemClock } from '../../src-main/base/system-runtime.ts';
import type { Network } from '../../src-main/chain/networks.ts';
import { CachedSource } from '../../src-main/eth/cached-source.ts';
import type { ChainSource } from '../../src-main/eth/chain-source.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import { Serving } from '../../src-main/eth/serving.ts';
import { BLOCK_FILES, blocksOf, importPath, writeEre } from '../support/block-files.ts';
import { connectedSentry } from '../support/connected-sentry.ts';
import { syncToHead } from '../support/engine-api.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, TESTCHAIN, type GethOptions } from '../support/geth.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readTestchain, type Testchain } from '../support/testchain-blocks.ts';
import { nodeOf } from '../support/testchain-node.ts';

const CACHE_BYTES = 64 * 1024 * 1024;
/**
 * The first block of the archive that does not begin at genesis, and the head of the geth that it serves. A syncing geth asks
 * for 512 headers at a time, downwards from the head, and drops a peer that has fewer (eth/downloader/skeleton.go).
 */
const [FIRST, HALF_SYNCED] = [80, 400];

const start = startedNodes();
const ends: (() => Promise<unknown>)[] = [];
let chain: Testchain;
let network: Network;
let sources: Readonly<Record<'sentry' | 'archive' | 'part', ChainSource>>;
let halfOfChain: string;

beforeAll(async () => {
  chain = await readTestchain();
  network = chain.network;
  const folder = await temporaryFolder();
  ends.push(folder.remove);
  const client = await Geth.start({ version: 'geth72' });
  ends.push(() => client.stop());
  const sentry = await connectedSentry(network, client.httpUrl);
  ends.push(() => sentry.stop());
  const part = join(folder.path, 'part.ere');
  await writeEre(part, BigInt(FIRST), await blocksOf(BLOCK_FILES.testchainEre, BigInt(FIRST)));
  halfOfChain = join(folder.path, 'half.rlp');
  const half = chain.blocks.slice(1, HALF_SYNCED + 1);
  await writeFile(halfOfChain, Buffer.concat(half.map(({ encoded }) => encoded)));
  sources = {
    sentry: new CachedSource(sentry, CACHE_BYTES),
    archive: await archiveOf(join(folder.path, 'all'), BLOCK_FILES.testchainEre),
    part: await archiveOf(join(folder.path, 'part'), part),
  };
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function archiveOf(folder: string, file: string): Promise<ChainSource> {
  const store = await ArchiveStore.open(folder);
  ends.push(() => store.close());
  await importPath(file, store, network);
  return createArchiveSource(store, network, systemClock);
}

/** Lets a geth whose only peer is our node sync to the head of the chain. Returns what our node served, and the session. */
async function sync(source: ChainSource, options: GethOptions) {
  const serving = new Serving();
  const us = await start.node({ protocols: createEthProtocols(source, undefined, { serving }) });
  const geth = await Geth.start(options);
  start.atEnd(() => geth.stop());
  us.server.dialing.addStatic(nodeOf(geth));
  const { detail } = await us.events.first('peer/established');
  await geth.peer(us.idHex);
  await syncToHead(geth);
  await eventually('geth has the head of the chain', async () => {
    const number = Number(await geth.rpc<string>('eth_blockNumber'));
    return number === TESTCHAIN.headBlock ? number : undefined;
  });
  const head = await geth.rpc<{ hash: string }>('eth_getBlockByNumber', 'latest', false);
  expect(head.hash.slice(2)).toBe(Buffer.from(chain.blocks.at(-1)!.header.hash).toString('hex'));
  expect(us.events.of('peer/dropped')).toEqual([]);
  expect(await geth.rpc('admin_peers')).toHaveLength(1);
  const served = new Map<string, number>(serving.tally.list().map(({ name, items }) => [name, items]));
  return { protocol: detail, served };
}

describe('a new geth whose only peer serves from an execution client', () => {
  test.each([
    ['geth72', 'eth/71'],
    ['geth69', 'eth/69'],
    ['geth68', 'eth/68'],
  ] as const)('syncs all blocks as %s over %s', async (version, spoken) => {
    const { protocol, served } = await sync(sources.sentry, { version, chain: false });
    expect(protocol.startsWith(`${spoken} ·`), protocol).toBe(true);
    expectWholeChain(served, TESTCHAIN.headBlock);
  });
});

describe('a new geth whose only peer serves from an archive', () => {
  test('syncs all blocks', async () => {
    const { served } = await sync(sources.archive, { version: 'geth72', chain: false });
    expectWholeChain(served, TESTCHAIN.headBlock);
  });

  test('syncs the blocks that it lacks when the archive does not begin at genesis', async () => {
    const { range } = sources.part;
    expect(range()).toMatchObject({ earliest: BigInt(FIRST), latest: BigInt(TESTCHAIN.headBlock) });
    const { served } = await sync(sources.part, { version: 'geth72', chain: halfOfChain });
    expectWholeChain(served, TESTCHAIN.headBlock - HALF_SYNCED);
  });
});

/** The head itself comes from the consensus client; geth asks for no body without transactions, uncles and withdrawals. */
function expectWholeChain(served: ReadonlyMap<string, number>, blocks: number): void {
  expect(served.get('GetBlockHeaders')).toBeGreaterThanOrEqual(blocks - 1);
  expect(served.get('GetBlockBodies')).toBeGreaterThan(blocks / 2);
}
