import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../../src-main/base/errors.ts';
import { encodeRlp, RawRlp } from '../../../src-main/base/rlp.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import {
  decodeEnr,
  decodeEnrStructure,
  EnrError,
  enrFromText,
  enrToText,
  MAX_ENR_SEQ,
  signEnr,
  type Enr,
} from '../../../src-main/node-record/enr.ts';

const privateKeys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((seed) => keccak256(seed));
const seqs = fc.bigInt({ min: 0n, max: MAX_ENR_SEQ });
const values = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.nat(),
  fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 3 }),
);
const names = fc
  .string({ unit: 'binary-ascii', minLength: 0, maxLength: 8 })
  .filter((name) => name !== '__proto__');
const entries = fc.dictionary(names, values, { maxKeys: 6 });

/** All properties of a record; none may throw. */
function facts(enr: Enr): unknown[] {
  return [
    enr.ip,
    enr.ip6,
    enr.tcp,
    enr.udp,
    enr.tcp6,
    enr.udp6,
    enr.eth,
    enr.keys(),
    enr.publicKey,
    enr.nodeId,
  ];
}

describe('Node records', () => {
  it('are decoded back from their bytes and their text, with every entry', () => {
    fc.assert(
      fc.property(entries, seqs, privateKeys, (pairs, seq, key) => {
        let signed: Enr;
        try {
          signed = signEnr(pairs, seq, key);
        } catch (error) {
          expect((error as EnrError).code).toBe('too-large');
          return;
        }
        for (const back of [decodeEnr(signed.encoded), enrFromText(enrToText(signed))]) {
          expect(back.seq).toBe(seq);
          expect(facts(back)).toEqual(facts(signed));
          expect(back.keys()).toEqual(back.keys().toSorted());
          for (const [name, value] of Object.entries(pairs)) {
            if (name !== 'id' && name !== 'secp256k1') expect(back.get(name)).toEqual(encodeRlp(value));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('throw only EnrError when any byte is changed', () => {
    const key = keccak256(Uint8Array.of(1));
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (pairs, at, change) => {
        const record = signEnr(
          { ...Object.fromEntries(Object.entries(pairs).slice(0, 3)), udp: 30303 },
          7n,
          key,
        );
        const bytes = record.encoded.slice();
        bytes[at % bytes.length]! ^= change;
        expect(() => decodeEnr(bytes)).toThrow(EnrError);
      }),
      { numRuns: 400 },
    );
  });

  it('throw only EnrError for random bytes and text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 320 }), fc.string({ maxLength: 450 }), (bytes, text) => {
        expect(() => decodeEnr(bytes)).toThrow(EnrError);
        expect(() => enrFromText(text)).toThrow(EnrError);
        expect(() => enrFromText(`enr:${text}`)).toThrow(EnrError);
        expect(() => enrFromText(`enr:${Buffer.from(bytes).toString('base64url')}`)).toThrow(CodecError);
      }),
      { numRuns: 1000 },
    );
  });

  it('with values that are not well-formed RLP have no such entries, and do not throw', () => {
    const key = keccak256(Uint8Array.of(2));
    fc.assert(
      fc.property(
        fc.constantFrom('ip', 'ip6', 'udp', 'tcp6', 'eth'),
        fc.uint8Array({ minLength: 1, maxLength: 30 }),
        (name, raw) => {
          const record = signEnr({ [name]: new RawRlp(raw) }, 1n, key);
          facts(record);
          let structure;
          try {
            structure = decodeEnrStructure(record.encoded);
          } catch (error) {
            expect(error).toBeInstanceOf(EnrError);
            return;
          }
          expect(bytesToHex(structure.signature)).toBe(bytesToHex(record.signature));
        },
      ),
      { numRuns: 400 },
    );
  });
});
