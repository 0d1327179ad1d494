import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEnode, parseEnode } from '../../../shared/enode.ts';
import { canonicalIpText } from '../../../shared/ip-text.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { isPublicKey, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { NodeTextError, parseNode } from '../../../src-main/node-record/node-factory.ts';

const publicKeys = fc
  .nat()
  .map((seed) => publicKeyOf(keccak256(Uint8Array.of(seed & 0xff, (seed >> 8) & 0xff))));
const ports = fc.nat(65_535);
const ips = fc.oneof(fc.ipV4(), fc.ipV6()).map((ip) => canonicalIpText(ip)!);

describe('Enode URLs', () => {
  it('are parsed back from their text, with an address or a name', () => {
    fc.assert(
      fc.property(publicKeys, fc.oneof(ips, fc.domain()), ports, ports, (publicKey, host, tcp, udp) => {
        const ip = canonicalIpText(host);
        const parts = { publicKey, ip, hostname: ip === undefined ? host : undefined, tcp, udp };
        expect(parseEnode(formatEnode(parts))).toEqual({ ok: true, enode: parts });
      }),
    );
  });

  it('accept a key exactly when libsecp256k1 does', () => {
    const close = fc.tuple(publicKeys, fc.nat(63), fc.nat(255)).map(([key, at, byte]) => key.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(close, fc.uint8Array({ minLength: 64, maxLength: 64 })), (key) => {
        expect(parseEnode(`enode://${bytesToHex(key)}`).ok).toBe(isPublicKey(key));
      }),
      { numRuns: 400 },
    );
  });

  it('are accepted or refused with a reason, and never throw, for any typing error', () => {
    const url = `enode://${bytesToHex(publicKeyOf(keccak256(Uint8Array.of(1))))}@[2001:db8::1]:30303?discport=30304`;
    const mistyped = fc
      .tuple(
        fc.nat(url.length),
        fc.nat(8),
        fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 })),
      )
      .map(([at, cut, typed]) => url.slice(0, at) + typed + url.slice(at + cut));
    fc.assert(
      fc.property(
        fc.oneof(
          mistyped,
          fc.string(),
          fc.string().map((text) => `enode://${text}`),
        ),
        (text) => {
          const result = parseEnode(text);
          if (result.ok) {
            expect(parseEnode(formatEnode(result.enode))).toEqual(result);
            return;
          }
          expect(result.message).toMatch(/^[\p{Letter}\p{Number} ’().:,/…@%[\]]+$/u);
          expect(() => parseNode(text)).toThrow(NodeTextError);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
