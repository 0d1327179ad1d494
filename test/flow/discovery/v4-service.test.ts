import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { generatePrivateKey } from '../../../src-main/base/secp256k1.ts';
import { signEnr } from '../../../src-main/node-record/enr.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import { DiscoveryFixture, dropsOf, OUR_IP, PEER_IP } from '../../support/discovery-fixture.ts';

let net: DiscoveryFixture;

beforeEach(() => {
  net = new DiscoveryFixture(21);
});

describe('the endpoint proof', () => {
  it('is requested by a ping back, and puts the node into the table', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    const hash = peer.ping(ours.node);
    // Three packets of 20 ms each; later a revalidation may follow.
    await net.clock.advance(60);
    const [pong] = peer.got('pong');
    expect(bytesToHex(pong!.pingHash)).toBe(bytesToHex(hash));
    expect(pong).toMatchObject({ to: { ip: PEER_IP, udp: 30303 }, enrSeq: ours.record.seq });
    expect(peer.got('ping').length).toBe(1);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toMatchObject({ ip: PEER_IP });
  });

  it('is required for answers to FINDNODE and ENRRequest', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    peer.answersPings = false;
    await net.bond(peer, ours);
    peer.send(net.findnode(peer), ours.node);
    peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    await net.clock.advance(600);
    expect([peer.got('neighbors'), peer.got('enrresponse')]).toEqual([[], []]);
    expect(dropsOf(ours, 'v4')).toEqual({ 'no-endpoint-proof': 2 });
    peer.answersPings = true;
    await net.clock.advance(1_000);
    await net.bond(peer, ours);
    peer.send(net.findnode(peer), ours.node);
    const request = peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    await net.clock.advance(200);
    expect(peer.got('neighbors').length).toBe(1);
    const [response] = peer.got('enrresponse');
    expect(bytesToHex(response!.requestHash)).toBe(bytesToHex(request));
    expect(bytesToHex(response!.record)).toBe(bytesToHex(ours.record.encoded));
  });

  it('is not valid for another address of the same key, nor after 24 hours', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    const elsewhere = await net.v4Peer('82.0.0.1', { privateKey: peer.privateKey });
    await net.bond(peer, ours);
    elsewhere.send(net.findnode(elsewhere), ours.node);
    await net.clock.advance(200);
    expect(elsewhere.got('neighbors')).toEqual([]);
    peer.answersPings = false;
    await net.clock.advance(24 * 3_600_000);
    peer.send(net.findnode(peer), ours.node);
    await net.clock.advance(200);
    expect(peer.got('neighbors')).toEqual([]);
  });

  it('is not given by a Pong with the hash of another Ping', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    peer.answersPings = false;
    peer.onPacket = ({ message }, from) => {
      if (message.type === 'ping') peer.pong(from, new Uint8Array(32));
    };
    await net.bond(peer, ours);
    peer.send(net.findnode(peer), ours.node);
    await net.clock.advance(200);
    expect(peer.got('neighbors')).toEqual([]);
    expect(dropsOf(ours, 'v4')).toEqual({ unsolicited: 1, 'no-endpoint-proof': 1 });
    expect(ours.discovery.v4!.table.size).toBe(0);
  });
});

describe('an incoming packet', () => {
  it('is dropped when it is expired, unsolicited or our own', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    peer.ping(ours.node, { expiration: Math.floor(net.clock.now() / 1000) - 1 });
    peer.send(
      { type: 'neighbors', nodes: [{ ...net.randomNode('83.0.0.1') }], expiration: peer.expiration },
      ours.node,
    );
    peer.send(
      { type: 'enrresponse', requestHash: new Uint8Array(32), record: ours.record.encoded },
      ours.node,
    );
    const double = await net.v4Peer('82.0.0.1', { privateKey: ours.privateKey });
    double.ping(ours.node);
    await net.clock.advance(200);
    expect(dropsOf(ours, 'v4')).toEqual({ expired: 1, unsolicited: 2, 'own-packet': 1 });
    expect(ours.discovery.v4!.table.size).toBe(1);
  });

  it('gives the clock offset of its sender, also when it is expired', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    const now = Math.floor(net.clock.now() / 1000);
    const offsets = (): number[] =>
      ours.events.flatMap((event) =>
        event.type === 'discovery/clock' ? [Math.round(event.offsetMs / 1000)] : [],
      );
    await net.bond(peer, ours);
    peer.answersPings = false;
    const before = offsets().length;
    peer.ping(ours.node, { expiration: now + 20 + 90 });
    await net.clock.advance(600);
    peer.ping(ours.node, { expiration: now - 100 });
    await net.clock.advance(600);
    peer.ping(ours.node, { expiration: now + 20 + 7 * 86_400 });
    await net.clock.advance(600);
    expect(offsets().slice(before)).toEqual([90, -121]);
    expect(dropsOf(ours, 'v4')).toEqual({ expired: 1 });
  });

  it('gives the offset of a local clock that is ahead when it is a Pong', async () => {
    const ours = await net.start();
    const peers = [await net.v4Peer('81.0.0.1'), await net.v4Peer('82.0.0.1'), await net.v4Peer('83.0.0.1')];
    for (const peer of peers) {
      peer.answersPings = false;
      peer.onPacket = ({ hash }, from) => {
        peer.pong(from, hash, { expiration: peer.expiration - 60 });
      };
    }
    const pings = peers.map((peer) => ours.discovery.v4!.transport.ping(peer.node).catch(() => undefined));
    await net.clock.advance(1_000);
    await Promise.all(pings);
    const sources = ours.events.flatMap((event) =>
      event.type === 'discovery/clock' && event.offsetMs < -50_000 ? [event.ip] : [],
    );
    expect(new Set(sources)).toEqual(new Set(['81.0.0.1', '82.0.0.1', '83.0.0.1']));
  });

  it('has its signature checked only at a low rate when it is expired', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    for (let sent = 0; sent < 50; sent++) peer.ping(ours.node, { expiration: 1_700_000_000 });
    for (let sent = 0; sent < 50; sent++)
      peer.ping(ours.node, { expiration: Math.floor(net.clock.now() / 1000) - 1 });
    await net.clock.advance(400);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock').length).toBeLessThanOrEqual(1);
  });

  it('puts its sender into the table only after the first refresh', async () => {
    const silent = net.randomNode('84.0.0.1');
    const ours = await net.start(OUR_IP, { bootnodes: [silent] });
    const peer = await net.v4Peer();
    await net.bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeUndefined();
    await net.clock.advance(5_000);
    await net.bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
  });

  it('of random bytes is dropped and counted, and the node answers afterwards', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    for (let i = 0; i < 3_000; i++) {
      const junk = net.random.bytes(net.random.below(1_300));
      peer.sendRaw(junk, ours.node);
    }
    await net.clock.advance(1_000);
    const refused = Object.values(dropsOf(ours, 'v4')).reduce((sum, count) => sum + count, 0);
    expect(refused).toBe(3_000);
    expect(dropsOf(ours, 'v4')['host-rate-limit']).toBeGreaterThan(2_000);
    await net.clock.advance(10_000);
    await net.bond(peer, ours);
    expect(peer.got('pong').length).toBe(1);
    await ours.stop();
    expect(net.clock.pendingTimers).toBe(0);
  });

  it('is ignored from an address outside --netrestrict', async () => {
    const ours = await net.start(OUR_IP, { allows: (ip) => ip.startsWith('80.') });
    const peer = await net.v4Peer();
    await net.bond(peer, ours);
    expect(peer.received).toEqual([]);
    expect(dropsOf(ours, 'v4')).toEqual({ 'not-allowed': 1 });
  });

  it('is no longer requested from a known node that --netrestrict now excludes', async () => {
    let allowed = '8';
    const ours = await net.start(OUR_IP, { allows: (ip) => ip.startsWith(allowed) });
    const peer = await net.v4Peer();
    await net.bond(peer, ours);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
    allowed = '80.';
    const before = peer.received.length;
    await expect(ours.discovery.v4!.transport.ping(peer.node)).rejects.toMatchObject({ code: 'no-endpoint' });
    await expect(ours.discovery.v4!.transport.requestEnr(peer.node)).rejects.toMatchObject({
      code: 'no-endpoint',
    });
    await ours.discovery.v4!.lookup();
    await net.clock.advance(300_000);
    expect(peer.received.length).toBe(before);
    expect(ours.discovery.v4!.table.size).toBe(0);
  });
});

describe('a NEIGHBORS answer', () => {
  it('has 12 nodes per packet, and no LAN address for a public node', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const { table } = ours.discovery.v4!;
    for (let i = 0; i < 40; i++) table.addFound(net.randomNode(`90.0.${String(i)}.1`));
    table.addFound(net.randomNode('192.168.0.1'));
    for (const bucket of table.buckets) for (const entry of bucket.entries) entry.live = true;
    peer.send(net.findnode(peer), ours.node);
    await net.clock.advance(100);
    expect(peer.got('neighbors').map(({ nodes }) => nodes.length)).toEqual([12, 4]);
    const ips = peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip));
    expect(ips).not.toContain('192.168.0.1');
  });

  it('contains only live nodes if there are any', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const { table } = ours.discovery.v4!;
    const proven = net.randomNode('91.0.0.1');
    table.addFound(proven);
    table.bucketOf(proven.id).entry(proven.idHex)!.live = true;
    for (let i = 0; i < 10; i++) table.addFound(net.randomNode(`90.0.${String(i)}.1`));
    peer.send(net.findnode(peer), ours.node);
    await net.clock.advance(100);
    expect(peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip))).toEqual(['91.0.0.1']);
  });
});

describe('our own requests', () => {
  it('ignore neighbors with an invalid key or an address that must not be relayed', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const good = net.randomNode('90.0.0.1');
    const nodes = [
      good,
      net.randomNode('90.0.0.2', 1024),
      net.randomNode('192.168.0.1'),
      net.randomNode('127.0.0.1'),
      net.randomNode('0.0.0.0'),
      net.randomNode('192.0.2.1'),
      { ...net.randomNode('90.0.0.3'), publicKey: new Uint8Array(64).fill(1) },
      { ...net.randomNode('90.0.0.4'), ip: undefined },
    ];
    peer.onPacket = ({ message }) => {
      if (message.type === 'findnode') {
        peer.send({ type: 'neighbors', nodes, expiration: peer.expiration }, ours.node);
      }
    };
    const trace = await net.clock.runUntil(ours.discovery.v4!.lookup());
    expect(new Set(trace.closest.map(({ id }) => id))).toEqual(new Set([good.idHex, peer.node.idHex]));
    expect(trace.steps).toMatchObject([
      { id: peer.node.idHex, answered: true, newNodes: 1 },
      { id: good.idHex, answered: false, newNodes: 0 },
    ]);
  });

  it('complete the endpoint proof first, and wait for the ping back', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    const order: string[] = [];
    peer.onPacket = ({ message }) => {
      order.push(message.type);
      if (message.type === 'ping') peer.ping(ours.node);
    };
    const record = signEnr({ ip: ipToBytes(PEER_IP), udp: 30303 }, 3n, peer.privateKey);
    const answer = ours.discovery.v4!.transport.requestEnr(peer.node);
    await net.clock.advance(150);
    expect(order.slice(0, 3)).toEqual(expect.arrayContaining(['ping', 'pong', 'enrrequest']));
    const request = peer.received.find(({ message }) => message.type === 'enrrequest');
    peer.send({ type: 'enrresponse', requestHash: request!.hash, record: record.encoded }, ours.node);
    expect(await net.clock.runUntil(answer)).toMatchObject({ seq: 3n, ip: PEER_IP, udp: 30303 });
  });

  it('reject the ENR of another node, and keep the address that answered if the ENR has no usable one', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const ask = (record: Uint8Array): Promise<Node> => {
      peer.onPacket = ({ message, hash }) => {
        if (message.type === 'enrrequest') {
          peer.send({ type: 'enrresponse', requestHash: hash, record }, ours.node);
        }
      };
      return net.clock.runUntil(ours.discovery.v4!.transport.requestEnr(peer.node));
    };
    const otherKey = generatePrivateKey(net.random);
    const bad: unknown = expect.objectContaining({ code: 'bad-record' });
    await expect(ask(signEnr({}, 1n, otherKey).encoded)).rejects.toThrow(bad);
    await expect(ask(Uint8Array.of(0xc0))).rejects.toThrow(bad);
    const kept = { ip: PEER_IP, udp: 30303, seq: 1n };
    expect(await ask(signEnr({}, 1n, peer.privateKey).encoded)).toMatchObject(kept);
    const local = signEnr({ ip: ipToBytes('127.0.0.1'), udp: 5, tcp: 7 }, 1n, peer.privateKey);
    expect(await ask(local.encoded)).toMatchObject({ ...kept, tcp: 7 });
  });

  it('fail after a timeout, without an endpoint, and when discovery stops', async () => {
    const ours = await net.start();
    const v4 = ours.discovery.v4!;
    const gone = net.randomNode('85.0.0.1');
    const code = (name: string): unknown => expect.objectContaining({ code: name });
    await expect(net.clock.runUntil(v4.transport.ping(gone))).rejects.toThrow(code('timeout'));
    await expect(v4.transport.ping({ ...gone, ip: undefined })).rejects.toThrow(code('no-endpoint'));
    await expect(v4.transport.ping({ ...gone, ip: '2a01::1' })).rejects.toThrow(code('no-endpoint'));
    await expect(v4.lookup(new Uint8Array(31))).rejects.toThrow(code('bad-target'));
    const waiting = v4.transport.ping(gone);
    await ours.stop();
    await expect(waiting).rejects.toThrow(code('closed'));
    await expect(v4.transport.ping(gone)).rejects.toThrow(code('closed'));
    // The ping itself arrives after 20 ms.
    await net.clock.advance(20);
    expect([net.clock.pendingTimers, net.network.open]).toEqual([0, 0]);
    await ours.start();
    await expect(net.clock.runUntil(v4.transport.ping(gone))).rejects.toThrow(code('timeout'));
    expect(v4.transport.counters.pings.first).toEqual({ sent: 2, answered: 0 });
  });

  it('remove a node after five unanswered FINDNODE requests if its bucket has enough other nodes', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const v4 = ours.discovery.v4!;
    const isThere = (): boolean => v4.table.get(peer.node.id, peer.node.idHex) !== undefined;
    for (let i = 0; i < 6; i++) await net.clock.runUntil(v4.lookup());
    expect(isThere()).toBe(true);
    const bucket = v4.table.bucketOf(peer.node.id);
    for (let i = 0; bucket.entries.length < 4; i++) {
      const node = net.randomNode(`90.${String(i >> 8)}.${String(i & 0xff)}.1`);
      if (v4.table.bucketOf(node.id) === bucket) v4.table.addFound(node);
    }
    await net.clock.runUntil(v4.lookup());
    expect(isThere()).toBe(false);
    expect(ours.events).toContainEqual(
      expect.objectContaining({ type: 'discovery/node-removed', reason: 'findnode-failures' }),
    );
  });
});

describe('seed nodes', () => {
  it('are the bootnodes, whose DNS names are resolved', async () => {
    const peer = await net.v4Peer();
    const bootnode = { ...peer.node, ip: undefined, hostname: 'boot.example' };
    const unknown = { ...net.randomNode('86.0.0.1'), ip: undefined, hostname: 'gone.example' };
    const ours = await net.start(OUR_IP, {
      bootnodes: [bootnode, unknown],
      resolveHost: (name) =>
        name === 'boot.example' ? Promise.resolve([PEER_IP]) : Promise.reject(new Error('no such name')),
    });
    await net.clock.advance(1_000);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)?.ip).toBe(PEER_IP);
  });

  it('can be replaced while discovery runs', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.clock.runUntil(ours.discovery.v4!.setBootnodes([peer.node]));
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)).toBeDefined();
  });

  it('are the nodes of the database that answered within five days', async () => {
    const [fresh, old] = [net.randomNode('86.0.0.1'), net.randomNode('86.0.1.1')];
    const ours = await net.start();
    for (const node of [fresh, old]) ours.database.putNode(node);
    ours.database.setLastPongReceived(fresh.idHex, '86.0.0.1', net.clock.now() - 4 * 24 * 3_600_000);
    ours.database.setLastPongReceived(old.idHex, '86.0.1.1', net.clock.now() - 6 * 24 * 3_600_000);
    const refresh = ours.discovery.v4!.refresh();
    await net.clock.settle();
    const { table } = ours.discovery.v4!;
    expect([fresh, old].map(({ id, idHex }) => table.get(id, idHex) !== undefined)).toEqual([true, false]);
    await net.clock.runUntil(refresh);
    const { nextRefreshAt } = ours.discovery.v4!.snapshot();
    expect(nextRefreshAt).toBeGreaterThanOrEqual(net.clock.now() + 15 * 60_000);
    expect(nextRefreshAt).toBeLessThanOrEqual(net.clock.now() + 30 * 60_000);
  });
});

describe('discovery v4', () => {
  it('resolves a node with a new address by a lookup', async () => {
    const ours = await net.start();
    const helper = await net.v4Peer();
    const moved = await net.v4Peer('87.0.0.1');
    await net.bond(helper, ours);
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
    expect(await net.clock.runUntil(ours.discovery.v4!.resolve(stale))).toMatchObject({
      ip: '87.0.0.1',
      tcp: 30304,
      seq: 9n,
    });
    const lost = net.randomNode('89.0.0.1');
    expect(await net.clock.runUntil(ours.discovery.v4!.resolve(lost))).toBe(lost);
  });

  it('takes the external address that ten nodes report', async () => {
    const outcomes: unknown[] = [];
    const ours = await net.start(OUR_IP, {
      onExternalAddress: (family, address) => outcomes.push([family, address]),
    });
    for (let i = 0; i < 10; i++) {
      const peer = await net.v4Peer(`81.0.${String(i)}.1`);
      await net.bond(peer, ours);
    }
    expect(outcomes).toEqual([['ipv4', { ip: OUR_IP, port: 30303, votes: 10 }]]);
    expect(ours.events).toContainEqual({
      type: 'discovery/external-address',
      ip: OUR_IP,
      port: 30303,
      votes: 10,
    });
  });

  it('returns snapshots of table and counters as plain data', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    await net.clock.advance(3_000);
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
