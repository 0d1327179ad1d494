import { beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryNode, type DiscoveryNodeOptions } from '../../support/discovery-node.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PROTOCOLS = ['v4', 'v5'] as const;

let clock: VirtualClock;
let random: SeededRandom;
let network: MemoryNetwork;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(5);
  network = new MemoryNetwork(clock, { latencyMs: 20 });
});

async function start(ip: string, options: Partial<DiscoveryNodeOptions> = {}): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: network.host(ip).datagrams,
    clock,
    random,
    addresses: [{ ip, port: 30303 }],
    ...options,
  });
  await node.start();
  await clock.advance(1);
  return node;
}

async function stop(...nodes: readonly DiscoveryNode[]): Promise<void> {
  for (const node of nodes) await node.stop();
  await clock.advance(100);
  expect(network.open).toBe(0);
  expect(clock.pendingTimers).toBe(0);
}

describe('discovery by both protocols', () => {
  it('answers each on the one socket, and fills the table of each', async () => {
    const both = await start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const four = await start('80.0.1.1', { bootnodes });
    const five = await start('80.0.2.1', { bootnodes, protocols: ['v5'] });
    await clock.advance(60_000);
    expect(await clock.runUntil(four.discovery.v4!.transport.ping(both.node))).toBe(both.record.seq);
    expect(await clock.runUntil(five.discovery.v5!.transport.ping(both.node))).toBe(both.record.seq);
    const { v4, v5 } = both.discovery;
    expect(v4!.table.get(four.node.id, four.node.idHex)).toBeDefined();
    expect(v4!.table.get(five.node.id, five.node.idHex)).toBeUndefined();
    expect(v5!.table.get(five.node.id, five.node.idHex)).toBeDefined();
    expect(v5!.table.get(four.node.id, four.node.idHex)).toBeUndefined();
    expect([four.discovery.v5, five.discovery.v4]).toEqual([undefined, undefined]);
    await stop(both, four, five);
  });

  it.each(PROTOCOLS)('leaves those alone who do not speak %s', async (protocol) => {
    const one = await start('80.0.0.1', { protocols: [protocol] });
    const [other] = PROTOCOLS.filter((name) => name !== protocol);
    const two = await start('80.0.1.1', { protocols: [other!] });
    await expect(clock.runUntil(two.discovery[other!]!.transport.ping(one.node))).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(one.events).toContainEqual(expect.objectContaining({ type: 'discovery/dropped' }));
    await stop(one, two);
  });

  it('mixes what both find into one stream, which ends with discovery', async () => {
    const both = await start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const others = [
      await start('80.0.1.1', { bootnodes }),
      await start('80.0.2.1', { bootnodes, protocols: ['v5'] }),
    ];
    await clock.advance(60_000);
    const stream = both.discovery.candidates();
    const found = new Set<string>();
    while (found.size < 2) {
      const node = await clock.runUntil(stream.next(new AbortController().signal));
      expect(node.record).toBeDefined();
      found.add(node.idHex);
    }
    expect([...found].sort()).toEqual(others.map(({ node }) => node.idHex).sort());
    const waiting = stream.next(new AbortController().signal).catch((error: unknown) => error);
    await stop(both, ...others);
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  });

  it('counts what those of either protocol say of our address in one vote', async () => {
    const told: unknown[] = [];
    const both = await start('80.0.0.1', {
      protocols: PROTOCOLS,
      onExternalAddress: (family, address) => told.push([family, address]),
    });
    const others: DiscoveryNode[] = [];
    for (let at = 1; at <= 10; at++) {
      const protocols = [PROTOCOLS[at % 2]!];
      others.push(await start(`80.0.${String(at)}.1`, { bootnodes: [both.node], protocols }));
    }
    await clock.advance(60_000);
    expect(told).toEqual([['ipv4', { ip: '80.0.0.1', port: 30303, votes: 10 }]]);
    expect(both.discovery.vote.outcome('ipv4')?.votes).toBeGreaterThanOrEqual(10);
    expect(both.events.filter(({ type }) => type === 'discovery/external-address')).toHaveLength(1);
    await stop(both, ...others);
  });

  it('finds the newest version of a node by whichever protocol knows it', async () => {
    const both = await start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const five = await start('80.0.2.1', { bootnodes, protocols: ['v5'] });
    await clock.advance(60_000);
    const lost = { ...five.node, ip: undefined, udp: 0, tcp: 0, seq: 0n, record: undefined };
    expect(await clock.runUntil(both.discovery.resolve(lost))).toMatchObject({ ip: '80.0.2.1', udp: 30303 });
    expect(both.discovery.known(five.node.id, five.node.idHex)).toMatchObject({ seq: five.node.seq });
    await stop(both, five);
  });

  it('is heard again by both once its sockets were opened anew', async () => {
    const both = await start('80.0.0.1', { protocols: PROTOCOLS });
    const other = await start('80.0.1.1', { protocols: PROTOCOLS });
    await both.discovery.reopen();
    for (const protocol of PROTOCOLS) {
      expect(await clock.runUntil(other.discovery[protocol]!.transport.ping(both.node))).toBe(
        both.record.seq,
      );
    }
    await clock.runUntil(both.discovery.setBootnodes([other.node]));
    for (const protocol of PROTOCOLS) {
      expect(both.discovery[protocol]!.table.get(other.node.id, other.node.idHex)).toBeDefined();
    }
    await stop(both, other);
  });

  it('begins with bootnodes that an enode URL names in v5 too, by asking them for their records', async () => {
    const boot = await start('80.0.0.1', { protocols: PROTOCOLS });
    const named = { ...boot.node, record: undefined, seq: 0n };
    const five = await start('80.0.1.1', { protocols: ['v5'], bootnodes: [named] });
    await clock.advance(10_000);
    expect(five.discovery.v5!.table.get(named.id, named.idHex)?.record).toBeDefined();
    const later = await start('80.0.2.1', { protocols: ['v5'] });
    await clock.runUntil(later.discovery.setBootnodes([named]));
    expect(later.discovery.v5!.table.get(named.id, named.idHex)?.record).toBeDefined();
    await stop(boot, five, later);
  });

  it('begins at a bootnode of an enode URL by v5 alone, also when it comes late and by its name', async () => {
    const boot = await start('80.0.0.1', { protocols: ['v5'] });
    const plain = { ...boot.node, seq: 0n, record: undefined };
    await boot.stop();
    const five = await start('80.0.1.1', { protocols: ['v5'], bootnodes: [plain] });
    const named = await start('80.0.2.1', {
      protocols: ['v5'],
      bootnodes: [{ ...plain, ip: undefined, hostname: 'boot.example' }],
      resolveHost: () => Promise.resolve(['80.0.0.1']),
    });
    for (const { discovery } of [five, named]) {
      void discovery
        .candidates()
        .next(new AbortController().signal)
        .catch(() => undefined);
    }
    await clock.advance(30_000);
    await boot.start();
    await clock.advance(60_000);
    for (const { discovery } of [five, named]) {
      expect(discovery.known(boot.node.id, boot.node.idHex)?.record).toBeDefined();
    }
    await stop(boot, five, named);
  });

  it.each(PROTOCOLS)('answers nobody by %s who is banned, and loses him from the table', async (protocol) => {
    const banned = new Set<string>();
    const options = { protocols: [protocol] };
    const one = await start('80.0.0.1', { ...options, isBannedNode: (idHex) => banned.has(idHex) });
    const two = await start('80.0.1.1', { ...options, bootnodes: [one.node] });
    await clock.advance(30_000);
    const { table } = one.discovery[protocol]!;
    expect(table.get(two.node.id, two.node.idHex)).toBeDefined();
    banned.add(two.node.idHex);
    await expect(clock.runUntil(two.discovery[protocol]!.transport.ping(one.node))).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(one.events).toContainEqual(
      expect.objectContaining({ type: 'discovery/dropped', reason: 'banned', protocol }),
    );
    await clock.advance(120_000);
    expect(table.get(two.node.id, two.node.idHex)).toBeUndefined();
    await stop(one, two);
  });

  it('opens no socket where only other sources are asked, and mixes these', async () => {
    const { node } = await start('80.0.9.1');
    const dns = { name: 'dns', source: { next: () => Promise.resolve(node) } };
    const before = network.open;
    const none = await start('80.0.0.1', { protocols: [], sources: [dns] });
    expect(network.open).toBe(before);
    expect(await none.discovery.candidates().next(new AbortController().signal)).toBe(node);
    await none.stop();
  });
});
