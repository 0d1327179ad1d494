import { beforeEach, describe, expect, it } from 'vitest';
import {
  packNodes,
  type V5Nodes,
  type V5Request,
  type V5Response,
} from '../../../src-main/discovery/v5/messages.ts';
import { logDistance } from '../../../src-main/node-record/node-id.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { DiscoveryFixture, dropsOf, OUR_IP, PEER_IP, v5Of } from '../../support/discovery-fixture.ts';
import type { DiscoveryNode } from '../../support/discovery-node.ts';
import type { V5Node } from '../../support/v5-node.ts';
import { RecordedNode } from '../../support/v5-transport.ts';

let net: DiscoveryFixture;

beforeEach(() => {
  net = new DiscoveryFixture(55);
});

const startOurs = (): Promise<DiscoveryNode> => net.start(OUR_IP, { protocols: ['v5'] });

/** A peer that answers FINDNODE with these messages, and pings correctly. */
async function peerThatAnswers(messages: (request: V5Request) => readonly V5Response[]): Promise<V5Node> {
  const peer = await net.v5Peer();
  peer.respond = (request) =>
    request.type === 'findnode'
      ? messages(request)
      : [{ type: 'pong', enrSeq: peer.record.seq, ip: OUR_IP, port: 30303 }];
  return peer;
}

function records(count: number, ip = (i: number): string => `90.0.${String(i)}.1`): RecordedNode[] {
  return Array.from({ length: count }, (_, i) => new RecordedNode(net.random, ip(i)));
}

function part(total: number, nodes: readonly RecordedNode[]): V5Nodes {
  return { type: 'nodes', total, records: nodes.map(({ record }) => record.encoded) };
}

/** Every distance, so that any random record matches. */
const ANY = Array.from({ length: 256 }, (_, i) => 256 - i);

function ask(
  ours: DiscoveryNode,
  peer: V5Node,
  distances: readonly number[] = ANY,
): Promise<readonly Node[]> {
  return net.clock.runUntil(v5Of(ours).transport.findnodeAt(peer.node, distances));
}

describe('a hostile answer to FINDNODE', () => {
  it('with records at other distances than requested has these dropped', async () => {
    const ours = await startOurs();
    const named = records(40);
    const peer = await peerThatAnswers(() =>
      packNodes(named.slice(0, 16).map(({ record }) => record.encoded)),
    );
    const far = named.slice(0, 16).filter(({ node }) => logDistance(peer.node.id, node.id) === 256);
    expect((await ask(ours, peer, [256])).length).toBe(far.length);
    expect(dropsOf(ours, 'v5')).toEqual({ 'record-wrong-distance': 16 - far.length });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with invalid signatures has its records dropped', async () => {
    const ours = await startOurs();
    const forged = records(3).map(({ record }) => {
      const bytes = record.encoded.slice();
      bytes[20]! ^= 1;
      return bytes;
    });
    const peer = await peerThatAnswers(() => packNodes(forged));
    expect(await ask(ours, peer)).toEqual([]);
    expect(dropsOf(ours, 'v5')).toEqual({ 'record-unreadable': 3 });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with local addresses causes no packet to them', async () => {
    const ours = await startOurs();
    const ips = ['127.0.0.1', '192.168.1.1', '10.0.0.1', '0.0.0.0', '224.0.0.1', '192.0.2.1'];
    const peer = await peerThatAnswers(() => [
      part(
        1,
        records(6, (i) => ips[i]!),
      ),
    ]);
    const seen = new Set<string>();
    net.network.tap = (_datagram, from, to) => {
      if (from.ip === OUR_IP) seen.add(to.ip);
    };
    v5Of(ours).table.addFound(peer.node);
    await net.clock.runUntil(v5Of(ours).lookup());
    await ask(ours, peer);
    await net.clock.advance(60_000);
    expect([...seen]).toEqual([PEER_IP]);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with a total of 255 packets is complete after five, or after the request timeout', async () => {
    const ours = await startOurs();
    const named = records(20);
    const peer = await peerThatAnswers(() =>
      Array.from({ length: 100 }, (_, i) => part(255, [named[i % 20]!])),
    );
    expect((await ask(ours, peer)).length).toBe(5);
    await net.clock.advance(1_000);
    expect(dropsOf(ours, 'v5')).toEqual({ unsolicited: 95 });
    peer.respond = () => [part(255, named.slice(0, 2))];
    const before = net.clock.monotonic();
    expect((await ask(ours, peer)).length).toBe(2);
    expect(net.clock.monotonic() - before).toBeLessThan(1_000);
    peer.respond = () => [part(0, named.slice(0, 2))];
    expect((await ask(ours, peer)).length).toBe(2);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('with more than 16 records is cut to 16', async () => {
    const ours = await startOurs();
    const named = records(20);
    const peer = await peerThatAnswers(() => [0, 4, 8, 12, 16].map((at) => part(5, named.slice(at, at + 4))));
    expect((await ask(ours, peer)).length).toBe(16);
    expect(dropsOf(ours, 'v5')).toEqual({ 'record-excess': 4 });
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('from another address is ignored', async () => {
    const ours = await startOurs();
    const named = records(3);
    const peer = await peerThatAnswers(() => [part(1, named)]);
    await net.clock.runUntil(v5Of(ours).transport.ping(peer.node));
    const elsewhere = await net.network.host('82.0.0.1').datagrams.bind({ ip: '82.0.0.1', port: 30303 });
    net.network.passes = (from, to) => from !== PEER_IP || to !== OUR_IP;
    net.network.tap = (datagram, from) => {
      if (from.ip === PEER_IP) elsewhere.send(datagram, { ip: OUR_IP, port: 30303 });
    };
    await expect(ask(ours, peer)).rejects.toMatchObject({ code: 'timeout' });
    expect(ours.events.filter(({ type }) => type === 'discovery/found')).toEqual([]);
    await Promise.all([ours.stop(), peer.stop(), elsewhere.close()]);
  });

  it('at distance 0 with the ENR of another node is rejected', async () => {
    const ours = await startOurs();
    const [other] = records(1);
    const peer = await peerThatAnswers(() => [part(1, [other!])]);
    const record = net.clock.runUntil(v5Of(ours).transport.requestEnr(peer.node));
    await expect(record).rejects.toMatchObject({ code: 'bad-record' });
    await Promise.all([ours.stop(), peer.stop()]);
  });
});

describe('a node that requests too much', () => {
  it('gets 16 records in packets of at most 1,280 bytes for a FINDNODE with all distances', async () => {
    const ours = await startOurs();
    const peer = await net.v5Peer();
    for (const { node } of records(60)) v5Of(ours).table.addFound(node);
    let largest = 0;
    net.network.tap = (datagram, from) => {
      if (from.ip === OUR_IP) largest = Math.max(largest, datagram.length);
    };
    const parts = await net.clock.runUntil(
      peer.dispatcher.request(ours.node, { type: 'findnode', distances: [...ANY, ...ANY.slice(0, 1)] }),
    );
    expect(parts.flatMap((message) => (message as V5Nodes).records).length).toBe(16);
    expect(largest).toBeLessThanOrEqual(1_280);
    await Promise.all([ours.stop(), peer.stop()]);
  });

  it('gets empty answers to 30 TALKREQs at a time, while other nodes are served', async () => {
    const ours = await startOurs();
    v5Of(ours).transport.registerTalk('slow', () => new Promise<Uint8Array>(() => undefined));
    const [peer, honest] = [await net.v5Peer(), await net.v5Peer('83.0.0.1', 2)];
    const protocol = new TextEncoder().encode('slow');
    const requests = Array.from({ length: 30 }, () =>
      peer.dispatcher.request(ours.node, { type: 'talkreq', protocol, payload: new Uint8Array() }),
    );
    const pong = honest.dispatcher.request(ours.node, { type: 'ping', enrSeq: 1n });
    expect(await net.clock.runUntil(pong)).toMatchObject([{ type: 'pong', ip: '83.0.0.1', port: 30303 }]);
    const answers = await net.clock.runUntil(Promise.allSettled(requests));
    for (const answer of answers)
      expect(answer).toMatchObject({ value: [{ type: 'talkresp', payload: new Uint8Array() }] });
    await Promise.all([ours.stop(), peer.stop(), honest.stop()]);
    expect(net.clock.pendingTimers).toBe(0);
  });
});
