import { expect, test } from 'vitest';
import { TABLE_PROTOCOLS } from '../../../shared/model/table.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

test('a passive node names the nodes of its table, and neither changes the table nor begins to send', async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyMs: 20 });
  const random = new SeededRandom(3);
  const create = (ip: string, bootnodes: readonly DiscoveryNode[]): DiscoveryNode =>
    new DiscoveryNode({
      ...{ clock, random, protocols: TABLE_PROTOCOLS },
      transport: network.host(ip).datagrams,
      addresses: [{ ip, port: 30303 }],
      bootnodes: bootnodes.map(({ node }) => node),
    });
  const named = create('80.0.1.10', []);
  const passive = create('80.0.2.10', []);
  for (const node of [named, passive]) await node.discovery.startPassive();
  for (const { table } of passive.discovery.engines) table.addFound(named.node);
  expect(clock.pendingTimers).toBe(0);

  const asker = create('80.0.3.10', [passive]);
  await asker.start();
  await clock.advance(60_000);
  for (const { table } of asker.discovery.engines) {
    expect(table.get(named.node.id, named.node.idHex)).toBeDefined();
  }
  for (const { table } of passive.discovery.engines) {
    expect(table.size).toBe(1);
    expect(table.get(asker.node.id, asker.node.idHex)).toBeUndefined();
  }

  for (const node of [asker, passive, named]) await node.stop();
  expect(network.open).toBe(0);
});
