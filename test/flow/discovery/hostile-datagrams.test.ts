import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../src-main/base/runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { encodeEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import { countHeld } from '../../support/held-resources.ts';
import { hostileV4Datagram, NO_LIMITS } from '../../support/hostile-datagrams.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { loopbackDiscovery, pingUntilAnswered } from '../../support/started-discovery.ts';

/** Datagrams between two pings of the honest node: few enough for the receive buffer of any system. */
const BATCH = 40;
const BATCHES = 25;

/** A node that is not started; `errors` receives its log lines of level error. */
function nodeAt(ips: readonly string[], errors: string[] = []): DiscoveryNode {
  const logger = {
    ...silentLogger,
    error: (message: string) => void errors.push(message),
    child: (): Logger => silentLogger,
  };
  return loopbackDiscovery(ips, { logger, filterLimits: NO_LIMITS });
}

describe('a discovery node on real sockets', () => {
  it.each(['127.0.0.1', '::1'])(
    'survives random and modified packets to %s, and keeps no node, socket or timer of them',
    async (ip) => {
      const random = new SeededRandom(ip.length);
      const before = countHeld(/^UDP|^Timeout$/);
      const errors: string[] = [];
      const node = nodeAt(['127.0.0.1', '::1'], errors);
      const honest = nodeAt([ip]);
      await Promise.all([node.start(), honest.start()]);
      const attacker = await systemDatagramTransport.bind({ ip, port: 0 });
      const family = ip === '::1' ? 'ipv6' : 'ipv4';
      const target = node.discovery.socket.local(family)!;
      const nodeOfFamily = nodeFromRecord(node.record, [family]);
      for (let batch = 0; batch < BATCHES; batch++) {
        for (let sent = 0; sent < BATCH; sent++)
          attacker.send(hostileV4Datagram(random, encodeEnr(honest.record)), target);
        await pingUntilAnswered(honest, 'v4', nodeOfFamily);
      }
      const drops = node.events.filter((event) => event.type === 'discovery/dropped');
      const received = node.events.filter(
        (event) => event.type === 'discovery/packet' && event.direction === 'in',
      );
      // Includes the packets of the honest node; the system may lose a few.
      expect(drops.length + received.length).toBeGreaterThan(0.9 * BATCH * BATCHES);
      expect(new Set(drops.map(({ reason }) => reason)).size).toBeGreaterThan(5);
      expect(errors).toEqual([]);
      expect(node.discovery.v4!.snapshot().entries).toBeLessThanOrEqual(1);
      await Promise.all([node.stop(), honest.stop(), attacker.close()]);
      // Node.js releases the handle of a closed socket at the end of the following turn.
      await nextTurn();
      await nextTurn();
      expect(countHeld(/^UDP|^Timeout$/)).toBeLessThanOrEqual(before);
    },
  );
});
