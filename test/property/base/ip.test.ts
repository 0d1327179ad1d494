import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { isLan, parseNetList } from '../../../src-main/base/ip.ts';
import { canonicalIpText, formatIp, parseIp } from '../../../shared/ip-text.ts';

const addressBytes = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Runs of zeros, which the text compresses.
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
    .map((bytes) => Uint8Array.from(bytes)),
);

describe('IP addresses', () => {
  it('are parsed back from their text, and IPv4-mapped ones as IPv4', () => {
    fc.assert(
      fc.property(addressBytes, (bytes) => {
        const text = formatIp(bytes)!;
        const back = parseIp(text)!;
        expect(back.length === 4 ? back : bytes).toEqual(bytes.slice(-back.length));
        expect(canonicalIpText(text)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('have the same text as in ipaddr.js', () => {
    fc.assert(
      fc.property(addressBytes, (bytes) => {
        const text = formatIp(bytes)!;
        const theirs = ipaddr.process(ipaddr.fromByteArray([...bytes]).toString());
        expect(text).toBe(
          theirs.kind() === 'ipv6' ? (theirs as ipaddr.IPv6).toRFC5952String() : theirs.toString(),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('are of a local network exactly when one of its networks contains them, in each form of their text', () => {
    const networks =
      '127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7,169.254.0.0/16,fe80::/10';
    const local = parseNetList(networks);
    const ipv6 = fc.tuple(
      fc.constantFrom('fe80', 'FE80', 'febf', 'fec0', 'fc00', 'FDff', '0', '2a00'),
      fc.ipV6(),
    );
    const texts = fc.oneof(
      addressBytes.map((bytes) => formatIp(bytes)!),
      fc.ipV6(),
      fc
        .tuple(fc.constantFrom(9, 10, 127, 169, 172, 192), fc.ipV4())
        .map(([a, ip]) => ip.replace(/^\d+/, String(a))),
      ipv6.map(([start, ip]) => `${start}:${ip.split(':').slice(1).join(':')}`),
      fc.ipV4().map((ip) => `::ffff:${ip}`),
      fc.constantFrom('::1', '0:0:0:0:0:0:0:1', '0::1', '::ffff:10.0.0.1', '0:0:0:0:0:ffff:127.0.0.1', ''),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(isLan(text)).toBe(local.contains(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('are accepted exactly when Node accepts them, except for zone IDs', () => {
    const characters = fc.constantFrom(...'0123456789abcdefF:.%/ g'.split(/(?:)/));
    const texts = fc.oneof(
      fc.string({ unit: characters, maxLength: 45 }),
      fc.ipV4(),
      fc.ipV6(),
      fc
        .tuple(fc.ipV6(), fc.nat(44), characters)
        .map(([ip, at, character]) => ip.slice(0, at) + character + ip.slice(at + 1)),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseIp(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
      { numRuns: 5000 },
    );
  });
});
