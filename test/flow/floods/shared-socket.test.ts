import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { TableProtocol } from '../../../shared/model/table.ts';
import { MAX_CHALLENGES } from '../../../src-main/discovery/v5/constants.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { encodeEnr } from '../../../src-main/node-record/enr.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from '../../support/discovery-node.ts';
import { eventually } from '../../support/eventually.ts';
import { hostileV4Datagram, hostileV5Datagram } from '../../support/hostile-datagrams.ts';
import { heldBytes } from '../../support/memory.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { V5Puppet } from '../../support/v5-puppet.ts';

const ATTACKERS = 24;
/** Datagrams between two exchanges with friends: few enough for the receive buffer of any system. */
const BATCH = 40;
const BATCHES = 25;
const FLOOD_MS = 3_000;
const MOST_KEPT = 16 * 1024 * 1024;

const unlimited = { perSecond: 1e6, burst: 1e6 };
const limits = {
  host: unlimited,
  localHost: unlimited,
  subnet: unlimited,
  total: unlimited,
  reserved: unlimited,
};

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

async function started(
  ip: string,
  protocols: readonly TableProtocol[],
  options: Partial<DiscoveryNodeOptions> = {},
): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: [{ ip, port: 0 }],
    protocols,
    ...options,
  });
  running.push(() => node.stop());
  await node.start();
  return node;
}

/** Peers of many addresses that say whatever they are told to. */
async function attackers(target: DiscoveryNode, count: number): Promise<V5Puppet[]> {
  const system = { host: () => ({ datagrams: systemDatagramTransport }) };
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const puppet = new V5Puppet(`127.0.2.${String(index + 1)}`, index + 1, target.node);
      running.push(() => puppet.close());
      return await puppet.open(system);
    }),
  );
}

/** An answer to one of five pings: a busy system loses packets of its own. */
async function served(node: DiscoveryNode, protocol: TableProtocol, by: DiscoveryNode): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await node.discovery[protocol]!.transport.ping(by.node);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

/** How often each cause was stated. */
function causes({ events }: DiscoveryNode): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'discovery/dropped') counts.set(event.reason, (counts.get(event.reason) ?? 0) + 1);
  }
  return counts;
}

describe('a socket that both discovery protocols share', () => {
  it('serves honest nodes of either, whatever bytes come from many addresses', async () => {
    const random = new SeededRandom(5);
    const mistakes: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void mistakes.push(message) };
    const us = await started('127.0.0.1', ['v4', 'v5'], { filterLimits: limits, logger });
    const old = await started('127.0.0.3', ['v4']);
    const recent = await started('127.0.0.4', ['v5']);
    const puppets = await attackers(us, ATTACKERS);
    for (let batch = 0; batch < BATCHES; batch++) {
      for (let sent = 0; sent < BATCH; sent++) {
        const puppet = puppets[random.below(ATTACKERS)]!;
        const isV4 = random.below(2) === 0;
        puppet.send(
          isV4 ? hostileV4Datagram(random, encodeEnr(old.record)) : hostileV5Datagram(random, puppet),
        );
      }
      await served(old, 'v4', us);
      await served(recent, 'v5', us);
    }
    expect(mistakes).toEqual([]);
    const { sessions, handshakes } = us.discovery.v5!.transport.sessions;
    expect({ sessions, handshakes }).toEqual({ sessions: 1, handshakes: 1 });
    expect(us.discovery.v4!.table.size).toBeLessThanOrEqual(1);
    expect(us.discovery.v5!.table.size).toBeLessThanOrEqual(1);
    const dropped = causes(us);
    for (const cause of ['not-a-packet', 'unsolicited-challenge', 'no-challenge'])
      expect(dropped.get(cause), cause).toBeGreaterThan(10);
    expect(dropped.size).toBeGreaterThan(10);
  });

  it('takes a handshake once: replayed from where it came, or from anywhere, it is dropped and counted', async () => {
    const us = await started('127.0.0.1', ['v4', 'v5'], { filterLimits: limits });
    const friend = await started('127.0.0.4', ['v5']);
    const [honest, ...others] = await attackers(us, 5);
    honest!.send(honest!.garbage());
    const challenge = await eventually('the challenge', () => Promise.resolve(honest!.challenges[0]));
    const handshake = honest!.handshake(challenge, { type: 'ping', enrSeq: 1n });
    honest!.send(handshake);
    await us.seen('discovery/session');
    for (let batch = 0; batch < 15; batch++) {
      for (let count = 0; count < 3; count++)
        for (const puppet of [honest!, ...others]) puppet.send(handshake);
      await served(friend, 'v5', us);
    }
    expect(us.discovery.v5!.transport.sessions.handshakes).toBe(2);
    const pings = (node: DiscoveryNode, direction: 'in' | 'out'): number =>
      node.discovery.v5!.transport.counters.packets.find(({ packet }) => packet === 'v5/ping')![direction];
    expect(pings(us, 'in')).toBeLessThanOrEqual(1 + pings(friend, 'out'));
    expect(causes(us).get('no-challenge')).toBeGreaterThan(150);
  });

  it('bounds its memory and serves honest nodes under a flood of challenges and of packets that ask for them', async () => {
    const us = await started('127.0.0.1', ['v4', 'v5']);
    const old = await started('127.0.0.3', ['v4']);
    const recent = await started('127.0.0.4', ['v5']);
    const puppets = await attackers(us, ATTACKERS);
    const random = new SeededRandom(6);
    // Made beforehand: making one costs more than refusing it.
    const packets = puppets.map((puppet) =>
      Array.from({ length: 64 }, (_, index) =>
        index % 2 === 0 ? puppet.garbage(random.bytes(32)) : puppet.whoareyou(random.bytes(12)),
      ),
    );
    const before = heldBytes();
    const end = performance.now() + FLOOD_MS;
    let sent = 0;
    const flood = (async () => {
      while (performance.now() < end) {
        for (const [place, puppet] of puppets.entries()) puppet.send(packets[place]![sent++ & 63]!);
        // The rate is a matter of real time.
        await pause(2);
      }
    })();
    const answered = { v4: 0, v5: 0 };
    const ask = async (from: DiscoveryNode, protocol: TableProtocol): Promise<void> => {
      while (performance.now() < end) {
        // The system itself loses packets where its own queue is full: then one asks again.
        await from.discovery[protocol]!.transport.ping(us.node).then(
          () => answered[protocol]++,
          () => undefined,
        );
        await pause(5);
      }
    };
    await Promise.all([flood, ask(old, 'v4'), ask(recent, 'v5')]);
    const { challenges, sessions, handshakes } = us.discovery.v5!.transport.sessions;
    expect(sent).toBeGreaterThan(2_000);
    expect(answered.v4).toBeGreaterThan(3);
    expect(answered.v5).toBeGreaterThan(3);
    expect(challenges).toBeLessThanOrEqual(MAX_CHALLENGES);
    expect({ sessions, handshakes }).toEqual({ sessions: 1, handshakes: 1 });
    const dropped = causes(us);
    expect(dropped.get('unsolicited-challenge')).toBeGreaterThan(100);
    us.events.length = 0;
    expect(heldBytes() - before).toBeLessThan(MOST_KEPT);
  });
});
