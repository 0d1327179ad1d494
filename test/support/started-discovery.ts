import { afterEach } from 'vitest';
import type { TableProtocol } from '../../shared/model/table.ts';
import { systemClock, systemRandom } from '../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../src-main/base/udp.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from './discovery-node.ts';

/** Pings that are sent before a node counts as one that does not answer: a busy system loses packets. */
const MAX_PINGS = 10;

/** A discovery node for real sockets at these loopback addresses, with the system's clock. It is not started. */
export function loopbackDiscovery(
  ips: readonly string[],
  options: Partial<DiscoveryNodeOptions> = {},
): DiscoveryNode {
  return new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: ips.map((ip) => ({ ip, port: 0 })),
    ...options,
  });
}

/** The discovery nodes of one test. */
export interface StartedDiscovery {
  /** Starts a node at one or more loopback addresses. */
  node(ips: string | readonly string[], options?: Partial<DiscoveryNodeOptions>): Promise<DiscoveryNode>;
  /** Calls `end` after the test, before the nodes that were started earlier are stopped. */
  atEnd(end: () => unknown): void;
}

/** Stops the discovery nodes after each test of the file, the last one first. */
export function startedDiscovery(): StartedDiscovery {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    async node(ips, options) {
      const node = loopbackDiscovery(typeof ips === 'string' ? [ips] : ips, options);
      await node.start();
      ends.push(() => node.stop());
      return node;
    },
    atEnd(end) {
      ends.push(end);
    },
  };
}

/** Pings until the node answers. @returns the sequence number of its ENR @throws the last failure */
export async function pingUntilAnswered(
  { discovery }: DiscoveryNode,
  protocol: TableProtocol,
  to: Node,
): Promise<bigint | undefined> {
  for (let sent = 1; ; sent++) {
    try {
      return await discovery[protocol]!.transport.ping(to);
    } catch (error) {
      if (sent === MAX_PINGS) throw error;
    }
  }
}
