import { describe, expect, it } from 'vitest';
import type { WireNode } from '../../../../shared/model/wire.ts';
import { formatBase64Url } from '../../../../shared/base64url.ts';
import { bytesToHex, utf8ToBytes } from '../../../../src-main/base/bytes.ts';
import { formatBase32 } from '../../../../src-main/base/base32.ts';
import { encodeRlp } from '../../../../src-main/base/rlp.ts';
import { formatBranch, formatRoot, signRoot } from '../../../../src-main/discovery/dns/entries.ts';
import { enrToText, signEnr } from '../../../../src-main/node-record/enr.ts';
import { describeMessage, fieldsOf, summarizeMessage } from '../../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../../src-main/wire/registry.ts';
import { keyOf, listUrl } from '../../../support/dns-world.ts';

const message = (code: number) => {
  const found = protocolSchema('dns')?.message(code);
  if (found === undefined) throw new Error('no schema');
  return found;
};
const decode = (text: string, code = 1) => {
  const bytes = utf8ToBytes(text);
  return describeMessage(message(code), { bytes, total: bytes.length });
};
const partsOf = (text: string, nodes: readonly WireNode[]) =>
  nodes.map(({ name, start, end }) => [name, text.slice(start, end)]);

const HASH = formatBase32(new Uint8Array(16).fill(7));
const OTHER = formatBase32(new Uint8Array(16).fill(9));
const root = formatRoot(signRoot({ enrRoot: HASH, linkRoot: OTHER, seq: 12n }, keyOf('a')));

describe('a TXT record of a node list', () => {
  it('is a root whose parts know their bytes', () => {
    const { tree, json, summary, fault } = decode(root);
    expect(fault).toBeNull();
    expect(summary).toBe('root, seq 12');
    expect(json).toMatchObject({ root: { enrRoot: HASH, linkRoot: OTHER, seq: '12' } });
    const [, , , sig] = root.split(' ').slice(1);
    expect(partsOf(root, tree.children)).toEqual([
      ['enrRoot', `e=${HASH}`],
      ['linkRoot', `l=${OTHER}`],
      ['seq', 'seq=12'],
      ['signature', sig],
    ]);
  });

  it('is a branch, a link or a text that is no record of a list', () => {
    const branch = formatBranch([HASH, OTHER]);
    expect(decode(branch)).toMatchObject({
      summary: 'branch, 2 hashes',
      json: { branch: { hashes: [HASH, OTHER] } },
    });
    expect(partsOf(branch, decode(branch).tree.children)).toEqual([
      ['[0]', HASH],
      ['[1]', OTHER],
    ]);
    expect(decode('enrtree-branch:')).toMatchObject({ fault: null, json: { branch: { hashes: [] } } });
    const link = listUrl('nodes.example.org');
    expect(decode(link)).toMatchObject({ summary: 'link to nodes.example.org', fault: null });
    expect(partsOf(link, decode(link).tree.children)[1]).toEqual(['domain', 'nodes.example.org']);
    expect(decode('v=spf1 -all')).toMatchObject({
      summary: 'no record of a node list',
      json: { text: 'v=spf1 -all' },
    });
    expect(decode('')).toMatchObject({ summary: 'no TXT record', json: {}, fault: null });
    expect(decode('a.example.org', 0)).toMatchObject({
      summary: 'a.example.org',
      json: { name: 'a.example.org' },
    });
  });

  it('is a node record entry by entry: the characters of each entry hold its bytes', () => {
    const enr = signEnr({ ip: Uint8Array.of(81, 0, 0, 9), tcp: 30_303, udp: 30_304 }, 5n, keyOf('node'));
    const text = enrToText(enr);
    const { tree, json, summary, fault } = decode(text);
    expect(fault).toBeNull();
    expect(summary).toBe('node record, seq 5');
    expect(json).toMatchObject({
      record: { seq: '5', id: 'v4', ip: '0x51000009', tcp: '30303', udp: '30304' },
    });
    const [record] = tree.children;
    expect([record?.start, record?.end]).toEqual([4, text.length]);
    const names = record?.children.map(({ name }) => name);
    expect(names).toEqual(['signature', 'seq', 'id', 'ip', 'secp256k1', 'tcp', 'udp']);
    const ip = record?.children.find(({ name }) => name === 'ip');
    if (ip === undefined) throw new Error('no ip');
    expect(ip.value).toBe('81.0.0.9');
    // The characters, from the one with the first bits to that with the last, hold all bytes of the entry.
    const bits = Array.from(text.slice(ip.start, ip.end))
      .map((one) => ALPHABET.indexOf(one).toString(2).padStart(6, '0'))
      .join('');
    const wanted = [...encodeRlp('ip'), ...encodeRlp(Uint8Array.of(81, 0, 0, 9))]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    expect(bits.indexOf(wanted)).toBeGreaterThanOrEqual(0);
    expect(bits.length).toBeLessThan(wanted.length + 12);
  });
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a malformed TXT record', () => {
  const rlp = (item: Parameters<typeof encodeRlp>[0]) => `enr:${formatBase64Url(encodeRlp(item))}`;
  it.each([
    [root.replace(' l=', ' x='), 'missing-item', 'linkRoot', root.indexOf(' l=')],
    [root.replace('seq=12', 'seq=012'), 'invalid-text', 'seq', root.indexOf('12 ')],
    [root.replace('seq=12', `seq=${String(2n ** 64n)}`), 'integer-too-large', 'seq', root.indexOf('12 ')],
    [root.replace(/sig=.*/, 'sig=AAAA'), 'wrong-length', 'signature', root.indexOf('sig=') + 4],
    [`${root} more`, 'trailing-bytes', '', root.length],
    [`enrtree-branch:${HASH},a`, 'invalid-text', '[1]', 16 + HASH.length],
    [`enrtree-branch:${HASH},`, 'missing-item', '[1]', 16 + HASH.length],
    [`enrtree-branch:${formatBase32(new Uint8Array(11))}`, 'wrong-length', '[0]', 15],
    ['enrtree://AAAA', 'missing-item', 'publicKey', 10],
    ['enrtree://AAAA@a', 'wrong-length', 'publicKey', 10],
    [`enrtree://${listUrl('a').slice(10).split('@')[0]!}@`, 'missing-item', 'domain', 64],
    ['enr:*', 'invalid-text', 'record', 4],
    [rlp([new Uint8Array(65), 1]), 'too-long', 'record.signature', 4 + 2],
    [rlp([new Uint8Array(64), 1, 'ip']), 'missing-item', 'record.ip', 4 + Math.floor((72 * 8) / 6)],
  ])('%s stops with a reason', (text, code, path, offset) => {
    const { fault, json, summary } = decode(text);
    expect(fault).toMatchObject({ code, path, offset });
    expect(json).toBeNull();
    expect(summary).toContain(fault?.message);
  });

  it('and one that was not kept whole says so', () => {
    const bytes = utf8ToBytes(root).subarray(0, 20);
    const kept = { bytes, total: root.length };
    expect(fieldsOf(message(1), kept).fault).toMatchObject({ code: 'not-kept', offset: 20 });
    expect(summarizeMessage(message(1), kept)).toEqual({
      summary: `Answer was not kept: the recording has the first 20 of ${String(root.length)} bytes`,
      isBroken: false,
    });
    expect(bytesToHex(bytes)).toHaveLength(40);
  });
});
