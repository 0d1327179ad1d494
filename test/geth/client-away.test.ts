import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CachedSource } from '../../src-main/eth/cached-source.ts';
import { SERVE_DEADLINE_MS } from '../../src-main/eth/constants.ts';
import { createEthProtocols, ethSessionOf, type EthSession } from '../../src-main/eth/session.ts';
import type { SentrySource } from '../../src-main/sentry/sentry-source.ts';
import { connectedSentry } from '../support/connected-sentry.ts';
import { eventually } from '../support/eventually.ts';
import { Geth, importBlocks, TESTCHAIN } from '../support/geth.ts';
import { unhex } from '../support/hex.ts';
import type { P2pNode } from '../support/p2p-node.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readTestchain, type Testchain } from '../support/testchain-blocks.ts';
import { ethOf } from '../support/testchain-node.ts';

/** The head of the client before it is stopped. */
const HEAD = 400;
const CACHE_BYTES = 64 * 1024 * 1024;

const start = startedNodes();
let chain: Testchain;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let client: Geth;
let sentry: SentrySource;
let us: P2pNode;
let session: EthSession;

beforeAll(async () => {
  chain = await readTestchain();
  folder = await temporaryFolder();
  const half = join(folder.path, 'half.rlp');
  await writeFile(half, Buffer.concat(chain.blocks.slice(1, HEAD + 1).map(({ encoded }) => encoded)));
  client = await Geth.start({ version: 'geth72', chain: half });
});

afterAll(async () => {
  await client.stop();
  await folder.remove();
});

beforeEach(async () => {
  sentry = await connectedSentry(chain.network, client.httpUrl);
  start.atEnd(() => sentry.stop());
  us = await start.node({ protocols: createEthProtocols(new CachedSource(sentry, CACHE_BYTES)) });
  const peer = await start.node({ protocols: ethOf(chain.network) });
  peer.server.dialing.addStatic(us.node());
  await peer.events.first('peer/established');
  session = ethSessionOf(peer.server.peer(us.idHex)!.session)!;
});

/** Asks for headers and bodies; each that comes is the right one. Returns how many came of each. */
async function ask(from: number, count: number): Promise<readonly [number, number]> {
  const query = { start: { number: BigInt(from) }, limit: BigInt(count), skip: 0n, reverse: false };
  const blocks = chain.blocks.slice(from, from + count);
  const { headers } = await session.ask({ name: 'GetBlockHeaders', query });
  expect(headers.map(unhex)).toEqual(
    blocks.slice(0, headers.length).map(({ encodedHeader }) => unhex(encodedHeader)),
  );
  const { bodies } = await session.ask({
    name: 'GetBlockBodies',
    hashes: blocks.map(({ header }) => header.hash),
  });
  return [headers.length, bodies.length];
}

const phaseIs = (wanted: 'away' | 'connected'): Promise<true> =>
  eventually(`the client is ${wanted}`, () => Promise.resolve(sentry.state().phase === wanted || undefined));

const latest = (): bigint | undefined => session.remoteRange?.latest;

describe('a node whose execution client goes away', () => {
  test('answers with what it has cached and else with nothing, keeps its range and sessions, and resumes', async () => {
    expect(await ask(10, 20)).toEqual([20, 20]);
    await client.child.stop();
    await phaseIs('away');
    expect(await ask(10, 20)).toEqual([20, 20]);
    expect(await ask(100, 20)).toEqual([0, 0]);
    expect(sentry.range()).toMatchObject({ earliest: 0n, latest: BigInt(HEAD) });
    expect(latest()).toBe(BigInt(HEAD));

    await importBlocks('geth72', client.dataFolder);
    await client.startAgain();
    await phaseIs('connected');
    await eventually('the peer knows the new head', () =>
      Promise.resolve(latest() === BigInt(TESTCHAIN.headBlock) || undefined),
    );
    expect(await ask(100, 20)).toEqual([20, 20]);
    expect(await ask(TESTCHAIN.headBlock - 5, 6)).toEqual([6, 6]);
    expect(us.events.of('peer/dropped')).toEqual([]);
    expect(sentry.state().wrongItems).toBe(0);
  });

  test('answers with nothing at the deadline while the client hangs, and as before when it goes on', async () => {
    client.child.signal('SIGSTOP');
    try {
      const begun = performance.now();
      expect(await ask(200, 20)).toEqual([0, 0]);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * SERVE_DEADLINE_MS - 50);
    } finally {
      client.child.signal('SIGCONT');
    }
    await eventually('the node serves again', async () => {
      const [headers, bodies] = await ask(300, 20);
      return headers === 20 && bodies === 20 ? true : undefined;
    });
    expect(us.events.of('peer/dropped')).toEqual([]);
    expect(sentry.state().wrongItems).toBe(0);
  });
});
