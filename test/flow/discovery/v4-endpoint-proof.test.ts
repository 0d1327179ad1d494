import { beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import type { SocketAddress } from '../../../src-main/base/network.ts';
import { DiscoveryFixture, dropsOf, OUR_IP, PEER_IP } from '../../support/discovery-fixture.ts';

let net: DiscoveryFixture;

beforeEach(() => {
  net = new DiscoveryFixture(21);
});

describe('an ENRRequest', () => {
  it('that arrives before the endpoint proof, as from reth, is answered when the proof is complete', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    peer.answersPings = false;
    let ping: { readonly from: SocketAddress; readonly hash: Uint8Array } | undefined;
    peer.onPacket = ({ message, hash }, from) => {
      if (message.type === 'ping') ping ??= { from, hash };
    };
    peer.ping(ours.node);
    await net.clock.advance(50);
    peer.send({ type: 'enrrequest', expiration: peer.expiration }, ours.node);
    const last = peer.send({ type: 'enrrequest', expiration: peer.expiration + 1 }, ours.node);
    await net.clock.advance(300);
    expect(peer.got('enrresponse')).toEqual([]);
    peer.pong(ping!.from, ping!.hash);
    await net.clock.advance(60);
    expect(peer.got('enrresponse').map(({ requestHash }) => bytesToHex(requestHash))).toEqual([
      bytesToHex(last),
    ]);
  });

  it('is kept for half a second without endpoint proof, and only from a node that pinged us', async () => {
    const [ours, peer, unknown] = [await net.start(), await net.v4Peer(), await net.v4Peer('82.0.0.1')];
    peer.answersPings = false;
    peer.ping(ours.node);
    await net.clock.advance(50);
    for (const asker of [peer, unknown])
      asker.send({ type: 'enrrequest', expiration: asker.expiration }, ours.node);
    await net.clock.advance(600);
    expect(dropsOf(ours, 'v4')).toEqual({ 'no-endpoint-proof': 2 });
    peer.answersPings = true;
    await net.bond(peer, ours);
    expect(peer.got('enrresponse')).toEqual([]);
  });
});

describe('a node without endpoint proof', () => {
  it('does not change the clock offset, the external address or the ping statistics', async () => {
    const ours = await net.start();
    const offsets = [90, -15, 3_600, -90];
    for (let host = 0; host < 60; host++) {
      const peer = await net.v4Peer(`81.0.${String(host)}.1`);
      peer.answersPings = false;
      const expiration = peer.expiration + offsets[host % offsets.length]!;
      peer.ping(ours.node, { expiration, to: { ip: '80.6.6.6', udp: 666, tcp: 0 } });
      await net.clock.advance(100);
    }
    await net.clock.advance(2_000);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock')).toEqual([]);
    expect(ours.discovery.vote.outcome('ipv4')).toBeUndefined();
    expect(ours.discovery.v4!.transport.counters.pings).toEqual({
      proven: { sent: 0, answered: 0 },
      first: { sent: 0, answered: 0 },
    });
  });

  it('does not change the clock offset with its answer to the ping back', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    peer.answersPings = false;
    peer.onPacket = ({ message, hash }, from) => {
      if (message.type === 'ping') peer.pong(from, hash, { expiration: peer.expiration + 7_200 });
    };
    peer.ping(ours.node);
    // Three packets of 20 ms each; later a revalidation may follow.
    await net.clock.advance(60);
    expect(ours.events.filter(({ type }) => type === 'discovery/bonded')).toHaveLength(1);
    expect(ours.events.filter(({ type }) => type === 'discovery/clock')).toEqual([]);
  });
});

describe('a NEIGHBORS answer', () => {
  it('never contains the requester, even if no other node is live or known', async () => {
    const [ours, peer] = [await net.start(), await net.v4Peer()];
    await net.bond(peer, ours);
    const { table } = ours.discovery.v4!;
    table.bucketOf(peer.node.id).entry(peer.node.idHex)!.live = true;
    const named = async (): Promise<(string | undefined)[]> => {
      peer.received.length = 0;
      peer.send(net.findnode(peer), ours.node);
      await net.clock.advance(100);
      return peer.got('neighbors').flatMap(({ nodes }) => nodes.map(({ ip }) => ip));
    };
    expect(await named()).toEqual([]);
    expect(peer.got('neighbors')).toHaveLength(1);
    for (let i = 0; i < 20; i++) table.addFound(net.randomNode(`90.0.${String(i)}.1`));
    const ips = await named();
    expect(ips).toHaveLength(16);
    expect(ips).not.toContain(PEER_IP);
  });
});

describe('a bootnode with a DNS name', () => {
  it('is pinged at each allowed address of its name until one answers, IPv4 first', async () => {
    const peer = await net.v4Peer();
    const bootnode = { ...peer.node, ip: undefined, hostname: 'boot.example' };
    const ours = await net.start(OUR_IP, {
      bootnodes: [bootnode],
      allows: (ip) => ip !== '86.0.0.9',
      resolveHost: () => Promise.resolve(['2a01::1', '86.0.0.9', '86.0.0.1', PEER_IP]),
    });
    await net.clock.advance(3_000);
    expect(ours.discovery.v4!.table.get(peer.node.id, peer.node.idHex)?.ip).toBe(PEER_IP);
    const asked = ours.events.flatMap((event) => (event.type === 'discovery/silent' ? [event.ip] : []));
    expect(new Set(asked)).toEqual(new Set(['86.0.0.1']));
  });
});
