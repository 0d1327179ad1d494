import { beforeAll, describe, expect, test } from 'vitest';
import { to0x } from '../../../src-main/base/bytes.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import type { Application } from '../../../src-main/compose/application.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { nodeFromEnode } from '../../../src-main/node-record/node-factory.ts';
import { TransactionRelay } from '../../../src-main/relay/relay.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import { BLOCK_FILES } from '../../support/block-files.ts';
import { eventually } from '../../support/eventually.ts';
import { ClientError, FakeClient } from '../../support/fake-client.ts';
import { serveWebSocket } from '../../support/fake-client-server.ts';
import { FakePool } from '../../support/gossip-puppet.ts';
import { P2pNode } from '../../support/p2p-node.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { startedApplications } from '../../support/started-applications.ts';
import { readTestchain, type Testchain } from '../../support/testchain-blocks.ts';
import { blobTransaction, dynamicFeeTransaction } from '../../support/transactions.ts';

const applications = startedApplications();

let chain: Testchain;
beforeAll(async () => {
  chain = await readTestchain();
});

/** A client whose pool takes what it does not refuse, and tells of it. */
async function startClient() {
  const client = new FakeClient(chain, 'geth');
  const server = await serveWebSocket(client);
  applications.atEnd(() => server.close());
  const refused = new Set<string>();
  const take = (text: string): string => {
    const { hash } = readRelayed(Buffer.from(text.slice(2), 'hex'));
    if (refused.has(text)) throw new ClientError(-32_000, 'insufficient funds for gas * price + value');
    if (client.pool.has(to0x(hash))) throw new ClientError(-32_000, 'already known');
    client.pool.set(to0x(hash), text);
    server.notify('newPendingTransactions', to0x(hash));
    return to0x(hash);
  };
  client.onSubmit = take;
  return { address: server.address, client, refused, take: (encoded: Uint8Array) => take(to0x(encoded)) };
}

/** A peer with a relay and a pool of its own. */
async function startPeer(application: Application) {
  const pool = new FakePool();
  // A pool tells of what it takes.
  pool.beforeAnswer = () => {
    pool.report(pool.batches.at(-1)?.transactions ?? []);
    return Promise.resolve();
  };
  const runtime = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const relay = new TransactionRelay({ source: pool, ...runtime });
  relay.start();
  const own = createGenesisChain(chain.network, systemClock);
  const peer = new P2pNode({
    protocols: createEthProtocols(own, undefined, { transactions: pool, gossip: relay }),
  });
  await peer.server.start();
  applications.atEnd(async () => {
    await peer.server.stop();
    relay.stop();
  });
  const session = await peer.server.connect(nodeFromEnode(application.backend.status().identity.enode));
  await session.established;
  return {
    pool,
    session,
    /** Gives its pool a transaction, which the pool reports. */
    give: (encoded: Uint8Array, served = encoded) => {
      pool.held.set(readRelayed(encoded).key, served);
      pool.report([encoded]);
    },
  };
}

/** A node in front of the client, with a number of peers. */
async function startAll(count: number) {
  const client = await startClient();
  const flags = ['--genesis', BLOCK_FILES.testchainGenesis, '--nodiscover', '--sentry', client.address];
  const node = await applications.start('node', ...flags);
  const peers = await Promise.all(Array.from({ length: count }, () => startPeer(node)));
  await eventually('all sessions', async () => node.backend.status().peers.total === count || undefined);
  return { client, node, peers, totals: () => node.backend.chain().transactions };
}

const has = (pool: FakePool, encoded: Uint8Array): boolean =>
  pool.submitted.some((each) => to0x(each) === to0x(encoded));

describe('a node without a client', () => {
  /** The node with a recording, and two peers of which the first tells of a transaction. */
  async function startWithout(...flags: readonly string[]) {
    const network = ['--genesis', BLOCK_FILES.testchainGenesis, '--nodiscover'];
    const node = await applications.start('node', ...network, ...flags);
    node.backend.recorder.start({ nodes: null, discovery: false });
    const peers = await Promise.all([startPeer(node), startPeer(node)]);
    // Too large to be sent whole.
    peers[0].give(dynamicFeeTransaction(0, new Uint8Array(6_000).fill(7)));
    const recorded = async (filter: string) => (await node.backend.recorder.search(filter)).length;
    return { node, peers, recorded };
  }

  test('observes transactions by choice: it requests them, and tells nobody', async () => {
    const { node, peers, recorded } = await startWithout('--transactions.observe');
    const totals = await eventually('the transaction', async () => {
      const { transactions } = node.backend.chain();
      return transactions?.observed === 1 ? transactions : undefined;
    });
    expect(totals).toMatchObject({ announced: 1, received: 1, accepted: 0, announcedOut: 0, sentOut: 0 });
    expect(await recorded('msg:PooledTransactions dir:in')).toBe(1);
    expect(await recorded('msg:NewPooledTransactionHashes dir:out')).toBe(0);
    expect(peers[1].pool.submitted).toEqual([]);
  });

  test('drops them otherwise', async () => {
    const { node, recorded } = await startWithout();
    await eventually(
      'the announcement',
      async () => (await recorded('msg:NewPooledTransactionHashes dir:in')) || undefined,
    );
    expect(node.backend.chain().transactions).toBeNull();
  });
});

describe('a node in front of a client', () => {
  test('relays a transaction of one peer to the client, and then to all other peers', async () => {
    const { client, peers, totals } = await startAll(5);
    const [from, ...others] = peers;
    const encoded = dynamicFeeTransaction(0);
    from!.give(encoded);
    await eventually(
      'the transaction at all peers',
      async () => others.every(({ pool }) => has(pool, encoded)) || undefined,
    );
    expect(client.client.pool.get(to0x(readRelayed(encoded).hash))).toBe(to0x(encoded));
    expect(has(from!.pool, encoded)).toBe(false);
    const { announcedOut = 0, sentOut = 0, ...rest } = totals() ?? {};
    expect(rest).toMatchObject({ received: 1, accepted: 1 });
    // Three of the five are chosen for the sender, and the peer that has the transaction may be among them.
    expect([announcedOut, sentOut]).toBeOneOf([
      [1, 3],
      [2, 2],
    ]);
  });

  test('tells its peers of a transaction that its client got elsewhere, also those that come later', async () => {
    const { client, node, peers } = await startAll(2);
    const encoded = dynamicFeeTransaction(0, new Uint8Array(6_000).fill(7));
    client.take(encoded);
    await eventually(
      'the transaction at the peers',
      async () => peers.every(({ pool }) => has(pool, encoded)) || undefined,
    );
    const late = await startPeer(node);
    await eventually('the transaction at the new peer', async () => has(late.pool, encoded) || undefined);
  });

  test('relays a blob transaction, by announcement only', async () => {
    const { peers, totals } = await startAll(2);
    const { pooled } = blobTransaction(0, 2);
    peers[0]!.give(pooled);
    await eventually(
      'the transaction at the other peer',
      async () => has(peers[1]!.pool, pooled) || undefined,
    );
    expect(totals()).toMatchObject({ announced: 1, announcedOut: 1, sentOut: 0 });
  });

  test('does not relay what its client refuses, and keeps the session', async () => {
    const { client, peers, totals } = await startAll(2);
    const [bad, good] = [dynamicFeeTransaction(0), dynamicFeeTransaction(1)];
    client.refused.add(to0x(bad));
    peers[0]!.give(bad);
    await eventually('the refusal', async () => totals()?.refused['rejected-by-client'] === 1 || undefined);
    peers[0]!.give(good);
    await eventually('the other transaction', async () => has(peers[1]!.pool, good) || undefined);
    expect(has(peers[1]!.pool, bad)).toBe(false);
    expect(peers[0]!.session.endCause).toBeUndefined();
  });

  test('disconnects a peer that sends wrong blobs, and asks the next announcer', async () => {
    const { node, peers, totals } = await startAll(3);
    const [liar, honest, other] = peers;
    const { pooled, mismatched } = blobTransaction(0, 1);
    const fault = 'commitment 0 is not that of its versioned hash';
    liar!.give(pooled, mismatched);
    // The pool of the liar announces the size of what it serves, which is the same.
    const cause = await liar!.session.closed;
    expect(cause).toMatchObject({ by: 'remote', disconnectReason: 'subprotocol error' });
    await eventually(
      'the event of the end',
      async () => node.backend.events.all().some(({ text }) => text.includes(fault)) || undefined,
    );
    honest!.give(pooled);
    await eventually('the transaction', async () => has(other!.pool, pooled) || undefined);
    expect(totals()?.refused['blob-commitments-differ']).toBe(1);
  });
});
