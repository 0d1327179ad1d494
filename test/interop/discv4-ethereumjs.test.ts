import { DPT, type PeerInfo } from '@ethereumjs/devp2p';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../src-main/base/udp.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { DiscoveryNode } from '../support/discovery-node.ts';

const LOOPBACK = '127.0.0.1';

/** Whatever was started, stopped last to first. */
const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function startOurs(bootnodes: readonly Node[] = []): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: [{ ip: LOOPBACK, port: 0 }],
    bootnodes,
  });
  await node.start();
  running.push(() => node.stop());
  return node;
}

interface Theirs {
  readonly dpt: DPT;
  readonly node: Node;
  readonly peer: PeerInfo;
}

/** A node of @ethereumjs/devp2p. Its ports are drawn by the system beforehand: it must state them in its pings. */
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
  running.push(() => dpt.destroy());
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
  it('is found by it when we are its bootnode, and takes it into the table', async () => {
    const ours = await startOurs();
    await ours.discovery.v4!.refresh();
    const theirs = await startTheirs();
    await theirs.dpt.bootstrap(peerOf(ours.node));
    await known(theirs, ours.publicKey);
    const added = await ours.seen('discovery/node-added', ({ node }) => node.idHex === theirs.node.idHex);
    expect(added.node).toMatchObject({ ip: LOOPBACK, udp: theirs.node.udp, tcp: theirs.node.tcp });
  });

  it('finds it as our bootnode, and through it the nodes that it knows', async () => {
    const [first, second] = [await startTheirs(), await startTheirs()];
    await first.dpt.addPeer(second.peer);
    await known(first, second.node.publicKey);
    const ours = await startOurs([first.node]);
    await ours.seen('discovery/node-added', ({ node }) => node.idHex === second.node.idHex);
    const trace = await ours.discovery.v4!.lookup(second.node.publicKey);
    expect(trace.closest[0]?.id).toBe(second.node.idHex);
    expect(trace.closest.map(({ id }) => id)).toContain(first.node.idHex);
  });

  it('brings two of them together that know only us', async () => {
    const ours = await startOurs();
    await ours.discovery.v4!.refresh();
    const [first, second] = [await startTheirs(), await startTheirs()];
    await Promise.all([first, second].map(({ dpt }) => dpt.bootstrap(peerOf(ours.node))));
    await known(first, second.node.publicKey);
    await known(second, first.node.publicKey);
    expect(ours.discovery.v4!.table.size).toBe(2);
  });
});
