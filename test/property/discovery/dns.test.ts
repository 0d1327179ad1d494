import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  entryName,
  formatBranch,
  formatRoot,
  isNamed,
  parseEntry,
  parseRoot,
  signRoot,
  verifyRoot,
} from '../../../src-main/discovery/dns/entries.ts';
import { DnsEntryError } from '../../../src-main/discovery/dns/errors.ts';
import { makeTree, signTree, txtRecords, withSignature } from '../../../src-main/discovery/dns/tree.ts';
import { formatTreeUrl, parseTreeUrl } from '../../../src-main/discovery/dns/tree-url.ts';
import { formatBase32, parseBase32 } from '../../../src-main/base/base32.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { enrToText } from '../../../src-main/node-record/enr.ts';
import { keyOf, listUrl, recordsOf } from '../../support/dns-world.ts';

const key = fc.string({ minLength: 1 }).map(keyOf);
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const domain = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const name = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatBase32);
const seq = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const RECORDS = recordsOf(60);

/** Decodes any text; fails for an error other than the codec's own. */
const decodeOrRefuse = (decode: (text: string) => unknown, text: string): void => {
  try {
    decode(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DnsEntryError);
  }
};

/** A text with a few characters replaced, removed or inserted. */
const mutated = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      edits: fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1), fc.string({ maxLength: 2 })), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    .map(({ text, edits }) =>
      edits.reduce((edited, [index, removed, inserted]) => {
        const at = index % (edited.length + 1);
        return edited.slice(0, at) + inserted + edited.slice(at + removed);
      }, text),
    );

describe('base32', () => {
  test('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(bytesToHex(parseBase32(formatBase32(bytes))!)).toBe(bytesToHex(bytes));
      }),
    );
  });

  test('ignores only the unused bits of the last character', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    fc.assert(
      fc.property(fc.array(fc.nat(31), { maxLength: 60 }), (digits) => {
        const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
        const whole = bits.slice(0, bits.length - (bits.length % 8));
        const bytes = Uint8Array.from(whole.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
        const parsed = parseBase32(digits.map((digit) => alphabet.charAt(digit)).join(''));
        expect(parsed).toEqual(bits.length % 8 >= 5 ? undefined : bytes);
      }),
    );
  });

  test('refuses other characters and impossible lengths', () => {
    for (const text of ['a', 'A', 'AAA', 'AAAAAA', 'AA======', 'A1', 'A0', 'A8', 'ÄA', 'A\n'])
      expect(parseBase32(text)).toBeUndefined();
  });
});

describe('entries of DNS node lists', () => {
  test('are parsed as they were formatted', () => {
    fc.assert(
      fc.property(key, name, name, seq, (privateKey, enrRoot, linkRoot, number) => {
        const root = signRoot({ enrRoot, linkRoot, seq: number }, privateKey);
        const read = parseRoot(formatRoot(root));
        expect(read).toEqual(root);
        expect(verifyRoot(read, publicKeyOf(privateKey))).toBe(true);
        expect(verifyRoot({ ...read, seq: number ^ 1n }, publicKeyOf(privateKey))).toBe(false);
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 32 }), (children) => {
        expect(parseEntry(formatBranch(children))).toEqual({ type: 'branch', children });
      }),
    );
    fc.assert(
      fc.property(key, domain, (privateKey, at) => {
        const url = formatTreeUrl(publicKeyOf(privateKey), at);
        expect(parseTreeUrl(url)).toEqual({ text: url, url, publicKey: publicKeyOf(privateKey), domain: at });
        expect(parseEntry(url)).toMatchObject({ type: 'link', link: { domain: at } });
      }),
    );
  });

  test('of any text are parsed or refused with a DnsEntryError', () => {
    const texts = [
      formatRoot(signRoot({ enrRoot: 'A'.repeat(26), linkRoot: 'A'.repeat(26), seq: 5n }, keyOf('x'))),
      formatBranch(['A'.repeat(26), 'B'.repeat(26)]),
      listUrl('a.example.org'),
      enrToText(RECORDS[0]!),
    ];
    const any = fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc.string().map((text) => `enr:${text}`),
      fc.string().map((text) => `enrtree-branch:${text}`),
      fc.string().map((text) => `enrtree://${text}`),
      mutated(texts),
    );
    fc.assert(
      fc.property(any, (text) => {
        for (const decode of [parseRoot, parseEntry, parseTreeUrl]) decodeOrRefuse(decode, text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('match only the hash of their text, complete or abbreviated', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        expect(isNamed(text, entryName(text))).toBe(true);
        expect(isNamed(text, entryName(text).slice(0, 20))).toBe(true);
        expect(isNamed(text, entryName(text).slice(0, 18))).toBe(false);
        expect(isNamed(other, entryName(text))).toBe(other === text);
      }),
    );
  });
});

describe('makeTree', () => {
  test('makes the same tree for any order of the nodes, with all of them and within the size of a branch', () => {
    const subset = fc.shuffledSubarray(RECORDS);
    const links = fc
      .uniqueArray(fc.nat(40), { maxLength: 30 })
      .map((all) => all.map((at) => listUrl(`l${String(at)}.test`)));
    fc.assert(
      fc.property(subset, links, seq, (records, urls, number) => {
        const tree = signTree(makeTree(number, records, urls), keyOf('signer'));
        const again = makeTree(number, [...records].reverse(), urls);
        const txt = txtRecords(tree, 'a.test');
        expect(
          txtRecords(withSignature(again, tree.root.signature, publicKeyOf(keyOf('signer'))), 'a.test'),
        ).toEqual(txt);
        const leaves: string[] = [];
        const visit = (at: string): void => {
          const text = txt.get(`${at}.a.test`)!;
          expect(isNamed(text, at)).toBe(true);
          // A DNS answer with a branch and its name stays below 512 bytes.
          const entry = parseEntry(text);
          if (entry.type !== 'branch') leaves.push(text);
          else {
            expect(text.length).toBeLessThanOrEqual(370);
            for (const child of entry.children) visit(child);
          }
        };
        visit(tree.enrRoot);
        expect(leaves).toEqual(
          [...records].sort((a, b) => (bytesToHex(a.nodeId) < bytesToHex(b.nodeId) ? -1 : 1)).map(enrToText),
        );
        leaves.length = 0;
        visit(tree.linkRoot);
        expect(leaves).toEqual(urls);
      }),
      { numRuns: 60 },
    );
  });
});
