import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CachedSource } from '../../src-main/eth/cached-source.ts';
import { createEthProtocols, ethSessionOf, type EthSession } from '../../src-main/eth/session.ts';
import { MAX_BATCH } from '../../src-main/sentry/constants.ts';
import { BYTES_PER_CALL, DEFAULT_BUDGET } from '../../src-main/sentry/rpc-budget.ts';
import { connectedSentry } from '../support/connected-sentry.ts';
import { CountingProxy, type ProxyCounts } from '../support/counting-proxy.ts';
import {
  floodingProtocol,
  largeRequests,
  type FloodCounts,
  LARGE_REQUEST_BLOCKS,
} from '../support/flooding-peer.ts';
import { Geth } from '../support/geth.ts';
import { limitsOf, type P2pNode } from '../support/p2p-node.ts';
import { startedNodes } from '../support/started-nodes.ts';
import { readTestchain, type Testchain } from '../support/testchain-blocks.ts';
import { ethOf } from '../support/testchain-node.ts';

const FLOODING = 50;
/** The test chain fits into any cache that is of use: so small a one makes each request one to the client. */
const NO_CACHE = 1;
/** Rounds of the peer that asks for little, one each second. */
const ROUNDS = 5;
/** Headers and bodies in a round: together less than the share of one of all peers. */
const ITEMS = 16;
/** Requests of the node itself, for the head and pending transactions, at a time and a second. */
const OWN = 2;

const start = startedNodes();
let chain: Testchain;
let client: Geth;
let proxy: CountingProxy;

beforeAll(async () => {
  chain = await readTestchain();
  client = await Geth.start({ version: 'geth72' });
  proxy = await CountingProxy.start(client.httpUrl);
});

afterAll(async () => {
  await proxy.close();
  await client.stop();
});

async function connect(us: P2pNode, peer: P2pNode): Promise<void> {
  peer.server.dialing.addStatic(us.node());
  await peer.events.first('peer/established');
}

async function flood(us: P2pNode): Promise<readonly FloodCounts[]> {
  const hashes = chain.blocks.map(({ header }) => header.hash);
  const floods: FloodCounts[] = [];
  for (let seed = 1; seed <= FLOODING; seed++) {
    const { protocol, counts } = floodingProtocol(largeRequests(hashes, seed), 32);
    floods.push(counts);
    await connect(us, await start.node({ protocols: [protocol] }));
  }
  return floods;
}

/** Asks for some headers and their bodies each second. Returns the number of rounds whose answers were whole. */
async function askForLittle(session: EthSession): Promise<number> {
  let whole = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const from = 1 + round * ITEMS;
    const query = { start: { number: BigInt(from) }, limit: BigInt(ITEMS), skip: 0n, reverse: false };
    const { headers } = await session.ask({ name: 'GetBlockHeaders', query });
    const hashes = chain.blocks.slice(from, from + ITEMS).map(({ header }) => header.hash);
    const { bodies } = await session.ask({ name: 'GetBlockBodies', hashes });
    if (headers.length === ITEMS && bodies.length === ITEMS) whole++;
    await pause(Math.max(0, 1_000 - (performance.now() - begun)));
  }
  return whole;
}

describe(`a client whose node is flooded with the largest requests by ${String(FLOODING)} peers`, () => {
  let counts: ProxyCounts;
  let seconds: number;
  let floods: readonly FloodCounts[];
  let whole: number;
  let dropped: number;

  beforeAll(async () => {
    const sentry = await connectedSentry(chain.network, proxy.address);
    const source = new CachedSource(sentry, NO_CACHE);
    const us = await start.node({
      limits: limitsOf(2 * FLOODING + 2),
      protocols: createEthProtocols(source),
    });
    const begun = performance.now();
    proxy.reset();
    floods = await flood(us);
    const other = await start.node({ protocols: ethOf(chain.network) });
    await connect(us, other);
    whole = await askForLittle(ethSessionOf(other.server.peer(us.idHex)!.session)!);
    counts = proxy.counts;
    seconds = (performance.now() - begun) / 1_000;
    dropped = us.events.of('peer/dropped').length;
    await sentry.stop();
  });

  test('is asked no more than the budget allows: calls, bytes, and requests at a time', () => {
    const { inFlight, rate } = DEFAULT_BUDGET;
    // What is in flight is charged when it is sent, and its size when it has arrived.
    const most = rate.burst + rate.perSecond * seconds + inFlight * MAX_BATCH + OWN * seconds;
    expect(counts.calls).toBeLessThanOrEqual(most);
    expect(counts.bytes).toBeLessThanOrEqual(most * BYTES_PER_CALL);
    expect(counts.mostAtOnce).toBeLessThanOrEqual(inFlight + OWN);
    // The flood is one: it asks for many times as many blocks as the budget allows.
    const asked = floods.reduce((sum, each) => sum + each.asked, 0);
    expect(LARGE_REQUEST_BLOCKS * asked).toBeGreaterThan(10 * most);
    expect(counts.calls).toBeGreaterThan((rate.perSecond * seconds) / 2);
  });

  test('serves a peer that asks for less than its share', () => {
    // A busy machine is late with some of its answers. Without shares, none of them had an item.
    expect(whole).toBeGreaterThan(0);
  });

  test('lets all of them stay, and answers each', () => {
    expect(dropped).toBe(0);
    expect(Math.min(...floods.map(({ answered }) => answered))).toBeGreaterThan(0);
  });
});
