import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../src-main/discovery/v4/messages.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { generatePrivateKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import { nodeFromParts } from '../../../src-main/node-record/node-factory.ts';
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

describe('the endpoint proof', () => {
  it('is asked of whoever pings us, and opens the table to him', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    const hash = peer.ping(ours.node);
    // Three ways of 20 ms: any later, a liveness check may be on its way too.
    await clock.advance(60);
    const [pong] = peer.got('pong');
    expect(bytesToHex(pong!.pingHash)).toBe(bytesToHex(hash));
    expect(pong).toMatchObject({ to: { ip: PEER_IP, udp: 30303 }, enrSeq: ours.record.seq });
    expect(peer.got('ping').length).toBe(1);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toMatchObject({ ip: PEER_IP });
  });

  it('is needed before findnode and enrrequest are answered', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    peer.answersPings = false;
    await bond(peer, ours);
    peer.send(findnode(peer), ours.node);
    peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    await clock.advance(600);
    expect([peer.got('neighbors'), peer.got('enrresponse')]).toEqual([[], []]);
    expect(drops(ours)).toEqual({ 'no-endpoint-proof': 2 });
    peer.answersPings = true;
    await clock.advance(1_000);
    await bond(peer, ours);
    peer.send(findnode(peer), ours.node);
    const request = peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    await clock.advance(200);
    expect(peer.got('neighbors').length).toBe(1);
    const [response] = peer.got('enrresponse');
    expect(bytesToHex(response!.requestHash)).toBe(bytesToHex(request));
    expect(bytesToHex(response!.record)).toBe(bytesToHex(ours.record.encoded));
  });

  it('does not hold for another address of the same key, nor for a day and more', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    const elsewhere = await openPeer('82.0.0.1', { privateKey: peer.privateKey });
    await bond(peer, ours);
    elsewhere.send(findnode(elsewhere), ours.node);
    await clock.advance(200);
    expect(elsewhere.got('neighbors')).toEqual([]);
    peer.answersPings = false;
    await clock.advance(24 * 3_600_000);
    peer.send(findnode(peer), ours.node);
    await clock.advance(200);
    expect(peer.got('neighbors')).toEqual([]);
  }, 60_000);

  it('is not given by a pong that answers another ping', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    peer.answersPings = false;
    peer.onPacket = ({ message }, from) => {
      if (message.type === 'ping') peer.pong(from, new Uint8Array(32));
    };
    await bond(peer, ours);
    peer.send(findnode(peer), ours.node);
    await clock.advance(200);
    expect(peer.got('neighbors')).toEqual([]);
    expect(drops(ours)).toEqual({ unsolicited: 1, 'no-endpoint-proof': 1 });
    expect(ours.discovery.v4!.table.size).toBe(0);
  });
});

describe('what comes in', () => {
  it('is dropped when it has expired, is not asked for, or is our own', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    peer.ping(ours.node, { expiration: Math.floor(clock.now() / 1000) - 1 });
    peer.send(
      { type: 'neighbors', nodes: [{ ...randomNode('83.0.0.1') }], expiration: peer.expiration },
      ours.node,
    );
    peer.send(
      { type: 'enrresponse', requestHash: new Uint8Array(32), record: ours.record.encoded },
      ours.node,
    );
    const double = await openPeer('82.0.0.1', { privateKey: ours.privateKey });
    double.ping(ours.node);
    await clock.advance(200);
    expect(drops(ours)).toEqual({ expired: 1, unsolicited: 2, 'own-packet': 1 });
    expect(ours.discovery.v4!.table.size).toBe(1);
  });

  it('tells of its sender’s clock, also when it came too late', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    const now = Math.floor(clock.now() / 1000);
    const offsets = (): number[] =>
      ours.events.flatMap((event) =>
        event.type === 'discovery/clock' ? [Math.round(event.offsetMs / 1000)] : [],
      );
    await bond(peer, ours);
    peer.answersPings = false;
    const before = offsets().length;
    peer.ping(ours.node, { expiration: now + 20 + 90 });
    await clock.advance(600);
    peer.ping(ours.node, { expiration: now - 100 });
    await clock.advance(600);
    peer.ping(ours.node, { expiration: now + 20 + 7 * 86_400 });
    await clock.advance(600);
    expect(offsets().slice(before)).toEqual([90, -121]);
    expect(drops(ours)).toEqual({ expired: 1 });
  });

  it('tells of a clock of ours that is ahead by the answers of those whom it has asked', async () => {
    const ours = await startOurs();
    const peers = [await openPeer('81.0.0.1'), await openPeer('82.0.0.1'), await openPeer('83.0.0.1')];
    for (const peer of peers) {
      peer.answersPings = false;
      peer.onPacket = ({ hash }, from) => {
        peer.pong(from, hash, { expiration: peer.expiration - 60 });
      };
    }
    const pings = peers.map((peer) => ours.discovery.v4!.transport.ping(peer.node).catch(() => undefined));
    await clock.advance(1_000);
    await Promise.all(pings);
    const voices = ours.events.flatMap((event) =>
      event.type === 'discovery/clock' && event.offsetMs < -50_000 ? [event.ip] : [],
    );
    expect(new Set(voices)).toEqual(new Set(['81.0.0.1', '82.0.0.1', '83.0.0.1']));
  });

  it('looks at the signatures of few late packets', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    for (let sent = 0; sent < 50; sent++) peer.ping(ours.node, { expiration: 1_700_000_000 });
    for (let sent = 0; sent < 50; sent++)
      peer.ping(ours.node, { expiration: Math.floor(clock.now() / 1000) - 1 });
    await clock.advance(400);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock').length).toBeLessThanOrEqual(1);
  });

  it('enters the table only after the first refresh', async () => {
    const silent = randomNode('84.0.0.1');
    const ours = await startOurs({ bootnodes: [silent] });
    const peer = await openPeer();
    await bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeUndefined();
    await clock.advance(5_000);
    await bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
  });

  it('may be any bytes: the node answers as before, and keeps nothing of them', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    for (let i = 0; i < 3_000; i++) {
      const junk = random.bytes(random.below(1_300));
      peer.sendRaw(junk, ours.node);
    }
    await clock.advance(1_000);
    const refused = Object.values(drops(ours)).reduce((sum, count) => sum + count, 0);
    expect(refused).toBe(3_000);
    expect(drops(ours)['host-rate-limit']).toBeGreaterThan(2_000);
    await clock.advance(10_000);
    await bond(peer, ours);
    expect(peer.got('pong').length).toBe(1);
    await ours.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is ignored from outside the networks that are allowed', async () => {
    const ours = await startOurs({ allows: (ip) => ip.startsWith('80.') });
    const peer = await openPeer();
    await bond(peer, ours);
    expect(peer.received).toEqual([]);
    expect(drops(ours)).toEqual({ 'not-allowed': 1 });
  });

  it('is not looked for outside the networks that are allowed now, whoever is known from before', async () => {
    let allowed = '8';
    const ours = await startOurs({ allows: (ip) => ip.startsWith(allowed) });
    const peer = await openPeer();
    await bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
    allowed = '80.';
    const before = peer.received.length;
    await expect(ours.discovery.v4!.transport.ping(peer.node)).rejects.toMatchObject({ code: 'no-endpoint' });
    await expect(ours.discovery.v4!.transport.requestEnr(peer.node)).rejects.toMatchObject({
      code: 'no-endpoint',
    });
    await ours.discovery.v4!.lookup();
    await clock.advance(300_000);
    expect(peer.received.length).toBe(before);
    expect(ours.discovery.v4!.table.size).toBe(0);
  });
});

describe('answers to findnode', () => {
  it('come twelve nodes a packet, and never name a LAN address to the world', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const { table } = ours.discovery.v4!;
    for (let i = 0; i < 40; i++) table.addFound(randomNode(`90.0.${String(i)}.1`));
    table.addFound(randomNode('192.168.0.1'));
    for (const bucket of table.buckets) for (const entry of bucket.entries) entry.live = true;
    peer.send(findnode(peer), ours.node);
    await clock.advance(100);
    expect(peer.got('neighbors').map(({ nodes }) => nodes.length)).toEqual([12, 4]);
    const ips = peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip));
    expect(ips).not.toContain('192.168.0.1');
  });

  it('name proven nodes alone where there are any', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const { table } = ours.discovery.v4!;
    const proven = randomNode('91.0.0.1');
    table.addFound(proven);
    table.bucketOf(proven.id).entry(proven.idHex)!.live = true;
    for (let i = 0; i < 10; i++) table.addFound(randomNode(`90.0.${String(i)}.1`));
    peer.send(findnode(peer), ours.node);
    await clock.advance(100);
    expect(peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip))).toEqual(['91.0.0.1']);
  });
});

describe('our own requests', () => {
  it('leave out neighbours that nobody should be sent to', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const good = randomNode('90.0.0.1');
    const nodes = [
      good,
      randomNode('90.0.0.2', 1024),
      randomNode('192.168.0.1'),
      randomNode('127.0.0.1'),
      randomNode('0.0.0.0'),
      randomNode('192.0.2.1'),
      { ...randomNode('90.0.0.3'), publicKey: new Uint8Array(64).fill(1) },
      { ...randomNode('90.0.0.4'), ip: undefined },
    ];
    peer.onPacket = ({ message }) => {
      if (message.type === 'findnode') {
        peer.send({ type: 'neighbors', nodes, expiration: peer.expiration }, ours.node);
      }
    };
    const trace = await clock.runUntil(ours.discovery.v4!.lookup());
    expect(new Set(trace.closest.map(({ id }) => id))).toEqual(new Set([good.idHex, peer.node.idHex]));
    expect(trace.steps).toMatchObject([
      { id: peer.node.idHex, answered: true, newNodes: 1 },
      { id: good.idHex, answered: false, newNodes: 0 },
    ]);
  });

  it('prove ourselves first, and wait for the ping that asks for it', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    const order: string[] = [];
    peer.onPacket = ({ message }) => {
      order.push(message.type);
      if (message.type === 'ping') peer.ping(ours.node);
    };
    const record = signEnr({ ip: ipToBytes(PEER_IP), udp: 30303 }, 3n, peer.privateKey);
    const answer = ours.discovery.v4!.transport.requestEnr(peer.node);
    await clock.advance(150);
    expect(order.slice(0, 3)).toEqual(expect.arrayContaining(['ping', 'pong', 'enrrequest']));
    const request = peer.received.find(({ message }) => message.type === 'enrrequest');
    peer.send({ type: 'enrresponse', requestHash: request!.hash, record: record.encoded }, ours.node);
    expect(await clock.runUntil(answer)).toMatchObject({ seq: 3n, ip: PEER_IP, udp: 30303 });
  });

  it('refuse a record of another node, and keep the address that answered where the record has no usable one', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const ask = (record: Uint8Array): Promise<Node> => {
      peer.onPacket = ({ message, hash }) => {
        if (message.type === 'enrrequest') {
          peer.send({ type: 'enrresponse', requestHash: hash, record }, ours.node);
        }
      };
      return clock.runUntil(ours.discovery.v4!.transport.requestEnr(peer.node));
    };
    const stranger = generatePrivateKey(random);
    const bad: unknown = expect.objectContaining({ code: 'bad-record' });
    await expect(ask(signEnr({}, 1n, stranger).encoded)).rejects.toThrow(bad);
    await expect(ask(Uint8Array.of(0xc0))).rejects.toThrow(bad);
    const kept = { ip: PEER_IP, udp: 30303, seq: 1n };
    expect(await ask(signEnr({}, 1n, peer.privateKey).encoded)).toMatchObject(kept);
    const local = signEnr({ ip: ipToBytes('127.0.0.1'), udp: 5, tcp: 7 }, 1n, peer.privateKey);
    expect(await ask(local.encoded)).toMatchObject({ ...kept, tcp: 7 });
  });

  it('end with a timeout, with no endpoint, or with the service', async () => {
    const ours = await startOurs();
    const v4 = ours.discovery.v4!;
    const gone = randomNode('85.0.0.1');
    const code = (name: string): unknown => expect.objectContaining({ code: name });
    await expect(clock.runUntil(v4.transport.ping(gone))).rejects.toThrow(code('timeout'));
    await expect(v4.transport.ping({ ...gone, ip: undefined })).rejects.toThrow(code('no-endpoint'));
    await expect(v4.transport.ping({ ...gone, ip: '2a01::1' })).rejects.toThrow(code('no-endpoint'));
    await expect(v4.lookup(new Uint8Array(31))).rejects.toThrow(code('bad-target'));
    const waiting = v4.transport.ping(gone);
    await ours.stop();
    await expect(waiting).rejects.toThrow(code('closed'));
    await expect(v4.transport.ping(gone)).rejects.toThrow(code('closed'));
    // The ping itself is still on its way.
    await clock.advance(20);
    expect([clock.pendingTimers, network.open]).toEqual([0, 0]);
    await ours.start();
    await expect(clock.runUntil(v4.transport.ping(gone))).rejects.toThrow(code('timeout'));
    expect(v4.transport.counters.pings.first).toEqual({ sent: 2, answered: 0 });
  });

  it('drop a node that leaves five findnode requests unanswered, where its bucket can spare it', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    const v4 = ours.discovery.v4!;
    const isThere = (): boolean => v4.table.get(peer.node.id, peer.node.idHex) !== undefined;
    for (let i = 0; i < 6; i++) await clock.runUntil(v4.lookup());
    expect(isThere()).toBe(true);
    const bucket = v4.table.bucketOf(peer.node.id);
    for (let i = 0; bucket.entries.length < 4; i++) {
      const node = randomNode(`90.${String(i >> 8)}.${String(i & 0xff)}.1`);
      if (v4.table.bucketOf(node.id) === bucket) v4.table.addFound(node);
    }
    await clock.runUntil(v4.lookup());
    expect(isThere()).toBe(false);
    expect(ours.events).toContainEqual(
      expect.objectContaining({ type: 'discovery/node-removed', reason: 'findnode-failures' }),
    );
  });
});

describe('starting points', () => {
  it('are the bootnodes, whose names are looked up', async () => {
    const peer = await openPeer();
    const bootnode = { ...peer.node, ip: undefined, hostname: 'boot.example' };
    const unknown = { ...randomNode('86.0.0.1'), ip: undefined, hostname: 'gone.example' };
    const ours = await startOurs({
      bootnodes: [bootnode, unknown],
      resolveHost: (name) =>
        name === 'boot.example' ? Promise.resolve([PEER_IP]) : Promise.reject(new Error('no such name')),
    });
    await clock.advance(1_000);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)?.ip).toBe(PEER_IP);
  });

  it('can be replaced while the node runs', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await clock.runUntil(ours.discovery.v4!.setBootnodes([peer.node]));
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
  });

  it('are the nodes that answered within five days', async () => {
    const [fresh, old] = [randomNode('86.0.0.1'), randomNode('86.0.1.1')];
    const ours = await startOurs();
    for (const node of [fresh, old]) ours.database.putNode(node);
    ours.database.setLastPongReceived(fresh.idHex, '86.0.0.1', clock.now() - 4 * 24 * 3_600_000);
    ours.database.setLastPongReceived(old.idHex, '86.0.1.1', clock.now() - 6 * 24 * 3_600_000);
    const refresh = ours.discovery.v4!.refresh();
    await clock.settle();
    const { table } = ours.discovery.v4!;
    expect([fresh, old].map(({ id, idHex }) => table.get(id, idHex) !== undefined)).toEqual([true, false]);
    await clock.runUntil(refresh);
    const { nextRefreshAt } = ours.discovery.v4!.snapshot();
    expect(nextRefreshAt).toBeGreaterThanOrEqual(clock.now() + 15 * 60_000);
    expect(nextRefreshAt).toBeLessThanOrEqual(clock.now() + 30 * 60_000);
  });
});

describe('finding out', () => {
  it('resolves a node that has moved, through those that know where it is', async () => {
    const ours = await startOurs();
    const helper = await openPeer();
    const moved = await openPeer('87.0.0.1');
    await bond(helper, ours);
    const record = signEnr({ ip: ipToBytes('87.0.0.1'), udp: 30303, tcp: 30304 }, 9n, moved.privateKey);
    helper.onPacket = ({ message }) => {
      if (message.type !== 'findnode') return;
      helper.send({ type: 'neighbors', nodes: [moved.node], expiration: helper.expiration }, ours.node);
    };
    moved.onPacket = ({ message, hash }) => {
      if (message.type === 'enrrequest') {
        moved.send({ type: 'enrresponse', requestHash: hash, record: record.encoded }, ours.node);
      }
    };
    const stale = { ...moved.node, ip: '88.0.0.1' };
    expect(await clock.runUntil(ours.discovery.v4!.resolve(stale))).toMatchObject({
      ip: '87.0.0.1',
      tcp: 30304,
      seq: 9n,
    });
    const lost = randomNode('89.0.0.1');
    expect(await clock.runUntil(ours.discovery.v4!.resolve(lost))).toBe(lost);
  });

  it('learns our external address when ten nodes name it', async () => {
    const outcomes: unknown[] = [];
    const ours = await startOurs({
      onExternalAddress: (family, address) => outcomes.push([family, address]),
    });
    for (let i = 0; i < 10; i++) {
      const peer = await openPeer(`81.0.${String(i)}.1`);
      await bond(peer, ours);
    }
    expect(outcomes).toEqual([['ipv4', { ip: OUR_IP, port: 30303, votes: 10 }]]);
    expect(ours.events).toContainEqual({
      type: 'discovery/external-address',
      ip: OUR_IP,
      port: 30303,
      votes: 10,
    });
  });

  it('shows the table and the counts as the window wants them', async () => {
    const [ours, peer] = [await startOurs(), await openPeer()];
    await bond(peer, ours);
    await clock.advance(3_000);
    const v4 = ours.discovery.v4!;
    const snapshot = v4.snapshot();
    expect(snapshot.buckets.map(({ distance }) => distance)).toEqual(
      Array.from({ length: 17 }, (_, i) => 256 - i),
    );
    expect(snapshot).toMatchObject({ entries: 1, live: 1, replacements: 0 });
    expect(snapshot.buckets.flatMap(({ entries }) => entries)).toMatchObject([
      {
        id: peer.node.idHex,
        ip: PEER_IP,
        udp: 30303,
        live: true,
        checks: 1,
        revalidation: 'slow',
        enr: null,
      },
    ]);
    expect(structuredClone(snapshot)).toEqual(snapshot);
    const pings = v4.transport.counters.packets.find(({ packet }) => packet === 'ping');
    expect(pings).toMatchObject({ in: 1, out: 2 });
    expect(v4.transport.counters.pingsAnswered).toBe(1);
  });
});
