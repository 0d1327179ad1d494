import { beforeEach, describe, expect, it } from 'vitest';
import type { DiscoveryPacketName } from '../../../src-main/events/events.ts';
import { OutsideContacts } from '../../../src-main/health/outside-contacts.ts';

const MINUTE = 60_000;
let contacts: OutsideContacts;
beforeEach(() => (contacts = new OutsideContacts(3)));

const packet = (
  direction: 'in' | 'out',
  name: DiscoveryPacketName,
  ip: string,
  at: number,
  port = 30303,
): void => contacts.apply({ type: 'discovery/packet', direction, packet: name, bytes: 100, ip, port }, at);
const udp = (family: 'ipv4' | 'ipv6' = 'ipv4') => contacts.of('udp')[family];

describe('contacts over UDP', () => {
  it('count the first request of an address that we had no packet with', () => {
    packet('in', 'ping', '81.2.69.1', 1_000);
    packet('out', 'pong', '81.2.69.1', 1_001);
    packet('in', 'findnode', '81.2.69.1', 2_000);
    expect(udp()).toEqual({ outside: 1, local: 0, newestAt: 1_000 });
  });

  it('do not count a node that we contacted, until 30 minutes without a packet', () => {
    packet('out', 'ping', '81.2.69.1', 0);
    packet('in', 'ping', '81.2.69.1', 29 * MINUTE);
    packet('in', 'ping', '81.2.69.1', 58 * MINUTE);
    expect(udp().outside).toBe(0);
    packet('in', 'ping', '81.2.69.1', 88 * MINUTE);
    expect(udp().outside).toBe(1);
  });

  it('do not count answers', () => {
    for (const [at, name] of (['pong', 'neighbors', 'enrresponse', 'v5/pong', 'v5/nodes'] as const).entries())
      packet('in', name, `81.2.69.${String(at)}`, 0);
    expect(udp().outside).toBe(0);
  });

  it('count a v5 request that follows our WHOAREYOU', () => {
    packet('out', 'v5/whoareyou', '2001:db9::1', 0);
    packet('in', 'v5/ping', '2001:db9::1', 10);
    expect(udp('ipv6').outside).toBe(1);
  });

  it('tell the local network from the internet', () => {
    packet('in', 'ping', '192.168.1.9', 0);
    expect(udp()).toEqual({ outside: 0, local: 1, newestAt: null });
  });

  it('tell the nodes of one local address by their port, and those of another address not', () => {
    for (const ip of ['127.0.0.1', '81.2.69.1']) {
      packet('out', 'ping', ip, 0, 30303);
      packet('in', 'ping', ip, 1, 30304);
    }
    expect(udp()).toMatchObject({ outside: 0, local: 1 });
  });

  it('measure the 30 minutes from the last packet, at most a second too early', () => {
    packet('out', 'ping', '81.2.69.1', 0);
    packet('in', 'pong', '81.2.69.1', 999);
    packet('in', 'pong', '81.2.69.1', 1_000);
    packet('in', 'ping', '81.2.69.1', 30 * MINUTE + 999);
    expect(udp().outside).toBe(0);
  });

  it('measure them from the new time after the clock was set back', () => {
    packet('out', 'ping', '81.2.69.1', 90 * MINUTE);
    packet('in', 'pong', '81.2.69.1', 10 * MINUTE);
    packet('in', 'ping', '81.2.69.1', 40 * MINUTE);
    expect(udp().outside).toBe(1);
  });

  it('count no address that may have been removed from the bounded map', () => {
    for (const host of [1, 2, 3, 4]) packet('out', 'ping', `81.2.69.${String(host)}`, 5 * MINUTE);
    packet('in', 'ping', '81.2.69.1', 30 * MINUTE);
    expect(udp().outside).toBe(0);
    packet('in', 'ping', '81.2.69.9', 36 * MINUTE);
    expect(udp().outside).toBe(1);
  });
});

it('contacts over TCP are counted by family, and all are reset by a start', () => {
  const passed = { type: 'connection/passed', idHex: 'a', stage: 'encryption' } as const;
  contacts.apply({ ...passed, direction: 'inbound', ip: '81.2.69.1' }, 5);
  contacts.apply({ ...passed, direction: 'inbound', ip: '2001:db9::1' }, 6);
  contacts.apply({ ...passed, direction: 'outbound', ip: '2001:db9::1' }, 7);
  packet('in', 'ping', '81.2.69.1', 8);
  expect(contacts.of('tcp')).toEqual({
    ipv4: { outside: 1, local: 0, newestAt: 5 },
    ipv6: { outside: 1, local: 0, newestAt: 6 },
  });
  expect(contacts.count).toBe(2);
  contacts.apply({ type: 'node/phase', phase: 'starting' }, 9);
  expect([contacts.count, udp().outside]).toEqual([0, 0]);
});
