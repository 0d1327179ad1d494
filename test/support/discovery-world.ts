import { expect } from 'vitest';
import type { DiscoveryOptions } from '../../src-main/discovery/discovery.ts';
import { compareDistance } from '../../src-main/node-record/node-id.ts';
import { DiscoveryNode } from './discovery-node.ts';
import { MemoryNetwork } from './memory-network.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

const PORT = 30303;

/** Discovery nodes on a network in memory, in virtual time. */
export interface DiscoveryWorld {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly nodes: readonly DiscoveryNode[];
}

/** Options of a world. */
export interface DiscoveryWorldOptions {
  /** Share of datagrams that are lost. */
  readonly loss?: number;
  /** Milliseconds from the start of one node to that of the next. */
  readonly everyMs?: number;
  /** Bootnodes of each node: with 1 the first node of all, otherwise so many random earlier ones. */
  readonly bootnodes?: number;
  /** The protocols of each node, by its index; v4 by default. */
  readonly protocolsOf?: (index: number) => DiscoveryOptions['protocols'];
  /** Whether the nodes keep their events, which takes much memory for thousands of nodes. */
  readonly keepsEvents?: boolean;
}

/** Addresses in different /24 networks, because of the table's limits. */
export function ipOf(index: number): string {
  return `80.${String(index >> 8)}.${String(index & 0xff)}.10`;
}

/** Starts nodes one after the other, each with earlier ones as bootnodes. */
export async function startWorld(size: number, options: DiscoveryWorldOptions = {}): Promise<DiscoveryWorld> {
  const { loss = 0, everyMs = 100, bootnodes = 1, protocolsOf, keepsEvents = true } = options;
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyMs: 20, loss, seed: 7 });
  const random = new SeededRandom(7);
  const nodes: DiscoveryNode[] = [];
  for (let index = 0; index < size; index++) {
    const ip = ipOf(index);
    const protocols = protocolsOf?.(index);
    const known = bootnodes === 1 ? nodes.slice(0, 1) : drawn(nodes, bootnodes, random);
    // Each protocol needs a bootnode that has it.
    for (const protocol of protocols ?? []) {
      const candidates = nodes.filter(({ discovery }) => discovery[protocol] !== undefined);
      if (!known.some((other) => candidates.includes(other))) known.push(...drawn(candidates, 1, random));
    }
    const node = new DiscoveryNode({
      transport: network.host(ip).datagrams,
      clock,
      random,
      addresses: [{ ip, port: PORT }],
      bootnodes: known.map(({ node }) => node),
      ...(protocols === undefined ? {} : { protocols }),
      ...(keepsEvents ? {} : { events: { emit: () => undefined } }),
    });
    await node.start();
    nodes.push(node);
    await clock.advance(everyMs);
  }
  return { clock, network, nodes };
}

function drawn(nodes: readonly DiscoveryNode[], count: number, random: SeededRandom): DiscoveryNode[] {
  if (nodes.length === 0) return [];
  return Array.from({ length: count }, () => nodes[random.below(nodes.length)]!);
}

/** Stops every node and expects that no socket or timer is left. */
export async function stopWorld({ clock, network, nodes }: DiscoveryWorld): Promise<void> {
  await Promise.all(nodes.map((node) => node.stop()));
  expect(network.open).toBe(0);
  await clock.advance(100);
  expect(clock.pendingTimers).toBe(0);
}

/** IDs of the 16 nodes closest to a target, without the node that looks up. */
export function nearest(nodes: readonly DiscoveryNode[], target: Uint8Array, asker: DiscoveryNode): string[] {
  return nodes
    .filter((node) => node !== asker)
    .map(({ node }) => node)
    .sort((a, b) => compareDistance(target, a.id, b.id))
    .slice(0, 16)
    .map(({ idHex }) => idHex);
}
