import { DPT, type PeerInfo } from '@ethereumjs/devp2p';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../src-main/base/udp.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { DiscoveryNode } from '../support/discovery-node.ts';
import { startedDiscovery } from '../support/started-discovery.ts';

const LOOPBACK = '127.0.0.1';

const start = startedDiscovery();
const startOurs = (bootnodes: readonly Node[] = []): Promise<DiscoveryNode> =>
  start.node(LOOPBACK, { bootnodes });

interface Theirs {
  readonly dpt: DPT;
  readonly node: Node;
  readonly peer: PeerInfo;
}

/** A node of @ethereumjs/devp2p. Its ports are chosen by the system beforehand, because its pings contain them. */
async function startTheirs(): Promise<Theirs> {
  const probe = await systemDatagramTransport.bind({ ip: LOOPBACK, port: 0 });
  const { port } = probe.local;
  await probe.close();
  const privateKey = generatePrivateKey(systemRandom);
  const peer = { address: LOOPBACK, udpPort: port, tcpPort: port };
  const dpt = new DPT(privateKey, { endpoint: peer, refreshInterval: 500, timeout: 2_000 });
  dpt.events.on('error', () => undefined);
  const listening = new Promise<void>((resolve) => dpt.events.once('listening', () => resolve()));
  dpt.bind(port, LOOPBACK);
  await listening;
  start.atEnd(() => dpt.destroy());
  const publicKey = publicKeyOf(privateKey);
  return { dpt, peer, node: nodeFromParts({ publicKey, ip: LOOPBACK, udp: port, tcp: port }) };
}

function peerOf(node: Node): PeerInfo {
  return { address: node.ip ?? '', udpPort: node.udp, tcpPort: node.tcp };
}

/** Resolves when @ethereumjs/devp2p has the node of this key in its table. */
function known({ dpt }: Theirs, publicKey: Uint8Array): Promise<void> {
  const isThere = (): boolean =>
    dpt.getPeers().some(({ id }) => id !== undefined && bytesToHex(id) === bytesToHex(publicKey));
  return new Promise((resolve) => {
    if (isThere()) resolve();
    dpt.events.on('peer:added', () => {
      if (isThere()) resolve();
    });
  });
}

describe('discovery v4 with @ethereumjs/devp2p', () => {
  it('is found when it is the bootnode, and adds the other node to its table', async () => {
    const ours = await startOurs();
    await ours.discovery.v4!.refresh();
    const theirs = await startTheirs();
    await theirs.dpt.bootstrap(peerOf(ours.node));
    await known(theirs, ours.publicKey);
    const added = await ours.seen('discovery/node-added', ({ node }) => node.idHex === theirs.node.idHex);
    expect(added.node).toMatchObject({ ip: LOOPBACK, udp: theirs.node.udp, tcp: theirs.node.tcp });
  });

  it('finds its bootnode, and through it other nodes', async () => {
    const [first, second] = [await startTheirs(), await startTheirs()];
    await first.dpt.addPeer(second.peer);
    await known(first, second.node.publicKey);
    const ours = await startOurs([first.node]);
    await ours.seen('discovery/node-added', ({ node }) => node.idHex === second.node.idHex);
    const trace = await ours.discovery.v4!.lookup(second.node.publicKey);
    expect(trace.closest[0]?.id).toBe(second.node.idHex);
    expect(trace.closest.map(({ id }) => id)).toContain(first.node.idHex);
  });

  it('lets two nodes find each other that know only us', async () => {
    const ours = await startOurs();
    await ours.discovery.v4!.refresh();
    const [first, second] = [await startTheirs(), await startTheirs()];
    await Promise.all([first, second].map(({ dpt }) => dpt.bootstrap(peerOf(ours.node))));
    await known(first, second.node.publicKey);
    await known(second, first.node.publicKey);
    expect(ours.discovery.v4!.table.size).toBe(2);
  });
});
