import { describe, expect, test } from 'vitest';
import { Redactor, type RedactionRules } from '../../../src-main/desktop/redaction.ts';
import { SOME_ENODE } from '../../support/some-enode.ts';

const KEY = '4a'.repeat(32);
const ID = 'b7'.repeat(32);
const GENESIS = `0x${'d4'.repeat(32)}`;

const RULES: RedactionRules = {
  addresses: false,
  secrets: ['hunter2token'],
  publicHex: [GENESIS, ID],
  names: ['laptop', 'node.example.org'],
  home: '/home/alice',
};
const redact = (text: string, change: Partial<RedactionRules> = {}): string =>
  new Redactor({ ...RULES, ...change }).redact(text);

describe('a redacted text', () => {
  test.each([
    ['dial 203.0.113.7:30303 failed', 'dial [ip-1]:30303 failed'],
    ['[2001:db8::7]:30303', '[[ip-1]]:30303'],
    ['"ip":"2001:DB8:0:0:0:0:0:7"', '"ip":"[ip-1]"'],
    ['ip:2001:db8::7, next', 'ip[ip-1], next'],
    ['::ffff:203.0.113.7', '[ip-1]'],
    ['fe80::1%eth0 up', '[ip-1] up'],
    ['hardware 00:1a:2b:3c:4d:5e', 'hardware [ip-1]'],
    ['laptop: node.example.org, NODE.example.org:30303', '[name-1]: [name-2], [name-2]:30303'],
    [SOME_ENODE, '[enode-1]'],
    ['enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJj', '[enr-1]'],
    [
      'enrtree://AKA3AM6LPBYEUDMVNU3BSVQJ5AD45Y7YPOHJLEF6W26QOE4VTUDPE@all.mainnet.ethdisco.net',
      '[dns-tree-1]',
    ],
    [`node ${ID}`, `node ${ID}`],
    [`key ${KEY}`, 'key [hex-1]'],
    ['C:/x /home/alice/.enodeck', 'C:/x ~/.enodeck'],
  ])('does not name this machine or another node: %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  test.each([
    'at 05:04:01.123Z',
    '2026-11-29T05:04:01.000Z',
    'on 127.0.0.1:8546 and [::1]:8546 and 0.0.0.0',
    'Chromium 148.0.7204.92',
    `genesis ${GENESIS}`,
    'fork 0x4f44a4b3, eth/69, 12,345 peers',
    'laptops',
  ])('keeps what names neither: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test.each([
    ['laptop.local and laptop.', '[name-1].local and [name-1].'],
    ['node.example.org.uk', '[name-1].uk'],
    ['x.laptop, my-laptop, laptop-2, laptop_', 'x.laptop, my-laptop, laptop-2, laptop_'],
    ['Enodeck/a+b/v1', 'Enodeck/[name-1]/v1'],
    ['Enodeck/aa+b/v1', 'Enodeck/aa+b/v1'],
  ])('finds a name as a whole word, also in front of a suffix: %s', (text, clean) => {
    expect(redact(text, { names: [...RULES.names, 'a+b'] })).toBe(clean);
  });

  test('gives the same value the same number, in all texts of one bundle', () => {
    const redactor = new Redactor(RULES);
    expect(redactor.redact('203.0.113.7 then 203.0.113.8')).toBe('[ip-1] then [ip-2]');
    expect(redactor.redact('again 203.0.113.8')).toBe('again [ip-2]');
  });

  test.each([
    'page http://127.0.0.1:8546/#token=hunter2token',
    '{"token":"abc def"}'.replace(' def', ''),
    'Authorization: Bearer abc.def-123',
    'password = abc',
    '{\\"secret\\": \\"abc\\"}',
    'nodekeyhex: abc',
  ])('has no token or password, with addresses or without: %s', (text) => {
    for (const addresses of [true, false]) {
      const clean = redact(text, { addresses });
      expect(clean).toContain('[secret]');
      expect(clean).not.toMatch(/hunter2|abc/);
    }
  });

  test('with addresses keeps addresses and public keys, and still no possible private key', () => {
    const text = `${SOME_ENODE} 203.0.113.7 laptop ${ID} ${KEY} 0x${KEY}`;
    expect(redact(text, { addresses: true })).toBe(`${SOME_ENODE} 203.0.113.7 laptop ${ID} [hex-1] [hex-1]`);
    // Not the 64 bytes of a public key.
    expect(redact(`enode://${KEY}@laptop:1`, { addresses: true })).toBe('enode://[hex-1]@laptop:1');
    // 64 bytes that are no part of an enode URL.
    expect(redact(`two keys ${KEY}${KEY}`, { addresses: true })).toBe('two keys [hex-1]');
  });

  test('has a given secret nowhere, also where nothing says that it is one', () => {
    expect(redact('page hunter2token, /hunter2token/')).toBe('page [secret], /[secret]/');
    expect(redact('page', { secrets: [''] })).toBe('page');
  });

  test('has no home folder, also of Windows and as JSON writes it', () => {
    const home = 'C:\\Users\\Alice';
    expect(redact(`${home}\\a ${JSON.stringify(`${home}\\b`)}`, { home })).toBe('~\\a "~\\\\b"');
    expect(redact('/var/log', { home: '/' })).toBe('/var/log');
  });

  test('keeps words of one or two letters that are names too', () => {
    expect(redact('pi: up, pi4: down', { names: ['pi', 'pi4'] })).toBe('pi: up, [name-1]: down');
  });

  test('finds a name at the start of a word that is too long for one, and none that is longer', () => {
    const [tail, long] = [`.${'x'.repeat(300)}`, 'y'.repeat(257)];
    expect(redact(`laptop${tail} ${long}`, { names: ['laptop', long] })).toBe(`[name-1]${tail} ${long}`);
  });

  test('numbers 10,000 values of a kind, and no further ones', () => {
    const addresses = Array.from(
      { length: 10_001 },
      (_, at) => `10.${String(at >> 8)}.${String(at & 255)}.1`,
    );
    const redactor = new Redactor(RULES);
    const words = redactor.redact(addresses.join(' ')).split(' ');
    expect(words.slice(-2)).toEqual(['[ip-10000]', '[ip]']);
    expect(redactor.redact('10.0.0.1')).toBe('[ip-1]');
  });
});
