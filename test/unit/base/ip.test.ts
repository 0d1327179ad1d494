import { describe, expect, it } from 'vitest';
import {
  checkRelayIp,
  formatSocketAddress,
  ipFamily,
  IpError,
  ipToBytes,
  isLan,
  isLoopback,
  isMulticast,
  isSpecial,
  isUnspecified,
  localityScore,
  parseNetList,
  subnetKey,
} from '../../../src-main/base/ip.ts';

describe('The scope of an address', () => {
  it.each<[string, string]>([
    ['127.0.0.1', 'loopback lan'],
    ['127.255.0.9', 'loopback lan'],
    ['::1', 'loopback lan'],
    ['10.1.2.3', 'lan'],
    ['172.16.0.1', 'lan'],
    ['172.31.255.255', 'lan'],
    ['172.32.0.0', ''],
    ['192.168.0.1', 'lan'],
    ['169.254.1.1', 'lan'],
    ['fe80::1', 'lan'],
    ['febf::1', 'lan'],
    ['fec0::1', 'special'],
    ['fd00::1', 'lan'],
    ['0.0.0.0', 'unspecified special'],
    ['::', 'unspecified special'],
    ['0.1.2.3', 'special'],
    ['224.0.0.1', 'multicast special'],
    ['239.255.255.255', 'multicast special'],
    ['ff02::1', 'multicast special'],
    ['255.255.255.255', 'special'],
    ['192.0.2.1', 'special'],
    ['198.18.0.1', 'special'],
    ['198.19.255.255', 'special'],
    ['198.20.0.0', ''],
    ['203.0.113.9', 'special'],
    ['2001:db8::1', 'special'],
    ['2002::1', 'special'],
    ['2001:4860::8888', ''],
    ['8.8.8.8', ''],
  ])('%s is %j', (ip, kinds) => {
    const found = [
      isLoopback(ip) && 'loopback',
      isLan(ip) && 'lan',
      isUnspecified(ip) && 'unspecified',
      isMulticast(ip) && 'multicast',
      isSpecial(ip) && 'special',
    ].filter((kind) => kind !== false);
    expect(found.join(' ')).toBe(kinds);
  });

  it.each<[string, number]>([
    ['0.0.0.0', 0],
    ['127.0.0.1', 1],
    ['fe80::1', 2],
    ['10.0.0.1', 3],
    ['fd00::1', 3],
    ['8.8.8.8', 4],
    ['2001:4860::8888', 4],
  ])('gives %s the locality %i', (ip, score) => {
    expect(localityScore(ip)).toBe(score);
  });
});

describe('A relayed address', () => {
  it.each<[string, string, string | undefined]>([
    ['8.8.8.8', '9.9.9.9', undefined],
    ['8.8.8.8', '2001:4860::1', undefined],
    ['8.8.8.8', '0.0.0.0', 'unspecified-ip'],
    ['8.8.8.8', '192.0.2.1', 'special-ip'],
    ['8.8.8.8', '127.0.0.1', 'loopback-ip'],
    ['10.0.0.1', '127.0.0.1', 'loopback-ip'],
    ['127.0.0.1', '127.0.0.2', undefined],
    ['8.8.8.8', '192.168.1.1', 'lan-ip'],
    ['10.0.0.1', '192.168.1.1', undefined],
    ['127.0.0.1', '192.168.1.1', undefined],
    ['10.0.0.1', '224.0.0.1', 'special-ip'],
    ['10.0.0.1', 'node.example', 'invalid-ip'],
  ])('from %s: %s is refused with %s', (sender, ip, refusal) => {
    expect(checkRelayIp(sender, ip)).toBe(refusal);
  });
});

describe('A list of networks', () => {
  it('contains the addresses of its networks, of the same family only', () => {
    const list = parseNetList(' 10.0.0.0/8, 192.168.4.128/25,,\n2001:db8::/33 ,');
    const inside = ['10.255.0.1', '192.168.4.200', '2001:db8::1', '2001:db8:7fff::1'];
    const outside = ['11.0.0.1', '192.168.4.127', '2001:db8:8000::', '::a00:1', 'nonsense', ''];
    for (const ip of inside) expect(list.contains(ip), ip).toBe(true);
    for (const ip of outside) expect(list.contains(ip), ip).toBe(false);
  });

  it('may be empty, or have networks of all sizes', () => {
    expect(parseNetList('').contains('1.2.3.4')).toBe(false);
    expect(parseNetList('0.0.0.0/0').contains('1.2.3.4')).toBe(true);
    expect(parseNetList('0.0.0.0/0').contains('::1')).toBe(false);
    expect(parseNetList('::/0').contains('::1')).toBe(true);
    expect(parseNetList('1.2.3.4/32').contains('1.2.3.5')).toBe(false);
  });

  it.each([
    '1.2.3.4',
    '1.2.3.4/33',
    '::/129',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    'a/8',
    '10.0/8',
  ])('is refused when it contains %j', (text) => {
    expect(() => parseNetList(`10.0.0.0/8,${text}`)).toThrow(IpError);
  });
});

describe('Addresses', () => {
  it('have the same subnet key exactly when they are in the same network', () => {
    expect(subnetKey('1.2.3.4')).toBe(subnetKey('1.2.3.255'));
    expect(subnetKey('1.2.3.4')).not.toBe(subnetKey('1.2.4.4'));
    expect(subnetKey('2001:db8::1')).toBe(subnetKey('2001:dff::2'));
    expect(subnetKey('2001:db8::1', 33)).not.toBe(subnetKey('2001:db8:8000::1', 33));
    expect(subnetKey('1.2.3.4', 32)).not.toBe(subnetKey('1.2.3.5', 32));
  });

  it('are formatted with their port', () => {
    expect(formatSocketAddress({ ip: '1.2.3.4', port: 5 })).toBe('1.2.3.4:5');
    expect(formatSocketAddress({ ip: '::1', port: 5 })).toBe('[::1]:5');
    expect([ipFamily('1.2.3.4'), ipFamily('::1')]).toEqual(['ipv4', 'ipv6']);
  });

  it('throw when they are not IP addresses', () => {
    expect(() => ipToBytes('localhost')).toThrow(IpError);
  });
});
