import { beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryFixture } from '../../support/discovery-fixture.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';

const PROTOCOLS = ['v4', 'v5'] as const;

let net: DiscoveryFixture;

beforeEach(() => {
  net = new DiscoveryFixture(5);
});

describe('discovery by v4 and v5', () => {
  it('answers both protocols on one socket, with a table for each', async () => {
    const both = await net.start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const four = await net.start('80.0.1.1', { bootnodes });
    const five = await net.start('80.0.2.1', { bootnodes, protocols: ['v5'] });
    await net.clock.advance(60_000);
    expect(await net.clock.runUntil(four.discovery.v4!.transport.ping(both.node))).toBe(both.record.seq);
    expect(await net.clock.runUntil(five.discovery.v5!.transport.ping(both.node))).toBe(both.record.seq);
    const { v4, v5 } = both.discovery;
    expect(v4!.table.get(four.node.id, four.node.idHex)).toBeDefined();
    expect(v4!.table.get(five.node.id, five.node.idHex)).toBeUndefined();
    expect(v5!.table.get(five.node.id, five.node.idHex)).toBeDefined();
    expect(v5!.table.get(four.node.id, four.node.idHex)).toBeUndefined();
    expect([four.discovery.v5, five.discovery.v4]).toEqual([undefined, undefined]);
    await net.stop(both, four, five);
  });

  it.each(PROTOCOLS)('with %s alone drops packets of the other protocol', async (protocol) => {
    const one = await net.start('80.0.0.1', { protocols: [protocol] });
    const [other] = PROTOCOLS.filter((name) => name !== protocol);
    const two = await net.start('80.0.1.1', { protocols: [other!] });
    await expect(net.clock.runUntil(two.discovery[other!]!.transport.ping(one.node))).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(one.events).toContainEqual(expect.objectContaining({ type: 'discovery/dropped' }));
    await net.stop(one, two);
  });

  it('merges the candidates of both protocols into one stream, which ends when discovery stops', async () => {
    const both = await net.start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const others = [
      await net.start('80.0.1.1', { bootnodes }),
      await net.start('80.0.2.1', { bootnodes, protocols: ['v5'] }),
    ];
    await net.clock.advance(60_000);
    const stream = both.discovery.candidates();
    const found = new Set<string>();
    while (found.size < 2) {
      const node = await net.clock.runUntil(stream.next(new AbortController().signal));
      expect(node.record).toBeDefined();
      found.add(node.idHex);
    }
    expect([...found].sort()).toEqual(others.map(({ node }) => node.idHex).sort());
    const waiting = stream.next(new AbortController().signal).catch((error: unknown) => error);
    await net.stop(both, ...others);
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  });

  it('counts the external addresses that v4 and v5 peers report in one vote', async () => {
    const outcomes: unknown[] = [];
    const both = await net.start('80.0.0.1', {
      protocols: PROTOCOLS,
      onExternalAddress: (family, address) => outcomes.push([family, address]),
    });
    const others: DiscoveryNode[] = [];
    for (let at = 1; at <= 10; at++) {
      const protocols = [PROTOCOLS[at % 2]!];
      others.push(await net.start(`80.0.${String(at)}.1`, { bootnodes: [both.node], protocols }));
    }
    await net.clock.advance(60_000);
    expect(outcomes).toEqual([['ipv4', { ip: '80.0.0.1', port: 30303, votes: 10 }]]);
    expect(both.discovery.vote.outcome('ipv4')?.votes).toBeGreaterThanOrEqual(10);
    expect(both.events.filter(({ type }) => type === 'discovery/external-address')).toHaveLength(1);
    await net.stop(both, ...others);
  });

  it('resolves a node by the protocol that knows its newest ENR', async () => {
    const both = await net.start('80.0.0.1', { protocols: PROTOCOLS });
    const bootnodes = [both.node];
    const five = await net.start('80.0.2.1', { bootnodes, protocols: ['v5'] });
    await net.clock.advance(60_000);
    const lost = { ...five.node, ip: undefined, udp: 0, tcp: 0, seq: 0n, record: undefined };
    expect(await net.clock.runUntil(both.discovery.resolve(lost))).toMatchObject({
      ip: '80.0.2.1',
      udp: 30303,
    });
    expect(both.discovery.known(five.node.id, five.node.idHex)).toMatchObject({ seq: five.node.seq });
    await net.stop(both, five);
  });

  it('answers both protocols after its sockets have been reopened', async () => {
    const both = await net.start('80.0.0.1', { protocols: PROTOCOLS });
    const other = await net.start('80.0.1.1', { protocols: PROTOCOLS });
    await both.discovery.reopen();
    for (const protocol of PROTOCOLS) {
      expect(await net.clock.runUntil(other.discovery[protocol]!.transport.ping(both.node))).toBe(
        both.record.seq,
      );
    }
    await net.clock.runUntil(both.discovery.setBootnodes([other.node]));
    for (const protocol of PROTOCOLS) {
      expect(both.discovery[protocol]!.table.get(other.node.id, other.node.idHex)).toBeDefined();
    }
    await net.stop(both, other);
  });

  it('uses a bootnode given as enode URL for v5 too, after requesting its ENR', async () => {
    const boot = await net.start('80.0.0.1', { protocols: PROTOCOLS });
    const named = { ...boot.node, record: undefined, seq: 0n };
    const five = await net.start('80.0.1.1', { protocols: ['v5'], bootnodes: [named] });
    await net.clock.advance(10_000);
    expect(five.discovery.v5!.table.get(named.id, named.idHex)?.record).toBeDefined();
    const later = await net.start('80.0.2.1', { protocols: ['v5'] });
    await net.clock.runUntil(later.discovery.setBootnodes([named]));
    expect(later.discovery.v5!.table.get(named.id, named.idHex)?.record).toBeDefined();
    await net.stop(boot, five, later);
  });

  it('finds a bootnode given as enode URL by v5 alone, also by DNS name and when it starts later', async () => {
    const boot = await net.start('80.0.0.1', { protocols: ['v5'] });
    const plain = { ...boot.node, seq: 0n, record: undefined };
    await boot.stop();
    const five = await net.start('80.0.1.1', { protocols: ['v5'], bootnodes: [plain] });
    const named = await net.start('80.0.2.1', {
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
    await net.clock.advance(30_000);
    await boot.start();
    await net.clock.advance(60_000);
    for (const { discovery } of [five, named]) {
      expect(discovery.known(boot.node.id, boot.node.idHex)?.record).toBeDefined();
    }
    await net.stop(boot, five, named);
  });

  it.each(PROTOCOLS)(
    'does not answer a banned node over %s, and removes it from the table',
    async (protocol) => {
      const banned = new Set<string>();
      const options = { protocols: [protocol] };
      const one = await net.start('80.0.0.1', { ...options, isBannedNode: (idHex) => banned.has(idHex) });
      const two = await net.start('80.0.1.1', { ...options, bootnodes: [one.node] });
      await net.clock.advance(30_000);
      const { table } = one.discovery[protocol]!;
      expect(table.get(two.node.id, two.node.idHex)).toBeDefined();
      banned.add(two.node.idHex);
      await expect(
        net.clock.runUntil(two.discovery[protocol]!.transport.ping(one.node)),
      ).rejects.toMatchObject({
        code: 'timeout',
      });
      expect(one.events).toContainEqual(
        expect.objectContaining({ type: 'discovery/dropped', reason: 'banned', protocol }),
      );
      await net.clock.advance(120_000);
      expect(table.get(two.node.id, two.node.idHex)).toBeUndefined();
      await net.stop(one, two);
    },
  );

  it('opens no socket when both protocols are off, and returns the candidates of other sources', async () => {
    const { node } = await net.start('80.0.9.1');
    const dns = { name: 'dns', source: { next: () => Promise.resolve(node) } };
    const before = net.network.open;
    const none = await net.start('80.0.0.1', { protocols: [], sources: [dns] });
    expect(net.network.open).toBe(before);
    expect(await none.discovery.candidates().next(new AbortController().signal)).toBe(node);
    await none.stop();
  });
});
