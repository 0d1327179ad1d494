import { endSentence } from '../../shared/causes/sentences.ts';
import { Common, Mainnet, Sepolia, type ChainConfig } from '@ethereumjs/common';
import { DISCONNECT_REASON, ETH, RLPx, type Peer } from '@ethereumjs/devp2p';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../src-main/eth/genesis-chain.ts';
import { createEthProtocols, ethSessionOf } from '../../src-main/eth/session.ts';
import { bigintToMinimalBytes, hexToBytes } from '../../src-main/base/bytes.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import type { ByteStream } from '../../src-main/base/network.ts';
import { publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemStreamDialer, systemStreamListener } from '../../src-main/base/tcp.ts';
import type { PeerSession } from '../../src-main/p2p/peer-session.ts';
import { secureInbound, secureOutbound } from '../../src-main/rlpx/secure.ts';
import { openSession, testNode, type TestNode } from '../support/session-pair.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const LOOPBACK = '127.0.0.1';
const CLIENT_NAME = 'Enodeck/test';

/** A moment at which Prague was the last fork on both sides. */
const PRAGUE_ERA = new VirtualClock(Date.UTC(2025, 5, 1));

const mainnet = createGenesisChain(NETWORKS.mainnet, PRAGUE_ERA);
const ourNode = testNode(systemRandom, CLIENT_NAME, createEthProtocols(mainnet));

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface ForeignNode {
  readonly rlpx: RLPx;
  readonly publicKey: Uint8Array;
  readonly port: number;
  /** The next peer that has exchanged Hello. */
  peerAdded(): Promise<Peer>;
  /** The disconnect reason of the next peer that leaves, and whether the foreign node sent it. */
  peerRemoved(): Promise<{ reason: number; byThem: boolean }>;
}

async function foreignNode(chain: ChainConfig = Mainnet): Promise<ForeignNode> {
  const privateKey = keccak256(systemRandom.bytes(32));
  const rlpx = new RLPx(privateKey, {
    capabilities: [ETH.eth68],
    common: new Common({ chain, hardfork: 'prague' }),
    maxPeers: 5,
  });
  cleanUps.push(() => {
    rlpx.destroy();
  });
  rlpx.events.on('error', () => undefined);
  rlpx.events.on('peer:error', () => undefined);
  rlpx.listen(0, LOOPBACK);
  const server = (rlpx as unknown as { _server: Server })._server;
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return {
    rlpx,
    publicKey: publicKeyOf(privateKey),
    port: (server.address() as AddressInfo).port,
    peerAdded: () => new Promise((resolve) => rlpx.events.once('peer:added', resolve)),
    peerRemoved: () =>
      new Promise((resolve) =>
        rlpx.events.once('peer:removed', (_peer, reason: number, byThem) => {
          resolve({ reason, byThem: byThem === true });
        }),
      ),
  };
}

/** Sends the Status of the foreign node. */
function sendStatus(peer: Peer, genesisHash: Uint8Array = NETWORKS.mainnet.genesisHash): ETH {
  const eth = peer.getProtocols()[0] as ETH;
  eth.sendStatus({
    td: bigintToMinimalBytes(17_179_869_184n),
    bestHash: genesisHash,
    genesisHash,
    latestBlock: bigintToMinimalBytes(22_000_000n),
  });
  return eth;
}

async function dialForeign(foreign: ForeignNode, node: TestNode = ourNode): Promise<PeerSession> {
  const stream = await systemStreamDialer.dial({ ip: LOOPBACK, port: foreign.port }, { timeoutMs: 5_000 });
  const connection = await secureOutbound(stream, {
    privateKey: node.privateKey,
    remotePublicKey: foreign.publicKey,
    random: systemRandom,
    clock: systemClock,
  });
  return openSession(connection, node, { clock: systemClock });
}

async function acceptForeign(foreign: ForeignNode): Promise<PeerSession> {
  const session = new Promise<PeerSession>((resolve, reject) => {
    const onStream = async (stream: ByteStream): Promise<PeerSession> => {
      const { privateKey } = ourNode;
      const connection = await secureInbound(stream, {
        privateKey,
        random: systemRandom,
        clock: systemClock,
      });
      return openSession(connection, ourNode, { clock: systemClock });
    };
    systemStreamListener
      .listen({ ip: LOOPBACK, port: 0 }, (stream) => {
        onStream(stream).then(resolve, reject);
      })
      .then((server) => {
        cleanUps.push(() => server.close());
        return foreign.rlpx.connect({ id: ourNode.publicKey, address: LOOPBACK, tcpPort: server.local.port });
      })
      .catch(reject);
  });
  return session;
}

describe.each([
  ['dialled by us', dialForeign],
  ['that dials us', acceptForeign],
] as const)('an ethereumjs node %s', (_, connect) => {
  it('exchanges Hello and eth/68 Status with us', async () => {
    const foreign = await foreignNode();
    const added = foreign.peerAdded();
    const [session, peer] = await Promise.all([connect(foreign), added]);
    const status = new Promise((resolve) => (peer.getProtocols()[0] as ETH).events.once('status', resolve));
    sendStatus(peer);
    await status;
    expect(session.negotiated).toEqual(['eth/68']);
    expect(session.capabilities).toEqual(['eth/68']);
    expect(session.clientName).toMatch(/^ethereumjs-devp2p/);
    expect(peer.getHelloMessage()?.clientId).toBe(CLIENT_NAME);

    const eth = peer.getProtocols()[0] as ETH;
    const headers = new Promise<unknown>((resolve) =>
      eth.events.on('message', (code, payload) => {
        if (code === 4) resolve(payload);
      }),
    );
    eth.sendMessage(3, [
      hexToBytes('07'),
      [mainnet.genesisHash, hexToBytes('01'), new Uint8Array(0), new Uint8Array(0)],
    ]);
    const [requestId, list] = (await headers) as [Uint8Array, Uint8Array[][]];
    expect([...requestId]).toEqual([7]);
    expect(list.length).toBe(1);
    expect(list[0]?.length).toBe(15);

    expect(ethSessionOf(session)?.accepted).toBe(true);
    expect(session.stage).toBe('running');
    const counted = session.traffic.messages.filter(({ protocol }) => protocol === 'eth/68');
    expect(counted).toEqual([
      expect.objectContaining({ name: 'Status', in: 1, out: 1 }),
      expect.objectContaining({ name: 'GetBlockHeaders', in: 1, out: 0 }),
      expect.objectContaining({ name: 'BlockHeaders', in: 0, out: 1 }),
    ]);
    const removed = foreign.peerRemoved();
    await session.disconnect('client-quitting');
    await removed;
  });

  it('reads the reason of our Disconnect', async () => {
    const foreign = await foreignNode();
    const added = foreign.peerAdded();
    const [session] = await Promise.all([connect(foreign), added]);
    const removed = foreign.peerRemoved();
    await session.disconnect('too-many-peers');
    expect(await removed).toEqual({ reason: DISCONNECT_REASON.TOO_MANY_PEERS, byThem: false });
  });

  it('sends us the reason of its Disconnect', async () => {
    const foreign = await foreignNode();
    const added = foreign.peerAdded();
    const [session, peer] = await Promise.all([connect(foreign), added]);
    peer.disconnect(DISCONNECT_REASON.USELESS_PEER);
    expect(await session.closed).toMatchObject({
      code: 'useless-peer',
      by: 'remote',
      disconnectReason: 'useless peer',
    });
  });

  it('of another network is refused with the cause wrong-network, and gets "subprotocol error"', async () => {
    const foreign = await foreignNode(Sepolia);
    const removed = foreign.peerRemoved();
    // Immediately, so that it is sent before ours has arrived.
    foreign.rlpx.events.once('peer:added', (peer) => sendStatus(peer, NETWORKS.sepolia.genesisHash));
    const session = await connect(foreign);
    const cause = await session.closed;
    expect(cause).toMatchObject({
      code: 'wrong-network',
      stage: 'status',
      disconnectReason: 'subprotocol error',
    });
    expect(endSentence(cause)).toContain('11155111');
    await removed;
  });
});
