import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import type { Logger } from '../../../src-main/base/runtime.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { encodeEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { DiscoveryNode } from '../../support/discovery-node.ts';
import { hostileV4Datagram } from '../../support/hostile-datagrams.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** Datagrams between two exchanges with a friend: few enough for the receive buffer of any system. */
const BATCH = 40;
const BATCHES = 25;

const unlimited = { perSecond: 1e6, burst: 1e6 };
const limits = {
  host: unlimited,
  localHost: unlimited,
  subnet: unlimited,
  total: unlimited,
  reserved: unlimited,
};

/** A node that is not started yet; `mistakes` takes what it logs as errors. */
function nodeOn(ips: readonly string[], mistakes: string[] = []): DiscoveryNode {
  return new DiscoveryNode({
    logger: {
      ...silentLogger,
      error: (message) => mistakes.push(message),
      child: (): Logger => silentLogger,
    },
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: ips.map((ip) => ({ ip, port: 0 })),
    filterLimits: limits,
  });
}

/** Sockets and timers that keep the process alive. */
const held = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP') || name === 'Timeout');

describe('a discovery node on real sockets', () => {
  it.each([['127.0.0.1'], ['::1']])(
    'answers as before whatever bytes come to %s, and leaves nothing behind',
    async (ip) => {
      const random = new SeededRandom(ip.length);
      const before = held();
      const mistakes: string[] = [];
      const node = nodeOn(['127.0.0.1', '::1'], mistakes);
      const friend = nodeOn([ip]);
      await Promise.all([node.start(), friend.start()]);
      const attacker = await systemDatagramTransport.bind({ ip, port: 0 });
      const family = ip === '::1' ? 'ipv6' : 'ipv4';
      const target: SocketAddress = node.discovery.socket.local(family)!;
      const asSeen = nodeFromRecord(node.record, [family]);
      for (let batch = 0; batch < BATCHES; batch++) {
        for (let sent = 0; sent < BATCH; sent++)
          attacker.send(hostileV4Datagram(random, encodeEnr(friend.record)), target);
        await friend.discovery.v4!.transport.ping(asSeen);
      }
      const drops = node.events.filter((event) => event.type === 'discovery/dropped');
      const heard = node.events.filter(
        (event) => event.type === 'discovery/packet' && event.direction === 'in',
      );
      // A friend's own packets come on top, and the system may lose a few.
      expect(drops.length + heard.length).toBeGreaterThan(0.9 * BATCH * BATCHES);
      expect(new Set(drops.map(({ reason }) => reason)).size).toBeGreaterThan(5);
      expect(mistakes).toEqual([]);
      expect(node.discovery.v4!.snapshot().entries).toBeLessThanOrEqual(1);
      await Promise.all([node.stop(), friend.stop(), attacker.close()]);
      // Handles of closed sockets go at the end of the turn after the one that closed them.
      await nextTurn();
      await nextTurn();
      expect(held().length).toBeLessThanOrEqual(before.length);
    },
  );
});
