import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { DiscoveryEngine } from '../../../src-main/discovery/engine.ts';
import type { V5Transport } from '../../../src-main/discovery/v5/transport.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import { ethEntry, signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from '../../support/discovery-node.ts';

const running: DiscoveryNode[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()));
});

/** A node of v5 on real sockets. */
async function startOn(
  ips: readonly string[],
  options: Partial<DiscoveryNodeOptions> = {},
): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    addresses: ips.map((ip) => ({ ip, port: 0 })),
    protocols: ['v5'],
    ...options,
  });
  running.push(node);
  await node.start();
  await v5Of(node).refresh();
  return node;
}

function v5Of({ discovery }: DiscoveryNode): DiscoveryEngine<V5Transport> {
  if (discovery.v5 === undefined) throw new Error('v5 is off');
  return discovery.v5;
}

/** Resolves when the observer's checks have shown that the node lives: only then it names it to others. */
async function isLive(observer: DiscoveryNode, { node }: DiscoveryNode): Promise<void> {
  const { table } = v5Of(observer);
  for (let pongs = 1; table.bucketOf(node.id).entry(node.idHex)?.live !== true; pongs++) {
    let seen = 0;
    await observer.seen(
      'discovery/packet',
      ({ direction, packet }) => direction === 'in' && packet === 'v5/pong' && ++seen >= pongs,
    );
    // The check that the pong belongs to is told of it after the fact.
    await setImmediate();
  }
}

/** Gives the node another record, as compose does when its fork or endpoint changes. */
function changeRecord(node: DiscoveryNode, firstByte: number): void {
  const { record, privateKey } = node;
  const port = record.udp ?? 0;
  node.record = signEnr(
    {
      ip: ipToBytes(record.ip ?? ''),
      udp: port,
      tcp: port,
      eth: ethEntry({ hash: Uint8Array.of(firstByte, 0, 0, 0), next: 0n }),
    },
    record.seq + 1n,
    privateKey,
  );
}

describe('discovery v5 on real sockets', () => {
  it('serves IPv4 and IPv6 on one port with one table', async () => {
    const both = await startOn(['127.0.0.1', '::1']);
    const [four, six] = [await startOn(['127.0.0.1']), await startOn(['::1'])];
    expect(await v5Of(four).transport.ping(nodeFromRecord(both.record, ['ipv4']))).toBe(both.record.seq);
    expect(await v5Of(six).transport.ping(nodeFromRecord(both.record, ['ipv6']))).toBe(both.record.seq);
    await Promise.all([
      both.seen('discovery/node-added', ({ node }) => node.ip === '127.0.0.1'),
      both.seen('discovery/node-added', ({ node }) => node.ip === '::1'),
      both.seen('discovery/bonded', ({ idHex }) => idHex === four.node.idHex),
      both.seen('discovery/bonded', ({ idHex }) => idHex === six.node.idHex),
    ]);
    const record = await v5Of(six).transport.requestEnr(nodeFromRecord(both.record, ['ipv6']));
    expect(record).toMatchObject({ ip: '::1', seq: both.record.seq });
    expect(v5Of(both).transport.sessions).toMatchObject({ sessions: 2, handshakes: 2, failedHandshakes: 0 });
  });

  it('lets nodes find each other through the one that all know', async () => {
    const bootnode = await startOn(['127.0.0.1']);
    const nodes: DiscoveryNode[] = [];
    for (let i = 0; i < 4; i++) {
      nodes.push(await startOn(['127.0.0.1'], { bootnodes: [bootnode.node] }));
    }
    for (const node of nodes) await isLive(bootnode, node);
    const [first, , , last] = nodes;
    const trace = await v5Of(first!).lookup(last!.node.id);
    expect(trace.closest[0]?.id).toBe(last!.node.idHex);
    const found = await first!.seen('discovery/found', ({ source }) => source === 'v5');
    expect(found.from).toBeDefined();
    const lost = nodeFromRecord(
      signEnr({ ip: ipToBytes('127.0.0.1'), udp: 9, tcp: 9 }, 1n, last!.privateKey),
    );
    expect(await v5Of(first!).resolve({ ...lost, seq: 0n })).toMatchObject({ seq: last!.record.seq });
    const stream = v5Of(first!).candidates();
    const candidate = await stream.next(new AbortController().signal);
    expect(candidate.record).toBeDefined();
  });

  it('carries requests of other protocols both ways', async () => {
    const [asker, answerer] = [await startOn(['127.0.0.1']), await startOn(['::1', '127.0.0.1'])];
    v5Of(answerer).transport.registerTalk('sum', (_from, payload) =>
      Uint8Array.of(payload.reduce((sum, byte) => sum + byte, 0)),
    );
    const node = nodeFromRecord(answerer.record, ['ipv4']);
    expect(await v5Of(asker).transport.talk(node, 'sum', Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(6));
    expect(await v5Of(asker).transport.talk(node, 'other', Uint8Array.of(1))).toEqual(new Uint8Array());
    // Too long for the packet of a handshake, and just short enough for an ordinary one.
    expect(await v5Of(asker).transport.talk(node, 'sum', new Uint8Array(1_100).fill(1))).toEqual(
      Uint8Array.of(1_100 & 0xff),
    );
    const stranger = await startOn(['127.0.0.1']);
    expect(await v5Of(stranger).transport.talk(node, 'sum', new Uint8Array(1_100).fill(1))).toEqual(
      Uint8Array.of(1_100 & 0xff),
    );
    await expect(v5Of(asker).transport.talk(node, 'sum', new Uint8Array(1_280))).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('spreads a new record to those who know the old one', async () => {
    const [observer, changing] = [await startOn(['127.0.0.1']), await startOn(['127.0.0.1'])];
    await v5Of(changing).transport.ping(observer.node);
    await observer.seen('discovery/node-added', ({ node }) => node.idHex === changing.node.idHex);
    changeRecord(changing, 7);
    // The next ping in either direction tells of it.
    await v5Of(changing).transport.ping(observer.node);
    const news = await observer.seen('discovery/record', ({ node }) => node.seq === changing.record.seq);
    expect(news.node.record?.eth?.hash[0]).toBe(7);
    const third = await startOn(['127.0.0.1'], { bootnodes: [observer.node] });
    const { id, idHex } = changing.node;
    await isLive(observer, changing);
    expect((await v5Of(third).resolve(changing.node)).seq).toBe(changing.record.seq);
    await v5Of(third).lookup(id);
    expect(v5Of(third).table.get(id, idHex)?.record?.eth?.hash[0]).toBe(7);
  });

  it('knows after a restart whom it knew before', async () => {
    const [known, node] = [await startOn(['127.0.0.1']), await startOn(['127.0.0.1'])];
    await v5Of(node).transport.ping(known.node);
    node.database.putNode(known.node);
    const again = await startOn(['127.0.0.1'], { database: node.database });
    await again.seen('discovery/found', ({ source }) => source === 'database');
    await known.seen(
      'discovery/found',
      (event) => event.source === 'inbound' && event.node.idHex === again.node.idHex,
    );
  });

  it('shares the port with v4, and each node with whom it speaks', async () => {
    const both = await startOn(['127.0.0.1'], { protocols: ['v4', 'v5'] });
    const [four, five] = [
      await startOn(['127.0.0.1'], { protocols: ['v4', 'v5'] }),
      await startOn(['127.0.0.1']),
    ];
    await four.discovery.v4?.transport.ping(both.node);
    await v5Of(five).transport.ping(both.node);
    await Promise.all(
      [four, five].map(({ node }) => both.seen('discovery/bonded', ({ idHex }) => idHex === node.idHex)),
    );
    expect(v5Of(both).table.get(five.node.id, five.node.idHex)).toBeDefined();
    expect(both.discovery.v4?.table.get(five.node.id, five.node.idHex)).toBeUndefined();
    expect(both.discovery.v4?.transport.counters.drops).toEqual([]);
  });
});
