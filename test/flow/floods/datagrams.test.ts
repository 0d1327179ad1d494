import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { dropsOf } from '../../support/discovery-fixture.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import { heldBytes } from '../../support/memory.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';

const PER_SECOND = 10_000;
const SECONDS = 3;
/** The flood lasts until it has sent so many packets, however slow the machine is. */
const LEAST_PACKETS = 10_000;
/** Packets between two readings of the clock. */
const BATCH = 200;
const MOST_KEPT = 16 * 1024 * 1024;

const start = startedDiscovery();

describe(`${String(PER_SECOND)} garbage packets per second`, () => {
  it('are dropped and counted by reason, while pings, new nodes and lookups are answered', async () => {
    const us = await start.node('127.0.0.1');
    const honest = await Promise.all(['127.0.0.3', '127.0.0.4', '127.0.0.5'].map((ip) => start.node(ip)));
    for (const node of honest) await node.discovery.v4!.transport.ping(us.node);
    const attacker = await systemDatagramTransport.bind({ ip: '127.0.0.2', port: 0 });
    const target = us.discovery.socket.local('ipv4')!;
    const garbage = Array.from({ length: 64 }, (_, index) => systemRandom.bytes(100 + index * 18));
    const before = heldBytes();
    const begun = performance.now();
    let sent = 0;
    const flood = (async () => {
      while (performance.now() - begun < SECONDS * 1_000 || sent < LEAST_PACKETS) {
        const due = ((performance.now() - begun) / 1_000) * PER_SECOND;
        for (let count = 0; count < BATCH && sent < due; count++)
          attacker.send(garbage[sent++ & 63]!, target);
        // The filter limits a rate in real time.
        await pause(1);
      }
    })();
    const [first] = honest;
    let answered = 0;
    const isFlooded = (): boolean => performance.now() - begun < SECONDS * 1_000 - 500;
    // The system loses packets when its receive buffer is full.
    const ping = (from: DiscoveryNode): Promise<boolean> =>
      from.discovery.v4!.transport.ping(us.node).then(
        () => true,
        () => false,
      );
    while (isFlooded()) if (await ping(first!)) answered++;
    const newcomer = await start.node('127.0.0.6', { bootnodes: [us.node] });
    while (!(await ping(newcomer)));
    const { closest } = await newcomer.discovery.v4!.lookup(us.publicKey, () => undefined);
    await flood;
    expect(answered).toBeGreaterThan(3);
    expect(closest.map(({ id }) => id)).toContain(us.node.idHex);
    const { 'host-rate-limit': limited = 0 } = dropsOf(us, 'v4');
    expect(limited).toBeGreaterThan(sent / 10);
    us.events.length = 0;
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
    await attacker.close();
  });
});
