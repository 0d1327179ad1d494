import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TableProtocol } from '../../../shared/model/table.ts';
import { MAX_CHALLENGES } from '../../../src-main/discovery/v5/constants.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { encodeEnr } from '../../../src-main/node-record/enr.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import { eventually } from '../../support/eventually.ts';
import { hostileV4Datagram, hostileV5Datagram, NO_LIMITS } from '../../support/hostile-datagrams.ts';
import { heldBytes } from '../../support/memory.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { pingUntilAnswered, startedDiscovery } from '../../support/started-discovery.ts';
import { V5Puppet } from '../../support/v5-puppet.ts';

const ATTACKERS = 24;
/** Datagrams between two pings of honest nodes: few enough for the receive buffer of any system. */
const BATCH = 40;
const BATCHES = 25;
const FLOOD_MS = 3_000;
/** The flood lasts until it has sent so many packets, however slow the machine is. */
const FLOOD_PACKETS = 2_000;
const MOST_KEPT = 16 * 1024 * 1024;

const start = startedDiscovery();

/** Scripted peers at many addresses. */
async function attackers(target: DiscoveryNode, count: number): Promise<V5Puppet[]> {
  const system = { host: () => ({ datagrams: systemDatagramTransport }) };
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const puppet = new V5Puppet(`127.0.2.${String(index + 1)}`, index + 1, target.node, 0);
      start.atEnd(() => puppet.close());
      return await puppet.open(system);
    }),
  );
}

/** How many packets were dropped, by reason; both protocols together. */
function dropReasons({ events }: DiscoveryNode): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'discovery/dropped') counts.set(event.reason, (counts.get(event.reason) ?? 0) + 1);
  }
  return counts;
}

describe('a socket that both discovery protocols share', () => {
  it('serves honest nodes of both during random and modified packets from many addresses', async () => {
    const random = new SeededRandom(5);
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void errors.push(message) };
    const us = await start.node('127.0.0.1', { protocols: ['v4', 'v5'], filterLimits: NO_LIMITS, logger });
    const v4Node = await start.node('127.0.0.3', { protocols: ['v4'] });
    const v5Node = await start.node('127.0.0.4', { protocols: ['v5'] });
    const puppets = await attackers(us, ATTACKERS);
    for (let batch = 0; batch < BATCHES; batch++) {
      for (let sent = 0; sent < BATCH; sent++) {
        const puppet = puppets[random.below(ATTACKERS)]!;
        const isV4 = random.below(2) === 0;
        puppet.send(
          isV4 ? hostileV4Datagram(random, encodeEnr(v4Node.record)) : hostileV5Datagram(random, puppet),
        );
      }
      await pingUntilAnswered(v4Node, 'v4', us.node);
      await pingUntilAnswered(v5Node, 'v5', us.node);
    }
    expect(errors).toEqual([]);
    const { sessions, handshakes } = us.discovery.v5!.transport.sessions;
    expect({ sessions, handshakes }).toEqual({ sessions: 1, handshakes: 1 });
    expect(us.discovery.v4!.table.size).toBeLessThanOrEqual(1);
    expect(us.discovery.v5!.table.size).toBeLessThanOrEqual(1);
    const dropped = dropReasons(us);
    for (const cause of ['not-a-packet', 'unsolicited-challenge', 'no-challenge'])
      expect(dropped.get(cause), cause).toBeGreaterThan(10);
    expect(dropped.size).toBeGreaterThan(10);
  });

  it('accepts a handshake packet once: replays from its own or another address are dropped and counted', async () => {
    const us = await start.node('127.0.0.1', { protocols: ['v4', 'v5'], filterLimits: NO_LIMITS });
    const v5Node = await start.node('127.0.0.4', { protocols: ['v5'] });
    const [honest, ...others] = await attackers(us, 5);
    honest!.send(honest!.garbage());
    const challenge = await eventually('the challenge', async () => honest!.challenges[0]);
    const handshake = honest!.handshake(challenge, { type: 'ping', enrSeq: 1n });
    honest!.send(handshake);
    await us.seen('discovery/session');
    for (let batch = 0; batch < 15; batch++) {
      for (let count = 0; count < 3; count++)
        for (const puppet of [honest!, ...others]) puppet.send(handshake);
      await pingUntilAnswered(v5Node, 'v5', us.node);
    }
    expect(us.discovery.v5!.transport.sessions.handshakes).toBe(2);
    const pings = (node: DiscoveryNode, direction: 'in' | 'out'): number =>
      node.discovery.v5!.transport.counters.packets.find(({ packet }) => packet === 'v5/ping')![direction];
    expect(pings(us, 'in')).toBeLessThanOrEqual(1 + pings(v5Node, 'out'));
    expect(dropReasons(us).get('no-challenge')).toBeGreaterThan(150);
  });

  it('bounds its memory and serves honest nodes in a flood of WHOAREYOU packets and of packets that cause them', async () => {
    const us = await start.node('127.0.0.1', { protocols: ['v4', 'v5'] });
    const v4Node = await start.node('127.0.0.3', { protocols: ['v4'] });
    const v5Node = await start.node('127.0.0.4', { protocols: ['v5'] });
    const puppets = await attackers(us, ATTACKERS);
    const random = new SeededRandom(6);
    // Encoded before the flood: this costs more than dropping them.
    const packets = puppets.map((puppet) =>
      Array.from({ length: 64 }, (_, index) =>
        index % 2 === 0 ? puppet.garbage(random.bytes(32)) : puppet.whoareyou(random.bytes(12)),
      ),
    );
    const before = heldBytes();
    const end = performance.now() + FLOOD_MS;
    let sent = 0;
    const isFlooding = (): boolean => performance.now() < end || sent < FLOOD_PACKETS;
    const flood = (async () => {
      while (isFlooding()) {
        for (const [place, puppet] of puppets.entries()) puppet.send(packets[place]![sent++ & 63]!);
        // The limits are rates in real time.
        await pause(2);
      }
    })();
    const answered = { v4: 0, v5: 0 };
    const pingAll = async (from: DiscoveryNode, protocol: TableProtocol): Promise<void> => {
      while (isFlooding()) {
        // The system loses packets when its receive buffer is full.
        await from.discovery[protocol]!.transport.ping(us.node).then(
          () => answered[protocol]++,
          () => undefined,
        );
        await pause(5);
      }
    };
    await Promise.all([flood, pingAll(v4Node, 'v4'), pingAll(v5Node, 'v5')]);
    const { challenges, sessions, handshakes } = us.discovery.v5!.transport.sessions;
    expect(answered.v4).toBeGreaterThan(3);
    expect(answered.v5).toBeGreaterThan(3);
    expect(challenges).toBeLessThanOrEqual(MAX_CHALLENGES);
    expect({ sessions, handshakes }).toEqual({ sessions: 1, handshakes: 1 });
    const dropped = dropReasons(us);
    expect(dropped.get('unsolicited-challenge')).toBeGreaterThan(100);
    us.events.length = 0;
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
  });
});
