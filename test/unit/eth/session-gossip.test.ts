import { beforeEach, describe, expect, it } from 'vitest';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import type { AnnouncedTransaction, GossipPeer } from '../../../src-main/eth/gossip.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { transactionItem } from '../../../src-main/eth/transactions.ts';
import { ProtocolError } from '../../../src-main/p2p/errors.ts';
import { EthPeer } from '../../support/eth-peer.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const legacy = encodeRlp([1, 2, 3]);
const typed = Uint8Array.of(2, ...encodeRlp([1, 2, 3]));
const announcement: readonly AnnouncedTransaction[] = [
  { hash: new Uint8Array(32).fill(1), type: 0, size: 100 },
  { hash: new Uint8Array(32).fill(2), type: 3, size: 200_000 },
];

let clock: VirtualClock;
let joined: GossipPeer[];
let heard: unknown[];

beforeEach(() => {
  clock = new VirtualClock();
  joined = [];
  heard = [];
});

const ANNOUNCEMENT = {
  name: 'NewPooledTransactionHashes',
  types: Uint8Array.of(0, 3),
  sizes: [100, 200_000],
  hashes: announcement.map(({ hash }) => hash),
} as const;

function connect(exchangeStatus = true): Promise<EthPeer> {
  const chain = createGenesisChain(NETWORKS.sepolia, clock);
  const protocols = createEthProtocols(chain, [69], {
    gossip: {
      join: (peer) => {
        joined.push(peer);
        return {
          onAnnounced: (list) => heard.push(list),
          onTransactions: (list) => heard.push(list),
          onLeft: () => heard.push('left'),
        };
      },
    },
  });
  return EthPeer.connect(protocols, 69, { clock, random: new SeededRandom(2), exchangeStatus });
}

describe('the gossip of a session', () => {
  it('begins when Status is accepted, and ends with the session', async () => {
    const peer = await connect(false);
    const status = await peer.readStatus();
    expect(joined).toEqual([]);
    peer.send({ name: 'Status', status });
    await clock.advance(10);
    expect(joined.map(({ idHex }) => idHex)).toEqual([peer.session.idHex]);
    peer.destroy();
    await clock.runUntil(peer.session.closed);
    expect(heard).toEqual(['left']);
  });

  it('does not begin with a peer of another network', async () => {
    const peer = await connect(false);
    const status = await peer.readStatus();
    peer.send({ name: 'Status', status: { ...status, networkId: 5n } });
    await clock.runUntil(peer.session.closed);
    expect(joined).toEqual([]);
  });

  it('passes on announcements, and transactions without the header of messages', async () => {
    const peer = await connect();
    peer.send(ANNOUNCEMENT);
    peer.send({ name: 'Transactions', transactions: [legacy, transactionItem(typed)] });
    await clock.advance(10);
    expect(heard).toEqual([announcement, [legacy, typed]]);
  });

  it('announces, sends and requests', async () => {
    const peer = await connect();
    await clock.advance(10);
    joined[0]!.announce(announcement);
    joined[0]!.sendWhole([legacy, typed]);
    await clock.advance(10);
    expect(await peer.read()).toMatchObject({ types: Uint8Array.of(0, 3), sizes: [100, 200_000] });
    expect(await peer.read()).toEqual({
      name: 'Transactions',
      transactions: [legacy, transactionItem(typed)],
    });
    const answer = joined[0]!.ask([new Uint8Array(32).fill(1)]);
    const request = await peer.read();
    if (request.name !== 'GetPooledTransactions') throw new Error('a request expected');
    const { requestId } = request;
    peer.send({ name: 'PooledTransactions', requestId, transactions: [transactionItem(typed)] });
    expect(await clock.runUntil(answer)).toEqual([typed]);
  });

  it('ends the session with the reason of an error', async () => {
    const peer = await connect();
    await clock.advance(10);
    joined[0]!.end(new ProtocolError('bad-blob-transaction', { detail: 'it has no blobs' }));
    expect(await clock.runUntil(peer.session.closed)).toMatchObject({
      code: 'bad-blob-transaction',
      by: 'local',
      disconnectReason: 'subprotocol error',
    });
    expect(heard).toEqual(['left']);
    expect(peer.offences()).toEqual(['bad-message']);
  });

  it('is nothing by default: announcements are counted and dropped, and nothing is requested', async () => {
    const chain = createGenesisChain(NETWORKS.sepolia, clock);
    const peer = await EthPeer.connect(createEthProtocols(chain, [69]), 69, {
      ...{ clock, random: new SeededRandom(2) },
    });
    peer.send(ANNOUNCEMENT);
    peer.send({ name: 'Transactions', transactions: [legacy] });
    await clock.advance(10_000);
    peer.ping();
    expect(await peer.readPong()).toBe(0);
    const counted = peer.session.traffic.messages.map((count) => `${count.name} ${String(count.in)}`);
    expect(counted).toEqual(expect.arrayContaining(['NewPooledTransactionHashes 1', 'Transactions 1']));
  });
});
