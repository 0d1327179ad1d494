import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../../shared/model/doctor.ts';
import type { Clock } from '../../../src-main/base/runtime.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { PACKET_TYPES } from '../../../src-main/discovery/v4/constants.ts';
import type { TappedPacket } from '../../../src-main/events/packet-tap.ts';
import { enrToText } from '../../../src-main/node-record/enr.ts';
import { enodeUrlOf, nodeFromRecord, withEndpoint } from '../../../src-main/node-record/node-factory.ts';
import { P2P_CODES } from '../../../src-main/p2p/messages.ts';
import { exchangeHello } from '../../../src-main/p2p/hello.ts';
import { untilEnd } from '../../../src-main/demo/failing-connections.ts';
import { listenerWithFullBacklog } from '../../support/full-backlog.ts';
import { afterRlpx, DoctorWorld, ethOf, recordOf } from '../../support/doctor-world.ts';
import { idleProtocol, limitsOf } from '../../support/p2p-node.ts';
import { deadAddress, Puppet } from '../../support/puppet.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';
import { startedNodes } from '../../support/started-nodes.ts';
import { bansOf } from '../../support/trace-of.ts';

const { sepolia } = NETWORKS;
/** The system's clock of a machine whose time is wrong. */
const shifted = (ms: number): Clock => ({
  now: () => systemClock.now() + ms,
  monotonic: () => systemClock.monotonic(),
  after: (delayMs, action) => systemClock.after(delayMs, action),
});

const start = startedNodes();
const world = new DoctorWorld(start, startedDiscovery());

const stepOf = (report: DoctorReport, name: string) => report.steps.find(({ step }) => step === name)!;
const stateOf = (report: DoctorReport, name: string) => stepOf(report, name).state;
const causeOf = (report: DoctorReport) => report.verdict?.cause?.code;

describe('the Doctor', () => {
  it('finds that a healthy node would be a peer, and leaves with "requested"', async () => {
    const packets: TappedPacket[] = [];
    const tap = {
      isOn: true,
      packet: (packet: TappedPacket) => packets.push(packet),
      dropped: () => undefined,
    };
    const ours = await world.ours({ tap });
    const { enode, server } = await world.tested();
    const report = await world.test(enode, { ours });
    expect(report.steps.map(({ step, state }) => [step, state])).toEqual([
      ['parse', 'passed'],
      ['dns', 'not-needed'],
      ['address', 'passed'],
      ['ping', 'passed'],
      ['enr', 'passed'],
      ['discv5', 'passed'],
      ['tcp', 'passed'],
      ['rlpx', 'passed'],
      ['hello', 'passed'],
      ['status', 'passed'],
      ['headers', 'passed'],
    ]);
    expect(report.verdict).toMatchObject({ result: 'peer', cause: null, certainty: 'proven' });
    const v4 = packets.filter(({ protocol }) => protocol === 'discv4');
    const pong = v4.find(({ direction, code }) => direction === 'in' && code === PACKET_TYPES.pong);
    expect(pong?.idHex).toBe(server.idHex);
    expect(v4.filter(({ exchange }) => exchange === pong?.exchange).map(({ code }) => code)).toEqual([
      PACKET_TYPES.ping,
      PACKET_TYPES.pong,
    ]);
    const { cause } = await server.events.first('peer/dropped');
    expect(cause).toMatchObject({ code: 'disconnect-requested', by: 'remote' });
  });

  it('1: closed port', async () => {
    const ours = await world.ours();
    const { node, discovery } = await world.tested();
    const { port: tcp } = await deadAddress();
    discovery!.record = recordOf(discovery!.privateKey, { tcp, udp: node.udp });
    const report = await world.test(enodeUrlOf(withEndpoint(node, { tcp })), { ours });
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
    expect(causeOf(report)).toBe('connection-refused');
    expect(report.verdict?.title).toMatch(/^It is alive, but refuses TCP connections at 127\.0\.0\.1:/);
    expect(stateOf(report, 'ping')).toBe('passed');
    expect(stateOf(report, 'tcp')).toBe('failed');
    expect(stepOf(report, 'rlpx')).toMatchObject({ state: 'not-reached', finding: 'needs a TCP connection' });
  });

  it('2: filtered UDP', async () => {
    const ours = await world.ours();
    const { enode } = await world.tested({ withoutUdp: true });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe('udp-filtered');
    expect(report.verdict).toMatchObject({ result: 'peer', certainty: 'likely' });
  });

  it('3: wrong key', async () => {
    const ours = await world.ours();
    const { node } = await world.tested();
    const stranger = new Puppet();
    const report = await world.test(enodeUrlOf({ ...node, publicKey: stranger.publicKey }), { ours });
    expect(causeOf(report)).toBe('wrong-node-key');
    expect(report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(report.verdict?.suggestion).toBe(enodeUrlOf(node));
  });

  it.each([
    ['4: wrong network', 'wrong-network', { ...sepolia, networkId: 4_242n }],
    ['5: wrong genesis', 'wrong-genesis', { ...sepolia, genesisHash: new Uint8Array(32).fill(7) }],
    [
      '6: wrong fork',
      'wrong-fork',
      { ...sepolia, forkTimes: [1_700_000_000n, ...sepolia.forkTimes.slice(1)] },
    ],
  ])('%s', async (_, code, network) => {
    const ours = await world.ours();
    const { enode } = await world.tested({ network });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe(code);
    expect(report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(stateOf(report, 'status')).toBe('failed');
  });

  it('7: full', async () => {
    const ours = await world.ours();
    const { enode } = await world.tested({ server: { limits: limitsOf(0) } });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe('too-many-peers');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'none', certainty: 'proven' });
  });

  it('8: banned by us', async () => {
    const ours = await world.ours();
    const { enode, node } = await world.tested();
    const bans = await bansOf(node.idHex);
    const report = await world.test(enode, { ours, policy: { banOf: (id, ip) => bans.find(id, ip) } });
    expect(causeOf(report)).toBe('banned');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'ours', certainty: 'proven' });
    expect(stateOf(report, 'ping')).toBe('not-reached');
    expect(ours.events.filter(({ type }) => type === 'discovery/packet')).toEqual([]);
  });

  it('9: banned by it, as a node', async () => {
    const ours = await world.ours();
    const bans = await bansOf(ours.node.idHex);
    const isBannedNode = (id: string): boolean => bans.ofNode(id) !== undefined;
    const { enode } = await world.tested({ server: { bans }, discovery: { isBannedNode } });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe('refused-by-it');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'likely' });
    expect(report.verdict?.reason).toMatch(/Disconnect “disconnect requested”.*does not answer our Pings/);
  });

  it('9: banned by it, by address: the key is proven, so it is no wrong key', async () => {
    const ours = await world.ours();
    const { enode } = await world.tested({ server: { bans: await bansOf('127.0.0.0/8') } });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe('refused-by-it');
    expect(report.verdict).toMatchObject({ certainty: 'likely' });
    expect(report.verdict?.meaning).toContain('has banned this address');
  });

  it('10: net-restricted', async () => {
    const ours = await world.ours();
    const { enode } = await world.tested();
    const report = await world.test(enode, { ours, policy: { allows: (ip) => ip.startsWith('10.') } });
    expect(causeOf(report)).toBe('not-netrestricted');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'ours', certainty: 'proven' });
    expect(stateOf(report, 'tcp')).toBe('not-reached');
  });

  it('11: no common protocol', async () => {
    const ours = await world.ours();
    const { enode } = await world.tested({ server: { protocols: [{ ...idleProtocol, name: 'les' }] } });
    const report = await world.test(enode, { ours });
    expect(causeOf(report)).toBe('no-shared-protocol');
    expect(report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(stateOf(report, 'hello')).toBe('failed');
  });

  it('12: IPv6 only', async () => {
    const ours = await world.ours();
    const { node } = await world.tested();
    const report = await world.test(enodeUrlOf({ ...node, ip: '2600::1' }), {
      ours,
      policy: { hasAddressFor: (ip) => !ip.includes(':'), families: () => ['ipv4'] },
    });
    expect(causeOf(report)).toBe('address-not-available');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'ours', certainty: 'proven' });
  });

  it.each([
    ['behind its clock', -300],
    ['ahead of its clock', 300],
  ])('13: clock skew, ours %s', async (_, seconds) => {
    const clock = shifted(seconds * 1_000);
    const ours = await world.ours({ clock });
    const { enode } = await world.tested();
    const report = await world.test(enode, { ours, clock });
    expect(causeOf(report)).toBe('clock-skew');
    const skew = Number(report.verdict?.cause?.params['seconds']);
    expect(Math.abs(skew - 300)).toBeLessThanOrEqual(2);
    expect(stateOf(report, 'ping')).toBe('doubtful');
  });

  it('14: silent TCP: the packets of a connection are dropped', async () => {
    const ours = await world.ours();
    const deaf = await listenerWithFullBacklog();
    start.atEnd(() => deaf.close());
    const { node, discovery } = await world.tested();
    discovery!.record = recordOf(discovery!.privateKey, { tcp: deaf.at.port, udp: node.udp });
    const report = await world.test(enodeUrlOf(withEndpoint(node, { tcp: deaf.at.port })), { ours });
    expect(causeOf(report)).toBe('timed-out');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'likely' });
  });

  it('14: silent TCP: the connection is accepted, and nothing follows', async () => {
    const enode = await world.puppet(() => undefined);
    const report = await world.test(enode);
    expect(causeOf(report)).toBe('handshake-timeout');
    expect(report.verdict?.title).toBe('It accepts TCP connections, but says nothing');
  });

  it.each([
    ['random bytes', new Uint8Array(600).map((_, at) => (at * 197 + 91) & 0xff)],
    ['a text protocol', new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('15: RLPx garbage: %s', async (what, bytes) => {
    const enode = await world.puppet((stream) => {
      stream.onData(() => {
        stream.write(bytes);
        stream.end();
      });
    });
    const report = await world.test(enode);
    expect(causeOf(report)).toBe('not-rlpx');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
    if (what === 'a text protocol')
      expect(report.verdict?.cause?.params['received']).toContain('HTTP/1.1 400');
  });

  it('16: Hello malformed', async () => {
    const enode = await world.puppet(
      afterRlpx((connection) => {
        connection.send(P2P_CODES.hello, Uint8Array.of(0xc2, 0x05, 0xff));
        void untilEnd(connection);
      }),
    );
    const report = await world.test(enode);
    expect(causeOf(report)).toBe('malformed-hello');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
  });

  it('17: Status timeout', async () => {
    const enode = await world.puppet(
      afterRlpx(async (connection, puppet) => {
        await exchangeHello(connection, puppet.hello());
        await untilEnd(connection);
      }),
    );
    const report = await world.test(enode);
    expect(causeOf(report)).toBe('status-timeout');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
  });

  it('18: DNS name gone', async () => {
    const { node } = await world.tested();
    const enode = enodeUrlOf({ ...node, ip: undefined, hostname: 'gone.example.org' });
    const gone = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const report = await world.test(enode, { lookUpHost: () => Promise.reject(gone) });
    expect(causeOf(report)).toBe('name-not-found');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
  });

  it('19: record out of date: the node signed a newer one with another port', async () => {
    const ours = await world.ours();
    const { node, server } = await world.tested();
    const { port: tcp } = await deadAddress();
    const old = recordOf(server.privateKey, { tcp, udp: node.udp }, 3n);
    const report = await world.test(enrToText(old), { ours });
    expect(causeOf(report)).toBe('stale-endpoint');
    expect(report.verdict).toMatchObject({ result: 'no-peer', fault: 'theirs', certainty: 'proven' });
    expect(report.verdict?.suggestion).toBe(enodeUrlOf(node));
  });

  it('19: record out of date: this node knows a newer one at another address', async () => {
    const { node, server } = await world.tested({ withoutUdp: true });
    const { port } = await deadAddress();
    const old = recordOf(server.privateKey, { tcp: port, udp: port }, 3n);
    const known = nodeFromRecord(recordOf(server.privateKey, node, 9n));
    const report = await world.test(enrToText(old), { known: () => known });
    expect(causeOf(report)).toBe('stale-endpoint');
    expect(report.verdict?.suggestion).toMatch(/^enr:/);
  });

  it('20: own node', async () => {
    const ours = await world.ours();
    const report = await world.test(enodeUrlOf(ours.node), { ours });
    expect(causeOf(report)).toBe('own-node');
    expect(report.verdict).toMatchObject({ result: 'no-peer', certainty: 'proven' });
    expect(stateOf(report, 'ping')).toBe('not-reached');
  });
});

describe('a test beside a session with the same node', () => {
  it('does not end it, and reads "already connected" as evidence', async () => {
    const { enode, node, server } = await world.tested();
    const us = await start.node({ protocols: ethOf() });
    us.server.dialing.addStatic(node);
    await us.events.first('peer/established');
    const report = await world.test(enode, { privateKey: us.privateKey, sessionAgeMs: () => 60_000 });
    expect(report.verdict).toMatchObject({ result: 'peer', title: 'It is a peer already' });
    expect(causeOf(report)).toBe('already-connected');
    expect(us.server.counts().total).toBe(1);
    expect(server.events.of('peer/dropped')).toEqual([]);
  });

  it('opens no second connection while the session is young', async () => {
    const { enode } = await world.tested();
    const report = await world.test(enode, { sessionAgeMs: () => 500 });
    expect(stateOf(report, 'tcp')).toBe('not-needed');
    expect(report.verdict).toMatchObject({ result: 'peer', title: 'It is a peer already' });
  });
});
