import { beforeEach, describe, expect, it } from 'vitest';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { ethEntry, signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../../src-main/node-record/node-factory.ts';
import { DiscoveryFixture, OUR_IP, v5Of } from '../../support/discovery-fixture.ts';
import type { DiscoveryNode, DiscoveryNodeOptions } from '../../support/discovery-node.ts';

let net: DiscoveryFixture;

beforeEach(() => {
  net = new DiscoveryFixture(3);
});

/** Starts a v5 node and waits for its first refresh. */
async function start(ip: string, options: Partial<DiscoveryNodeOptions> = {}): Promise<DiscoveryNode> {
  const node = await net.start(ip, { protocols: ['v5'], ...options });
  await net.clock.runUntil(v5Of(node).refresh());
  return node;
}

/** Waits until a revalidation has found the node alive: only then is it in answers to FINDNODE. */
async function waitUntilLive(observer: DiscoveryNode, { node }: DiscoveryNode): Promise<void> {
  const { table } = v5Of(observer);
  const isLive = (): boolean => table.bucketOf(node.id).entry(node.idHex)?.live === true;
  for (let second = 0; second < 600 && !isLive(); second++) await net.clock.advance(1_000);
  expect(isLive()).toBe(true);
}

/** Signs a new ENR with another fork hash, as the application does when its fork or endpoint changes. */
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

describe('discovery v5', () => {
  it('has one session and one handshake for each peer', async () => {
    const ours = await start(OUR_IP);
    for (const ip of ['81.0.0.1', '82.0.0.1']) {
      const peer = await start(ip);
      for (let count = 0; count < 3; count++) {
        const pong = await net.clock.runUntil(v5Of(peer).transport.ping(ours.node));
        expect(pong).toBe(ours.record.seq);
      }
    }
    expect(v5Of(ours).transport.sessions).toMatchObject({ sessions: 2, handshakes: 2, failedHandshakes: 0 });
  });

  it('lets nodes find each other through a common bootnode', async () => {
    const bootnode = await start(OUR_IP);
    const nodes: DiscoveryNode[] = [];
    for (let i = 1; i <= 4; i++) {
      nodes.push(await start(`81.0.${String(i)}.1`, { bootnodes: [bootnode.node] }));
    }
    for (const node of nodes) await waitUntilLive(bootnode, node);
    const [first, , , last] = nodes;
    const trace = await net.clock.runUntil(v5Of(first!).lookup(last!.node.id));
    expect(trace.closest[0]?.id).toBe(last!.node.idHex);
    const found = await net.clock.runUntil(first!.seen('discovery/found', ({ source }) => source === 'v5'));
    expect([bootnode, ...nodes].map(({ node }) => node.idHex)).toContain(found.from);
    const outdated = nodeFromRecord(
      signEnr({ ip: ipToBytes('89.0.0.1'), udp: 9, tcp: 9 }, 1n, last!.privateKey),
    );
    expect(await net.clock.runUntil(v5Of(first!).resolve({ ...outdated, seq: 0n }))).toMatchObject({
      seq: last!.record.seq,
    });
    const stream = v5Of(first!).candidates();
    const candidate = await net.clock.runUntil(stream.next(new AbortController().signal));
    expect([bootnode, ...nodes].map(({ node }) => node.idHex)).toContain(candidate.idHex);
    expect(candidate.record).toBeDefined();
  });

  it('carries TALKREQ and TALKRESP', async () => {
    const [requester, responder] = [await start('81.0.0.1'), await start(OUR_IP)];
    v5Of(responder).transport.registerTalk('sum', (_from, payload) =>
      Uint8Array.of(payload.reduce((sum, byte) => sum + byte, 0)),
    );
    const talk = (from: DiscoveryNode, protocol: string, payload: Uint8Array): Promise<Uint8Array> =>
      net.clock.runUntil(v5Of(from).transport.talk(responder.node, protocol, payload));
    expect(await talk(requester, 'sum', Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(6));
    expect(await talk(requester, 'other', Uint8Array.of(1))).toEqual(new Uint8Array());
    // Too long for a handshake packet, and just short enough for an ordinary one.
    const long = new Uint8Array(1_100).fill(1);
    const withoutSession = await start('82.0.0.1');
    for (const node of [requester, withoutSession])
      expect(await talk(node, 'sum', long)).toEqual(Uint8Array.of(1_100 & 0xff));
    await expect(talk(requester, 'sum', new Uint8Array(1_280))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('distributes a new ENR to the nodes that have the old one', async () => {
    const [observer, changing] = [await start(OUR_IP), await start('81.0.0.1')];
    const ping = (): Promise<bigint | undefined> =>
      net.clock.runUntil(v5Of(changing).transport.ping(observer.node));
    await ping();
    await net.clock.runUntil(
      observer.seen('discovery/node-added', ({ node }) => node.idHex === changing.node.idHex),
    );
    changeRecord(changing, 7);
    // The sequence number is in the next Ping or Pong.
    await ping();
    const update = await net.clock.runUntil(
      observer.seen('discovery/record', ({ node }) => node.seq === changing.record.seq),
    );
    expect(update.node.record?.eth?.hash[0]).toBe(7);
    const third = await start('82.0.0.1', { bootnodes: [observer.node] });
    const { id, idHex } = changing.node;
    await waitUntilLive(observer, changing);
    expect((await net.clock.runUntil(v5Of(third).resolve(changing.node))).seq).toBe(changing.record.seq);
    await net.clock.runUntil(v5Of(third).lookup(id));
    expect(v5Of(third).table.get(id, idHex)?.record?.eth?.hash[0]).toBe(7);
  });

  it('starts from the nodes of its database', async () => {
    const [known, node] = [await start(OUR_IP), await start('81.0.0.1')];
    await net.clock.runUntil(v5Of(node).transport.ping(known.node));
    node.database.putNode(known.node);
    const restarted = await start('82.0.0.1', { database: node.database });
    await net.clock.runUntil(restarted.seen('discovery/found', ({ source }) => source === 'database'));
    await net.clock.runUntil(
      known.seen(
        'discovery/found',
        (event) => event.source === 'inbound' && event.node.idHex === restarted.node.idHex,
      ),
    );
  });

  it('shares the port with v4, and puts each node into the table of its protocol', async () => {
    const both = await start(OUR_IP, { protocols: ['v4', 'v5'] });
    const [four, five] = [
      await start('81.0.0.1', { protocols: ['v4', 'v5'] }),
      await start('82.0.0.1', { protocols: ['v5'] }),
    ];
    await net.clock.runUntil(four.discovery.v4!.transport.ping(both.node));
    await net.clock.runUntil(v5Of(five).transport.ping(both.node));
    for (const { node } of [four, five])
      await net.clock.runUntil(both.seen('discovery/bonded', ({ idHex }) => idHex === node.idHex));
    expect(v5Of(both).table.get(five.node.id, five.node.idHex)).toBeDefined();
    expect(both.discovery.v4!.table.get(four.node.id, four.node.idHex)).toBeDefined();
    expect(both.discovery.v4!.table.get(five.node.id, five.node.idHex)).toBeUndefined();
    expect(both.discovery.v4!.transport.counters.drops).toEqual([]);
  });
});
