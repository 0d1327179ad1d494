import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  HEAD_SIZE,
  MAX_PING_BACKS,
  MAX_PING_BACKS_PER_SUBNET,
  PACKET_TYPES,
} from '../../../src-main/discovery/v4/constants.ts';
import { FloodWorld, type FloodPacket } from '../../support/flood-world.ts';
import { V5Puppet } from '../../support/v5-puppet.ts';

vi.mock(import('../../../src-main/base/secp256k1.ts'), async (importOriginal) => {
  const { withFakeSignatures } = await import('../../support/fake-signatures.ts');
  return withFakeSignatures(await importOriginal());
});

const SECONDS = 2;
/** Everything is answered. */
const ALL = { v4: 1, v5: 1, ownV4: 1, ownV5: 1, newV4: 1, newV5: 1 };

let world: FloodWorld;
/** Signed once and repeated. */
let pings: Uint8Array[];
const PINGS = 2_000;

beforeEach(async () => {
  pings = [];
  world = await FloodWorld.start();
});

afterEach(() => world.stop());

/** One of 250 hosts in as many subnets. */
const host = (index: number): string => `90.${String(index % 250)}.7.7`;
const at = (ip: string, port = 30303): FloodPacket['from'] => ({ ip, port });

/** A DNS response (RFC 1035), as in a reflected flood. */
const DNS_ANSWER = Uint8Array.from(
  '1a2b81800001000200000000076578616d706c6503636f6d0000010001c00c00010001000000e100045db8d822'.match(/../g)!,
  (byte) => parseInt(byte, 16),
);

describe('bonded peers and our own requests are all answered in a flood of', () => {
  it.each<[string, number, (index: number) => FloodPacket]>([
    [
      'pings of one host that never answers the ping back',
      1_500,
      () => ({ datagram: world.newPing(), from: at('90.0.0.1') }),
    ],
    [
      'pings from all ports of one host',
      1_500,
      (index) => ({ datagram: world.newPing(), from: at('90.0.0.1', 1_024 + index) }),
    ],
    [
      'valid pings of one IPv4 /24',
      6_000,
      (index) => ({ datagram: world.newPing(), from: at(`90.0.0.${String(index % 256)}`) }),
    ],
    [
      'valid pings of one IPv6 /64',
      3_000,
      (index) => ({ datagram: world.newPing(), from: at(`2a01:1:1:1::${index.toString(16)}`) }),
    ],
    [
      'valid pings of one IPv6 /48',
      6_000,
      (index) => ({ datagram: world.newPing(), from: at(`2a01:1:1:${index.toString(16)}::1`) }),
    ],
    [
      'garbage from 250 hosts',
      2_500,
      (index) => ({ datagram: world.random.bytes(100 + (index % 900)), from: at(host(index)) }),
    ],
    ['DNS responses', 2_500, (index) => ({ datagram: DNS_ANSWER, from: at(host(index), 53) })],
    ['valid pings from 250 hosts', 10_000, (index) => ({ datagram: world.newPing(), from: at(host(index)) })],
    [
      'valid pings, each from a new address',
      30_000,
      (index) => ({
        datagram: (pings[index % PINGS] ??= world.newPing()),
        from: at(`90.${String((index >> 8) & 255)}.${String(index & 255)}.9`),
      }),
    ],
    [
      'FINDNODE without endpoint proof',
      3_000,
      (index) => ({
        datagram: world.signed({
          type: 'findnode',
          target: world.random.bytes(64),
          expiration: world.expiration,
        }),
        from: at(host(index)),
      }),
    ],
    [
      'unsolicited Pongs',
      3_000,
      (index) => ({
        datagram: world.signed({
          type: 'pong',
          to: { ip: '80.0.0.1', udp: 30303, tcp: 0 },
          pingHash: world.random.bytes(32),
          expiration: world.expiration,
          enrSeq: undefined,
        }),
        from: at(host(index)),
      }),
    ],
    [
      'pings with the spoofed addresses of the bonded peer and of nodes that we query',
      1_500,
      (index) => ({
        datagram: world.newPing(),
        from: at([world.bonded, ...world.honestPeers][index % 3]!.node.ip!),
      }),
    ],
    [
      'garbage with the spoofed addresses of the bonded peer and of nodes that we query',
      3_000,
      (index) => ({
        datagram: world.random.bytes(200),
        from: at([world.bonded, ...world.honestPeers][index % 3]!.node.ip!),
      }),
    ],
    [
      'v5 packets that cause WHOAREYOU packets',
      5_000,
      (index) => ({ datagram: puppet().garbage(world.random.bytes(32)), from: at(host(index)) }),
    ],
    [
      'unsolicited WHOAREYOU packets',
      5_000,
      (index) => ({ datagram: puppet().whoareyou(world.random.bytes(12)), from: at(host(index)) }),
    ],
    [
      'v5 packets with the spoofed addresses and IDs of the bonded peer and of nodes that we query',
      1_500,
      (index) => {
        const { node } = [world.bonded, ...world.honestPeers][index % 3]!;
        return { datagram: puppet().garbage(node.id), from: at(node.ip!) };
      },
    ],
  ])('%s', async (_name, perSecond, packet) => {
    expect(await world.flood(perSecond, SECONDS, packet)).toMatchObject(ALL);
  });
});

let made: V5Puppet | undefined;
let madeFor: FloodWorld | undefined;

/** Encodes packets of discovery v5. */
function puppet(): V5Puppet {
  if (madeFor !== world || made === undefined) made = new V5Puppet('90.0.0.1', 5, world.us.node);
  madeFor = world;
  return made;
}

/** Counts the packets of one type of discovery v4 that our node sends to addresses of a network. */
function sentTo(network: string, type: number): { count: number } {
  const seen = { count: 0 };
  const before = world.network.tap;
  world.network.tap = (datagram, from, to) => {
    before?.(datagram, from, to);
    if (from.ip === '80.0.0.1' && to.ip.startsWith(network) && datagram[HEAD_SIZE] === type) seen.count++;
  };
  return seen;
}

describe('unknown nodes in a flood', () => {
  it('are all answered at 3,000 pings per second from 250 hosts, as by geth', async () => {
    const { newPings } = await world.flood(3_000, SECONDS, (index) => ({
      datagram: world.newPing(),
      from: at(host(index)),
    }));
    expect(newPings).toBeCloseTo(1, 2);
  });

  it('are answered while many hosts send 10,000 garbage packets per second', async () => {
    const pongs = sentTo('90.', PACKET_TYPES.pong);
    await world.flood(10_000, SECONDS, (index) =>
      index % 20 === 0
        ? { datagram: world.newPing(), from: at(host(index / 20)) }
        : { datagram: world.random.bytes(120), from: at(`95.${String(index % 200)}.1.1`) },
    );
    expect(pongs.count).toBe((10_000 * SECONDS) / 20);
  });

  it('of one /24 do not displace those of other networks', async () => {
    const pongs = sentTo('90.', PACKET_TYPES.pong);
    let others = 0;
    await world.flood(12_000, SECONDS, (index) => {
      const isOther = index % 12 === 0;
      if (isOther) others++;
      const ip = isOther ? host(index / 12) : `99.0.0.${String(index % 256)}`;
      return { datagram: world.newPing(), from: at(ip) };
    });
    expect(pongs.count).toBe(others);
    expect(world.drops.get('subnet-rate-limit')).toBeGreaterThan(1_000);
  });

  it('are pinged back at a limited rate, in total and for each subnet', async () => {
    const pings = sentTo('90.', PACKET_TYPES.ping);
    const ofOneSubnet = sentTo('90.0.0.', PACKET_TYPES.ping);
    await world.flood(6_000, 1, (index) => ({
      datagram: world.newPing(),
      from: at(index % 4 === 0 ? `90.0.0.${String((index / 4) % 250)}` : `90.1.${String(index % 250)}.1`),
    }));
    // Each ping back waits half a second for its Pong.
    expect(pings.count).toBeGreaterThanOrEqual(MAX_PING_BACKS);
    expect(pings.count).toBeLessThanOrEqual(3 * MAX_PING_BACKS);
    expect(ofOneSubnet.count).toBeGreaterThanOrEqual(MAX_PING_BACKS_PER_SUBNET);
    expect(ofOneSubnet.count).toBeLessThanOrEqual(3 * MAX_PING_BACKS_PER_SUBNET);
  });
});
