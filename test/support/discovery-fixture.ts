import { expect } from 'vitest';
import type { TableProtocol } from '../../shared/model/table.ts';
import type { DiscoveryEngine } from '../../src-main/discovery/engine.ts';
import type { V5Transport } from '../../src-main/discovery/v5/transport.ts';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../src-main/node-record/node-factory.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from './discovery-node.ts';
import type { Message } from '../../src-main/discovery/v4/messages.ts';
import { Discv4Peer } from './discv4-peer.ts';
import { MemoryNetwork } from './memory-network.ts';
import { SeededRandom } from './seeded-random.ts';
import { V5Node } from './v5-node.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The address of the node under test. */
export const OUR_IP = '80.0.0.1';
/** The address of the first peer. */
export const PEER_IP = '81.0.0.1';
const PORT = 30303;
const LATENCY_MS = 20;

/** Discovery nodes and scripted peers on a network in memory, in virtual time. */
export class DiscoveryFixture {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork(this.clock, { latencyMs: LATENCY_MS });
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  /** Starts a node at one or more addresses. Its first refresh, without bootnodes, ends within the millisecond. */
  async start(
    ips: string | readonly string[] = OUR_IP,
    options: Partial<DiscoveryNodeOptions> = {},
  ): Promise<DiscoveryNode> {
    const own = typeof ips === 'string' ? [ips] : ips;
    const node = new DiscoveryNode({
      transport: this.network.host(...own).datagrams,
      clock: this.clock,
      random: this.random,
      addresses: own.map((ip) => ({ ip, port: PORT })),
      ...options,
    });
    await node.start();
    await this.clock.advance(1);
    return node;
  }

  /** Stops nodes and expects that neither a socket nor a timer is left. */
  async stop(...nodes: readonly { stop(): Promise<void> }[]): Promise<void> {
    for (const node of nodes) await node.stop();
    await this.clock.advance(5 * LATENCY_MS);
    expect(this.network.open).toBe(0);
    expect(this.clock.pendingTimers).toBe(0);
  }

  v4Peer(ip = PEER_IP, options: { privateKey?: Uint8Array; port?: number } = {}): Promise<Discv4Peer> {
    return Discv4Peer.open(this.network, this.clock, this.random, ip, options);
  }

  v5Peer(ip = PEER_IP, seed = 1): Promise<V5Node> {
    return new V5Node(this.network, this.clock, ip, seed).start();
  }

  /** Exchanges the endpoint proofs of a v4 peer and a node. */
  async bond(peer: Discv4Peer, node: DiscoveryNode): Promise<void> {
    peer.ping(node.node);
    await this.clock.advance(10 * LATENCY_MS);
  }

  /** A FINDNODE message for a random target. */
  findnode({ expiration }: Discv4Peer): Message {
    return { type: 'findnode', target: this.random.bytes(64), expiration };
  }

  /** A node with a valid key that runs nowhere. */
  randomNode(ip: string, udp = PORT): Node {
    return nodeFromParts({ publicKey: publicKeyOf(generatePrivateKey(this.random)), ip, udp, tcp: udp });
  }
}

/** The v5 engine of a node that has v5 on. */
export function v5Of({ discovery }: DiscoveryNode): DiscoveryEngine<V5Transport> {
  if (discovery.v5 === undefined) throw new Error('v5 is off');
  return discovery.v5;
}

/** How many packets a node has dropped, by reason. */
export function dropsOf({ discovery }: DiscoveryNode, protocol: TableProtocol): Record<string, number> {
  const { drops } = discovery[protocol]!.transport.counters;
  return Object.fromEntries(drops.map(({ reason, count }) => [reason, count]));
}
