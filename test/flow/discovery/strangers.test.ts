import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../src-main/discovery/v4/messages.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { DiscoveryNode, type DiscoveryNodeOptions } from '../../support/discovery-node.ts';
import { Discv4Peer } from '../../support/discv4-peer.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OUR_IP = '80.0.0.1';
const PEER_IP = '81.0.0.1';

let clock: VirtualClock;
let random: SeededRandom;
let network: MemoryNetwork;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(21);
  network = new MemoryNetwork(clock, { latencyMs: 20 });
});

async function startOurs(options: Partial<DiscoveryNodeOptions> = {}): Promise<DiscoveryNode> {
  const node = new DiscoveryNode({
    transport: network.host(OUR_IP).datagrams,
    clock,
    random,
    addresses: [{ ip: OUR_IP, port: 30303 }],
    ...options,
  });
  await node.start();
  // The first refresh, without anybody to ask, is over at once.
  await clock.advance(1);
  return node;
}

function openPeer(
  ip = PEER_IP,
  options: { privateKey?: Uint8Array; port?: number } = {},
): Promise<Discv4Peer> {
  return Discv4Peer.open(network, clock, random, ip, options);
}

async function bond(peer: Discv4Peer, ours: DiscoveryNode): Promise<void> {
  peer.ping(ours.node);
  await clock.advance(200);
}

function randomNode(ip: string, udp = 30303): Node {
  return nodeFromParts({ publicKey: publicKeyOf(generatePrivateKey(random)), ip, udp, tcp: udp });
}

function drops(ours: DiscoveryNode): Record<string, number> {
  return Object.fromEntries(
    ours.discovery.v4!.transport.counters.drops.map(({ reason, count }) => [reason, count]),
  );
}

function findnode(peer: Discv4Peer): Message {
  return { type: 'findnode', target: random.bytes(64), expiration: peer.expiration };
}

describe('a request for our record', () => {
  it('lets a record be asked for before it is given, as reth asks, and answers as soon as it is', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    peer.answersPings = false;
    let ping: { readonly from: SocketAddress; readonly hash: Uint8Array } | undefined;
    peer.onPacket = ({ message, hash }, from) => {
      if (message.type === 'ping') ping ??= { from, hash };
    };
    peer.ping(ours.node);
    await clock.advance(50);
    peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    const last = peer.send({ type: 'enrrequest', expiration: peer.expiration + 1 }, ours.node);
    await clock.advance(300);
    expect(peer.got('enrresponse')).toEqual([]);
    peer.pong(ping!.from, ping!.hash);
    await clock.advance(60);
    expect(peer.got('enrresponse').map(({ requestHash }) => bytesToHex(requestHash))).toEqual([
      bytesToHex(last),
    ]);
  });

  it('keeps a request for the record half a second, and of nobody that has not pinged us', async () => {
    const [ours, peer, stranger] = [await startOurs(), await openPeer(), await openPeer('82.0.0.1')];
    peer.answersPings = false;
    peer.ping(ours.node);
    await clock.advance(50);
    for (const asker of [peer, stranger])
      asker.send({ type: 'enrrequest', expiration: asker.expiration }, ours.node);
    await clock.advance(600);
    expect(drops(ours)).toEqual({ 'no-endpoint-proof': 2 });
    peer.answersPings = true;
    await bond(peer, ours);
    expect(peer.got('enrresponse')).toEqual([]);
  });
});

describe('a stranger', () => {
  it('says nothing of our clock, our address or our pings while its sender has no proof', async () => {
    const ours = await startOurs();
    const offsets = [90, -15, 3_600, -90];
    for (let host = 0; host < 60; host++) {
      const peer = await openPeer(`81.0.${String(host)}.1`);
      peer.answersPings = false;
      const expiration = peer.expiration + offsets[host % offsets.length]!;
      peer.ping(ours.node, { expiration, to: { ip: '80.6.6.6', udp: 666, tcp: 0 } });
      await clock.advance(100);
    }
    await clock.advance(2_000);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock')).toEqual([]);
    expect(ours.discovery.vote.outcome('ipv4')).toBeUndefined();
    expect(ours.discovery.v4!.transport.counters.pings).toEqual({
      proven: { sent: 0, answered: 0 },
      first: { sent: 0, answered: 0 },
    });
  });

  it('says nothing of our clock by the answer to a ping that it provoked', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    peer.answersPings = false;
    peer.onPacket = ({ message, hash }, from) => {
      if (message.type === 'ping') peer.pong(from, hash, { expiration: peer.expiration + 7_200 });
    };
    peer.ping(ours.node);
    // Three ways of 20 ms: any later, a liveness check may be on its way too.
    await clock.advance(60);
    expect(ours.events.filter(({ type }) => type === 'discovery/bonded')).toHaveLength(1);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock')).toEqual([]);
  });
});

describe('answers to findnode', () => {
  it('never name the asker, also where nobody else has proven itself or nobody else is known', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const { table } = ours.discovery.v4!;
    table.bucketOf(peer.node.id).entry(peer.node.idHex)!.live = true;
    const named = async (): Promise<(string | undefined)[]> => {
      peer.received.length = 0;
      peer.send(findnode(peer), ours.node);
      await clock.advance(100);
      return peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip));
    };
    expect(await named()).toEqual([]);
    expect(peer.got('neighbors')).toHaveLength(1);
    for (let i = 0; i < 20; i++) table.addFound(randomNode(`90.0.${String(i)}.1`));
    const ips = await named();
    expect(ips).toHaveLength(16);
    expect(ips).not.toContain(PEER_IP);
  });
});

describe('a bootnode named by its host', () => {
  it('is asked at each allowed address of its name until one answers, IPv4 first', async () => {
    const peer = await openPeer();
    const bootnode = { ...peer.node, ip: undefined, hostname: 'boot.example' };
    const ours = await startOurs({
      bootnodes: [bootnode],
      allows: (ip) => ip !== '86.0.0.9',
      resolveHost: () => Promise.resolve(['2a01::1', '86.0.0.9', '86.0.0.1', PEER_IP]),
    });
    await clock.advance(3_000);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)?.ip).toBe(PEER_IP);
    const asked = ours.events.flatMap((event) => (event.type === 'discovery/silent' ? [event.ip] : []));
    expect(new Set(asked)).toEqual(new Set(['86.0.0.1']));
  });
});
