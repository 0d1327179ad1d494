import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordView } from '../../../src-main/api/record-view.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { EnrError, enrToText, signEnr } from '../../../src-main/node-record/enr.ts';

const KEY = new Uint8Array(32).fill(7);
const KNOWN = ['ip', 'tcp', 'ip6', 'udp6', 'quic', 'eth', 'opel', 'snap', 'les', 'wit', 'client'];
const CONSENSUS = ['eth2', 'attnets', 'syncnets', 'cgc', 'nfd', 'c'];

const item = fc.letrec<{ item: Uint8Array | readonly unknown[] }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small' },
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('item'), { maxLength: 3 }),
  ),
})).item;
const key = fc.oneof(
  fc.constantFrom(...KNOWN, ...CONSENSUS),
  fc
    .uint8Array({ maxLength: 6 })
    .map((bytes) => String.fromCharCode(...bytes))
    .filter((name) => name !== '__proto__'),
);

test('a signed record with any entries is decoded, each with its key and its bytes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, item, { maxKeys: 5, noNullPrototype: true }),
      fc.bigInt(0n, 2n ** 64n - 1n),
      (entries, seq) => {
        const encoded = Object.fromEntries(
          Object.entries(entries).map(([name, value]) => [name, new RawRlp(encodeRlp(value as Uint8Array))]),
        );
        let record;
        try {
          record = signEnr(encoded, seq, KEY);
        } catch (error) {
          expect(error).toMatchObject({ code: 'too-large' });
          return;
        }
        const view = recordView(enrToText(record));
        expect(view.seq).toBe(seq.toString());
        expect(view.entries.length).toBe(record.keys().length);
        for (const { raw, value, meaning } of view.entries) {
          expect(raw).toMatch(/^0x([0-9a-f]{2})+$/);
          if (meaning === null) expect(value).toBeNull();
          expect(value ?? '').not.toMatch(/[\u0000-\u001f\u202e]/);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('any other text is refused with an EnrError', () => {
  const base64 = fc.stringMatching(/^[A-Za-z0-9_-]{0,420}$/).map((text) => `enr:${text}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), base64), (text) => {
      expect(() => recordView(text)).toThrow(EnrError);
    }),
    { numRuns: 500 },
  );
});
