import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { heldBytes } from '../../support/memory.ts';

const PER_SECOND = 10_000;
const SECONDS = 3;
/** Packets between two looks at the time. */
const BATCH = 200;
const MOST_KEPT = 16 * 1024 * 1024;

const nodes: DiscoveryNode[] = [];

async function started(ip: string, bootnodes: readonly Node[] = []): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: [{ ip, port: 0 }],
    bootnodes,
  });
  nodes.push(node);
  await node.start();
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

describe(`${String(PER_SECOND)} datagrams of garbage a second`, () => {
  it('are dropped and counted by name, while pings, new nodes and lookups get their answers', async () => {
    const us = await started('127.0.0.1');
    const friends = await Promise.all(['127.0.0.3', '127.0.0.4', '127.0.0.5'].map((ip) => started(ip)));
    for (const friend of friends) await friend.discovery.v4!.transport.ping(us.node);
    const attacker = await systemDatagramTransport.bind({ ip: '127.0.0.2', port: 0 });
    const target = us.discovery.socket.local('ipv4')!;
    const garbage = Array.from({ length: 64 }, (_, index) => systemRandom.bytes(100 + index * 18));
    const before = heldBytes();
    const begun = performance.now();
    let sent = 0;
    const flood = (async () => {
      while (performance.now() - begun < SECONDS * 1_000) {
        const due = ((performance.now() - begun) / 1_000) * PER_SECOND;
        for (let count = 0; count < BATCH && sent < due; count++)
          attacker.send(garbage[sent++ & 63]!, target);
        // The rate is a matter of real time.
        await pause(1);
      }
    })();
    const [friend] = friends;
    let answered = 0;
    const isFlooded = (): boolean => performance.now() - begun < SECONDS * 1_000 - 500;
    // The system itself loses packets where its own queue is full: then one asks again.
    const ping = (from: DiscoveryNode): Promise<boolean> =>
      from.discovery.v4!.transport.ping(us.node).then(
        () => true,
        () => false,
      );
    while (isFlooded()) if (await ping(friend!)) answered++;
    const newcomer = await started('127.0.0.6', [us.node]);
    while (!(await ping(newcomer)));
    const { closest } = await newcomer.discovery.v4!.lookup(us.publicKey, () => undefined);
    await flood;
    expect(sent).toBeGreaterThan((PER_SECOND * SECONDS) / 2);
    expect(answered).toBeGreaterThan(3);
    expect(closest.map(({ id }) => id)).toContain(us.node.idHex);
    const dropped = us.events.filter((event) => event.type === 'discovery/dropped');
    const reasons = new Map<string, number>();
    for (const { reason } of dropped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    expect(reasons.get('host-rate-limit')).toBeGreaterThan(sent / 10);
    us.events.length = 0;
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
    await attacker.close();
  });
});
