import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIp, bytesToIp } from '../../../src-main/base/ip.ts';
import { defaultGatewayIn } from '../../../src-main/nat/default-gateway.ts';
import { NatError } from '../../../src-main/nat/errors.ts';
import { parseNatMethod } from '../../../src-main/nat/method.ts';
import { natTextOf } from '../../../shared/nat-text.ts';
import { descriptionIn } from '../../../src-main/nat/ssdp.ts';
import { decodeBindingResponse, encodeBindingRequest, StunError } from '../../../src-main/nat/stun.ts';
import { servicesIn } from '../../../src-main/nat/upnp-services.ts';
import { XmlError } from '../../../src-main/nat/xml.ts';
import { stunAnswer } from '../../support/gateways.ts';

const ids = fc.uint8Array({ minLength: 12, maxLength: 12 });
const ips = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((bytes) => bytesToIp(bytes)!);
const addresses = fc.record({ ip: ips, port: fc.integer({ min: 1, max: 0xffff }) });

test('any address in a STUN response is decoded', () => {
  fc.assert(
    fc.property(ids, addresses, (id, address) => {
      const answer = stunAnswer(encodeBindingRequest(id), address);
      expect(decodeBindingResponse(answer, id)).toEqual(address);
    }),
  );
});

test('mutated STUN responses give an address or a StunError', () => {
  const changes = fc.array(fc.tuple(fc.nat({ max: 31 }), fc.nat({ max: 255 })), { maxLength: 4 });
  fc.assert(
    fc.property(ids, addresses, changes, fc.nat({ max: 44 }), (id, address, bytes, length) => {
      const answer = Uint8Array.from(stunAnswer(encodeBindingRequest(id), address));
      for (const [at, value] of bytes) answer[at] = value;
      try {
        const { ip } = decodeBindingResponse(answer.subarray(0, Math.max(length, 20)), id);
        expect(canonicalIp(ip)).toBe(ip);
      } catch (error) {
        expect(error).toBeInstanceOf(StunError);
      }
    }),
    { numRuns: 500 },
  );
});

test('random bytes are never a STUN response, and throw only StunError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), ids, (bytes, id) => {
      expect(() => decodeBindingResponse(bytes, id)).toThrow(StunError);
    }),
  );
});

test('every NAT method is parsed from its own text, and other text throws only NatError', () => {
  const methods = fc.oneof(
    fc.constantFrom('any', 'none', 'upnp', 'pmp'),
    ips.filter((ip) => !/^(0\.0\.0\.0|::)$/.test(ip)).map((ip) => `extip:${ip}`),
    addresses
      .filter(({ ip }) => !/^(0\.0\.0\.0|::)$/.test(ip))
      .map(({ ip, port }) => `stun:${ip.includes(':') ? `[${ip}]` : ip}:${String(port)}`),
  );
  fc.assert(
    fc.property(methods, (text) => {
      expect(natTextOf(parseNatMethod(text))).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseNatMethod(text);
      } catch (error) {
        expect(error).toBeInstanceOf(NatError);
      }
    }),
  );
});

function servicesOf(xml: string, description: URL): ReturnType<typeof servicesIn> {
  try {
    return servicesIn(xml, description);
  } catch (error) {
    expect(error).toBeInstanceOf(XmlError);
    return [];
  }
}

test('no content of a device in the local network leads to a request to another host', () => {
  const words = fc.string({ maxLength: 60 });
  const parts = fc.array(
    fc.oneof(
      words,
      fc.constantFrom(
        '<service>',
        '</service>',
        '<serviceType>',
        '</serviceType>',
        '<controlURL>',
        '</controlURL>',
      ),
      fc.constantFrom(
        'urn:schemas-upnp-org:service:WANIPConnection:1',
        'http://6.6.6.6/',
        '//6.6.6.6/',
        '/c',
      ),
    ),
    { maxLength: 20 },
  );
  const description = new URL('http://192.168.1.1:5000/root.xml');
  fc.assert(
    fc.property(parts, (xml) => {
      for (const { control } of servicesOf(xml.join(''), description))
        expect(control.hostname).toBe('192.168.1.1');
    }),
  );
  fc.assert(
    fc.property(fc.oneof(words, fc.webUrl()), (location) => {
      const answer = new TextEncoder().encode(`HTTP/1.1 200 OK\r\nLOCATION: ${location}\r\n\r\n`);
      const url = descriptionIn(answer, '192.168.1.1');
      if (url !== undefined) expect(url.hostname).toBe('192.168.1.1');
    }),
  );
  fc.assert(
    fc.property(fc.string(), (table) => {
      const ip = defaultGatewayIn(table);
      if (ip !== undefined) expect(canonicalIp(ip)).toBe(ip);
    }),
  );
});
