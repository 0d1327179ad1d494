import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIp } from '../../../shared/ip-text.ts';
import { logText } from '../../../src-main/base/log-formats.ts';
import { Redactor } from '../../../src-main/desktop/redaction.ts';

/* Secrets and addresses in the formats of a bundle: JSON, indented or not, and lines of the log. */

const rules = { secrets: [], publicHex: [], names: [], home: '/home/alice' };
const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'));

const isPlain = (ip: string): boolean => /^(127\.|0\.0\.0\.0$|::1?$)/.test(ip);
const ipv4 = fc.ipV4().filter((ip) => !isPlain(ip));
const ipv6 = fc
  .oneof(
    fc.ipV6(),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatIp(bytes) ?? '::'),
  )
  .filter((ip) => !isPlain(ip) && /[1-9a-f]/i.test(ip));
const ip = fc.oneof(ipv4, ipv6);
const port = fc.integer({ min: 1, max: 65_535 });

/** How a value stands in a file of the bundle. */
const places: readonly ((value: string) => string)[] = [
  (value) => JSON.stringify({ ip: value, port: 1 }, null, 2),
  (value) => JSON.stringify([{ detail: `dialled ${value}, refused` }]),
  (value) => JSON.stringify({ text: JSON.stringify({ inner: value }) }),
  (value) => `a ${value} b\n(${value}) <${value}> "${value}" '${value}', ${value}; ${value}.`,
  (value) =>
    logText({
      ...{ seq: 1, at: 1_795_928_078_213, level: 'warn', module: 'dial', message: `dial of ${value} failed` },
      fields: { address: value, peers: '3', reason: `connect ECONNREFUSED ${value}` },
    }),
];
const placed = (value: string): string => places.map((place) => place(value)).join('\n');

describe('a redacted text', () => {
  test('has no IP address but those that name nothing', () => {
    fc.assert(
      fc.property(ip, port, (address, at) => {
        const endpoint = address.includes(':') ? `[${address}]:${String(at)}` : `${address}:${String(at)}`;
        const clean = new Redactor({ ...rules, addresses: false }).redact(placed(address) + placed(endpoint));
        expect(clean.toLowerCase()).not.toContain(address.toLowerCase());
      }),
    );
  });

  test('has no enode URL and no record', () => {
    fc.assert(
      fc.property(hexOf(64), ip, port, hexOf(40), (key, address, at, record) => {
        const host = address.includes(':') ? `[${address}]` : address;
        const enode = `enode://${key}@${host}:${String(at)}?discport=${String(at)}`;
        const enr = `enr:-${Buffer.from(record, 'hex').toString('base64url')}`;
        const clean = new Redactor({ ...rules, addresses: false }).redact(placed(enode) + placed(enr));
        expect(clean).not.toContain(key.slice(0, 16));
        expect(clean).not.toContain(enr.slice(5, 21));
        expect(clean.toLowerCase()).not.toContain(address.toLowerCase());
      }),
    );
  });

  test('has no private key, with addresses or without', () => {
    fc.assert(
      fc.property(hexOf(32), fc.boolean(), fc.boolean(), fc.boolean(), (key, addresses, upper, prefix) => {
        const text = `${prefix ? '0x' : ''}${upper ? key.toUpperCase() : key}`;
        const clean = new Redactor({ ...rules, addresses }).redact(placed(text) + placed(`key${text}end`));
        expect(clean.toLowerCase()).not.toContain(key.slice(2, 62));
      }),
    );
  });

  test('has no token, in any form that the program writes', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9._~-]{8,64}$/);
    fc.assert(
      fc.property(token, fc.boolean(), (secret, addresses) => {
        const clean = new Redactor({ ...rules, addresses, secrets: [secret] }).redact(
          placed(secret) + placed(`http://127.0.0.1:1/#token=${secret}`),
        );
        expect(clean.includes(secret)).toBe(false);
      }),
    );
  });

  test('of any content is redacted without an error, and a second time the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), ip, (text, address) => {
        const redactor = new Redactor({ ...rules, addresses: false });
        const once = redactor.redact(`${text} ${address} ${text}`);
        expect(redactor.redact(once)).toBe(once);
      }),
    );
  });

  test('of a megabyte is redacted in bounded time', () => {
    const start = performance.now();
    for (const part of ['a:', '::', '1.', 'token=', 'enode://', '0xab', ':a.', '"[', ' '])
      new Redactor({ ...rules, addresses: false }).redact(part.repeat(1_000_000 / part.length));
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('of a megabyte is redacted in bounded time with as many host names as the lists hold', () => {
    const names = Array.from({ length: 30_000 }, (_, at) => `node-${String(at)}.example.org`);
    const start = performance.now();
    const redactor = new Redactor({ ...rules, names, addresses: false });
    for (const part of ['dial of node-7.example.org:30303 failed, ', 'a.', '-', 'node-7.'])
      redactor.redact(part.repeat(1_000_000 / part.length));
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  // With a time that grows with the square of the size, 4 MB would take minutes.
  test(
    'of many enode URLs is redacted in bounded time, also where they are kept',
    { timeout: 30_000 },
    () => {
      const text = `enode://${'ab'.repeat(64)}@192.0.2.7:30303 `.repeat(26_000);
      expect(new Redactor({ ...rules, addresses: true }).redact(text)).toBe(text);
    },
  );
});
