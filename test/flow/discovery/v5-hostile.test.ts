import { beforeEach, describe, expect, it } from 'vitest';
import {
  packNodes,
  type V5Nodes,
  type V5Request,
  type V5Response,
} from '../../../src-main/discovery/v5/messages.ts';
import type { DiscoveryEngine } from '../../../src-main/discovery/engine.ts';
import type { V5Transport } from '../../../src-main/discovery/v5/transport.ts';
import { logDistance } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from '../../support/discovery-node.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { V5Node } from '../../support/v5-node.ts';
import { RecordedNode } from '../../support/v5-transport.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OUR_IP = '80.0.0.1';
const PEER_IP = '81.0.0.1';

let clock: VirtualClock;
let random: SeededRandom;
let network: MemoryNetwork;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(55);
  network = new MemoryNetwork(clock, { latencyMs: 20 });
});

async function startOurs(options: Partial<DiscoveryNodeOptions> = {}): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: network.host(OUR_IP).datagrams,
    clock,
    random,
    addresses: [{ ip: OUR_IP, port: 30303 }],
    protocols: ['v5'],
    ...options,
  });
  await node.start();
  await clock.advance(1);
  return node;
}

function v5Of({ discovery }: DiscoveryNode): DiscoveryEngine<V5Transport> {
  if (discovery.v5 === undefined) throw new Error('v5 is off');
  return discovery.v5;
}

function openPeer(ip = PEER_IP, seed = 1): Promise<V5Node> {
  return new V5Node(network, clock, ip, seed).start();
}

/** A peer that answers findnode with these messages and pings like everybody. */
async function liar(messages: (request: V5Request) => readonly V5Response[]): Promise<V5Node> {
  const peer = await openPeer();
  peer.respond = (request) =>
    request.type === 'findnode'
      ? messages(request)
      : [{ type: 'pong', enrSeq: peer.record.seq, ip: OUR_IP, port: 30303 }];
  return peer;
}

function records(count: number, ip = (i: number): string => `90.0.${String(i)}.1`): RecordedNode[] {
  return Array.from({ length: count }, (_, i) => new RecordedNode(random, ip(i)));
}

function drops(ours: DiscoveryNode): Record<string, number> {
  return Object.fromEntries(v5Of(ours).transport.counters.drops.map(({ reason, count }) => [reason, count]));
}

function part(total: number, nodes: readonly RecordedNode[]): V5Nodes {
  return { type: 'nodes', total, records: nodes.map(({ record }) => record.encoded) };
}

/** Every distance: records of chance fit. */
const ANY = Array.from({ length: 256 }, (_, i) => 256 - i);

function ask(
  ours: DiscoveryNode,
  peer: V5Node,
  distances: readonly number[] = ANY,
): Promise<readonly Node[]> {
  return clock.runUntil(v5Of(ours).transport.findnodeAt(peer.node, distances));
}

describe('a node that lies to findnode', () => {
  it('about distances gains nothing', async () => {
    const ours = await startOurs();
    const named = records(40);
    const peer = await liar(() => packNodes(named.slice(0, 16).map(({ record }) => record.encoded)));
    const far = named.slice(0, 16).filter(({ node }) => logDistance(peer.node.id, node.id) === 256);
    expect((await ask(ours, peer, [256])).length).toBe(far.length);
    expect(drops(ours)).toEqual({ 'record-wrong-distance': 16 - far.length });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with forged records gains nothing', async () => {
    const ours = await startOurs();
    const forged = records(3).map(({ record }) => {
      const bytes = record.encoded.slice();
      bytes[20]! ^= 1;
      return bytes;
    });
    const peer = await liar(() => packNodes(forged));
    expect(await ask(ours, peer)).toEqual([]);
    expect(drops(ours)).toEqual({ 'record-unreadable': 3 });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with local addresses sends us nowhere', async () => {
    const ours = await startOurs();
    const ips = ['127.0.0.1', '192.168.1.1', '10.0.0.1', '0.0.0.0', '224.0.0.1', '192.0.2.1'];
    const peer = await liar(() => [
      part(
        1,
        records(6, (i) => ips[i]!),
      ),
    ]);
    const seen = new Set<string>();
    network.tap = (_datagram, from, to) => {
      if (from.ip === OUR_IP) seen.add(to.ip);
    };
    v5Of(ours).table.addFound(peer.node);
    await clock.runUntil(v5Of(ours).lookup());
    await ask(ours, peer);
    await clock.advance(60_000);
    expect([...seen]).toEqual([PEER_IP]);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('that announces 255 packets is believed for five, and waited for no longer than an answer may take', async () => {
    const ours = await startOurs();
    const named = records(20);
    const peer = await liar(() => Array.from({ length: 100 }, (_, i) => part(255, [named[i % 20]!])));
    expect((await ask(ours, peer)).length).toBe(5);
    await clock.advance(1_000);
    expect(drops(ours)).toEqual({ unsolicited: 95 });
    peer.respond = () => [part(255, named.slice(0, 2))];
    const before = clock.monotonic();
    expect((await ask(ours, peer)).length).toBe(2);
    expect(clock.monotonic() - before).toBeLessThan(1_000);
    peer.respond = () => [part(0, named.slice(0, 2))];
    expect((await ask(ours, peer)).length).toBe(2);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with more than 16 records is heard for 16', async () => {
    const ours = await startOurs();
    const named = records(20);
    const peer = await liar(() => [0, 4, 8, 12, 16].map((at) => part(5, named.slice(at, at + 4))));
    expect((await ask(ours, peer)).length).toBe(16);
    expect(drops(ours)).toEqual({ 'record-excess': 4 });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('is not heard from another address', async () => {
    const ours = await startOurs();
    const named = records(3);
    const peer = await liar(() => [part(1, named)]);
    await clock.runUntil(v5Of(ours).transport.ping(peer.node));
    const elsewhere = await network.host('82.0.0.1').datagrams.bind({ ip: '82.0.0.1', port: 30303 });
    network.passes = (from, to) => from !== PEER_IP || to !== OUR_IP;
    network.tap = (datagram, from) => {
      if (from.ip === PEER_IP) elsewhere.send(datagram, { ip: OUR_IP, port: 30303 });
    };
    await expect(ask(ours, peer)).rejects.toMatchObject({ code: 'timeout' });
    expect(ours.events.filter(({ type }) => type === 'discovery/found')).toEqual([]);
    await Promise.all([ours.stop(), peer.stop(), elsewhere.close()]);
  });

  it('about its own record is not believed', async () => {
    const ours = await startOurs();
    const [other] = records(1);
    const peer = await liar(() => [part(1, [other!])]);
    const record = clock.runUntil(v5Of(ours).transport.requestEnr(peer.node));
    await expect(record).rejects.toMatchObject({ code: 'bad-record' });
    await Promise.all([ours.stop(), peer.stop()]);
  });
});

describe('a node that asks too much', () => {
  it('of findnode gets 16 records in packets that fit, whatever it lists', async () => {
    const ours = await startOurs();
    const peer = await openPeer();
    for (const { node } of records(60)) v5Of(ours).table.addFound(node);
    let largest = 0;
    network.tap = (datagram, from) => {
      if (from.ip === OUR_IP) largest = Math.max(largest, datagram.length);
    };
    const parts = await clock.runUntil(
      peer.dispatcher.request(ours.node, { type: 'findnode', distances: [...ANY, ...ANY.slice(0, 1)] }),
    );
    expect(parts.flatMap((message) => (message as V5Nodes).records).length).toBe(16);
    expect(largest).toBeLessThanOrEqual(1_280);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('of a talk protocol at once gets empty answers, and others are served', async () => {
    const ours = await startOurs();
    v5Of(ours).transport.registerTalk('slow', () => new Promise<Uint8Array>(() => undefined));
    const [peer, honest] = [await openPeer(), await openPeer('83.0.0.1', 2)];
    const protocol = new TextEncoder().encode('slow');
    const requests = Array.from({ length: 30 }, () =>
      peer.dispatcher.request(ours.node, { type: 'talkreq', protocol, payload: new Uint8Array() }),
    );
    const pong = honest.dispatcher.request(ours.node, { type: 'ping', enrSeq: 1n });
    expect(await clock.runUntil(pong)).toMatchObject([{ type: 'pong', ip: '83.0.0.1', port: 30303 }]);
    const answers = await clock.runUntil(Promise.allSettled(requests));
    for (const answer of answers)
      expect(answer).toMatchObject({ value: [{ type: 'talkresp', payload: new Uint8Array() }] });
    await Promise.all([ours.stop(), peer.stop(), honest.stop()]);
    expect(clock.pendingTimers).toBe(0);
  });
});
