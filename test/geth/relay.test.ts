import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { CachedSource } from '../../src-main/eth/cached-source.ts';
import type { TransactionSource } from '../../src-main/eth/chain-source.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../src-main/eth/session.ts';
import { TransactionRelay } from '../../src-main/relay/relay.ts';
import { readRelayed } from '../../src-main/relay/transaction.ts';
import { connectedSentry } from '../support/connected-sentry.ts';
import { syncToHead } from '../support/engine-api.ts';
import { eventually } from '../support/eventually.ts';
import { Geth } from '../support/geth.ts';
import { FakePool } from '../support/gossip-puppet.ts';
import { P2pNode } from '../support/p2p-node.ts';
import { sendTransaction } from '../support/signed-transaction.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { readTestchain } from '../support/testchain-blocks.ts';
import { nodeOf } from '../support/testchain-node.ts';

/** The execution client behind our node, and a geth that is a peer of our node only. */
let client: Geth;
let peer: Geth;
let us: P2pNode;
let relay: TransactionRelay;
/** The pool of another peer of our node. */
let other: FakePool;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const { network } = await readTestchain();
  const startGeth = async (): Promise<Geth> => {
    const geth = await Geth.start({ version: 'geth72' });
    ends.push(() => geth.stop());
    return geth;
  };
  const startRelay = (source: TransactionSource): TransactionRelay => {
    const runtime = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const started = new TransactionRelay({ source, ...runtime });
    started.start();
    ends.push(() => {
      started.stop();
    });
    return started;
  };
  const startNode = async (node: P2pNode): Promise<P2pNode> => {
    await node.server.start();
    ends.push(() => node.server.stop());
    return node;
  };
  [client, peer] = [await startGeth(), await startGeth()];
  // A geth takes no transactions of peers before it is synced.
  await syncToHead(peer);
  const sentry = await connectedSentry(network, client.socketUrl);
  ends.push(() => sentry.stop());
  const { transactions } = sentry;
  relay = startRelay(transactions);
  const source = new CachedSource(sentry, 64 * 1024 * 1024);
  const protocols = createEthProtocols(source, undefined, { transactions, gossip: relay });
  us = await startNode(new P2pNode({ protocols }));
  other = new FakePool();
  const gossip = startRelay(other);
  const own = createGenesisChain(network, systemClock);
  const second = await startNode(
    new P2pNode({ protocols: createEthProtocols(own, undefined, { transactions: other, gossip }) }),
  );
  await (
    await second.server.connect(us.node())
  ).established;
  await (
    await us.server.connect(nodeOf(peer))
  ).established;
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const inPool = (geth: Geth, hash: string): Promise<unknown> =>
  eventually('the transaction is in the pool', async () => {
    const found = await geth.rpc<{ readonly blockHash: string | null } | null>(
      'eth_getTransactionByHash',
      hash,
    );
    return found ?? undefined;
  });
const atOther = (hash: string): Promise<unknown> =>
  eventually(
    'the other peer has the transaction',
    async () => other.submitted.some((each) => `0x${readRelayed(each).key}` === hash) || undefined,
  );

test('a transaction in the pool of the client reaches a geth that is our peer', async () => {
  const hash = await sendTransaction(client, Uint8Array.of(1));
  await inPool(peer, hash);
  await atOther(hash);
});

test('a transaction of a geth that is our peer reaches the client, and our other peers', async () => {
  const hash = await sendTransaction(peer, Uint8Array.of(2));
  await inPool(client, hash);
  await atOther(hash);
  expect(relay.totals()).toMatchObject({ accepted: 1, refused: { 'rejected-by-client': 0, malformed: 0 } });
});

test('a transaction that is only announced is requested from the geth that has it', async () => {
  const before = relay.totals();
  const hash = await sendTransaction(peer, new Uint8Array(20_000).fill(7));
  await inPool(client, hash);
  await atOther(hash);
  expect(relay.totals().announced).toBe(before.announced + 1);
  expect(us.server.peers()).toHaveLength(2);
});
