import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesToIp,
  checkListedIp,
  checkRelayIp,
  parseNetList,
  parseNetwork,
  type IpNetwork,
} from '../../../src-main/base/ip.ts';
import { IPV4_SPECIAL_PURPOSE, IPV6_SPECIAL_PURPOSE } from '../../support/special-purpose-registries.ts';

const ROWS = [...IPV4_SPECIAL_PURPOSE, ...IPV6_SPECIAL_PURPOSE];

/** Special-purpose blocks with hosts, and a sender that may relay their addresses. */
const SCOPED = new Map([
  ['127.0.0.0/8', '127.0.0.9'],
  ['::1/128', '127.0.0.9'],
  ['10.0.0.0/8', '192.168.7.7'],
  ['172.16.0.0/12', '192.168.7.7'],
  ['192.168.0.0/16', '10.7.7.7'],
  ['169.254.0.0/16', '10.7.7.7'],
  ['fc00::/7', '10.7.7.7'],
  ['fe80::/10', 'fd00::7'],
  ['100.64.0.0/10', '100.100.7.7'],
]);

/** Senders of every scope; undefined is a source without an address. */
const SENDERS = [
  '81.2.69.1',
  '2a00:1450::1',
  '10.0.0.1',
  'fd00::1',
  'fe80::1',
  '127.0.0.1',
  '::1',
  '100.64.0.1',
  undefined,
];

/** First, last and random addresses of a block. */
const addressesOf = (block: string): fc.Arbitrary<string> => {
  const { bytes, bits } = parseNetwork(block.startsWith('::ffff') ? '0.0.0.0/0' : block);
  return fc
    .oneof(
      fc.constantFrom(0, 255).map((fill) => new Uint8Array(bytes.length).fill(fill)),
      fc.uint8Array({ minLength: bytes.length, maxLength: bytes.length }),
    )
    .map((tail) => bytesToIp(joined({ bytes, bits }, tail)) ?? '');
};

const joined = ({ bytes, bits }: IpNetwork, tail: Uint8Array): Uint8Array =>
  bytes.map((byte, at) => {
    const own = Math.min(8, Math.max(0, bits - at * 8));
    const mask = (0xff << (8 - own)) & 0xff;
    return (byte & mask) | ((tail[at] ?? 0) & ~mask & 0xff);
  });

describe('a relayed address', () => {
  test.each(ROWS.filter(([block]) => block !== '::ffff:0:0/96'))(
    'in %s (%s, globally reachable: %s) is refused from a global sender',
    (block) => {
      fc.assert(
        fc.property(addressesOf(block), (ip) => {
          for (const sender of ['81.2.69.1', '2a00:1450::1', undefined])
            expect(checkRelayIp(sender, ip), `${String(sender)} ${ip}`).toBeDefined();
        }),
      );
    },
  );

  test.each(ROWS.filter(([block]) => !SCOPED.has(block) && block !== '::ffff:0:0/96'))(
    'in %s (%s) is refused from every sender',
    (block) => {
      fc.assert(
        fc.property(addressesOf(block), fc.constantFrom(...SENDERS), (ip, sender) => {
          // 2001::/23 and 0.0.0.0/8 contain smaller rows; none of them has hosts.
          if (ip === '::1') return;
          expect(checkRelayIp(sender, ip)).toMatch(/^(special|unspecified)-ip$/);
        }),
      );
    },
  );

  test.each([...SCOPED])('in %s is accepted from %s, a sender in such a network', (block, sender) => {
    fc.assert(
      fc.property(addressesOf(block), (ip) => {
        const isLoopback = block.startsWith('127') || block === '::1/128';
        expect(checkRelayIp(isLoopback ? '127.0.0.1' : sender, ip)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['fec0::1', 'site-local, deprecated'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['::2', 'IPv4-compatible'],
    ['::ffff:0:808:808', 'IPv4-translated'],
    ['64:ff9b::808:808', 'NAT64 of a global address'],
    ['64:ff9b::a00:1', 'NAT64 of a private address'],
    ['64:ff9b:1::1', 'local NAT64'],
    ['2002:0a00:0001::1', '6to4 of a private address'],
    ['2002:0808:0808::1', '6to4 of a global address'],
    ['4000::1', 'not allocated'],
    ['ff0e::1', 'multicast of global scope'],
    ['239.1.1.1', 'multicast'],
    ['2001:1ff:ffff::', 'the end of 2001::/23'],
  ])('%s (%s) is refused, also from loopback', (ip) => {
    for (const sender of SENDERS) expect(checkRelayIp(sender, ip)).toBe('special-ip');
  });

  test.each([
    '2001:200::1',
    '2001:db7::1',
    '2001:db9::1',
    '2003::1',
    '2620:4f:7fff::1',
    '3ffe::1',
    '3fff:1000::1',
  ])('next to a special block is accepted: %s', (ip) => {
    for (const sender of SENDERS) expect(checkRelayIp(sender, ip)).toBeUndefined();
  });

  test.each([
    '1.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '192.0.1.0',
    '192.0.3.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
  ])('next to a special block is accepted: %s', (ip) => {
    for (const sender of SENDERS) expect(checkRelayIp(sender, ip)).toBeUndefined();
  });

  test('counts as IPv4 when it is IPv4-mapped', () => {
    expect(checkRelayIp('81.2.69.1', '::ffff:10.0.0.1')).toBe('lan-ip');
    expect(checkRelayIp('81.2.69.1', '::ffff:240.0.0.1')).toBe('special-ip');
    expect(checkRelayIp('::ffff:10.0.0.2', '10.0.0.1')).toBeUndefined();
    expect(checkRelayIp('81.2.69.1', '::ffff:8.8.8.8')).toBeUndefined();
  });

  test.each([
    ['10.0.0.1', '127.0.0.1', 'loopback-ip'],
    ['10.0.0.1', '100.64.0.1', 'shared-ip'],
    ['127.0.0.1', '100.64.0.1', 'shared-ip'],
    ['100.64.0.1', '10.0.0.1', 'lan-ip'],
    ['100.64.0.1', '127.0.0.1', 'loopback-ip'],
    ['127.0.0.1', '10.0.0.1', undefined],
    [undefined, '127.0.0.1', 'loopback-ip'],
    [undefined, '10.0.0.1', 'lan-ip'],
    [undefined, '8.8.8.8', undefined],
    ['nonsense', '10.0.0.1', 'lan-ip'],
    ['8.8.8.8', 'nonsense', 'invalid-ip'],
    ['8.8.8.8', '::', 'unspecified-ip'],
  ])('from %s: %s gives %s', (sender, ip, refusal) => {
    expect(checkRelayIp(sender, ip)).toBe(refusal);
  });
});

describe('an address of a DNS list or a file', () => {
  test.each([
    ['10.0.0.1', '', ['0.0.0.0'], 'lan-ip'],
    ['10.0.0.1', '10.0.0.0/8', ['0.0.0.0'], undefined],
    ['192.168.0.1', '10.0.0.0/8', ['0.0.0.0'], 'lan-ip'],
    ['10.0.0.1', '0.0.0.0/0', ['0.0.0.0'], 'lan-ip'],
    ['127.0.0.1', '127.0.0.0/8,::1/128', ['0.0.0.0'], undefined],
    ['::1', '127.0.0.0/8,::1/128', ['::'], undefined],
    ['127.0.0.1', '', ['127.0.0.1', '::1'], undefined],
    ['127.0.0.1', '', ['127.0.0.1', '::'], 'loopback-ip'],
    ['127.0.0.1', '', [], 'loopback-ip'],
    ['10.0.0.1', '', ['10.0.0.2'], 'lan-ip'],
    ['100.64.0.1', '100.64.0.0/10', ['0.0.0.0'], undefined],
    ['240.0.0.1', '240.0.0.0/4', ['0.0.0.0'], 'special-ip'],
    ['8.8.8.8', '', ['0.0.0.0'], undefined],
    ['nonsense', '', ['0.0.0.0'], 'invalid-ip'],
  ] as const)('%s, allowed %j, listening on %j: %s', (ip, allowed, listening, refusal) => {
    expect(checkListedIp(ip, parseNetList(allowed), listening)).toBe(refusal);
  });
});
