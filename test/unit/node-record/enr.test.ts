import { describe, expect, it } from 'vitest';
import {
  decodeEnr,
  decodeEnrStructure,
  enrFromText,
  EnrError,
  enrToText,
  ethEntry,
  MAX_ENR_SEQ,
  signEnr,
  type EnrEntries,
} from '../../../src-main/node-record/enr.ts';
import { bytesToHex } from '../../../src-main/base/bytes.ts';
import { ipToBytes } from '../../../src-main/base/ip.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../../../src-main/base/rlp.ts';
import { CryptoError } from '../../../src-main/base/crypto-error.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

type Value = string | Value[];
interface Valid {
  name: string;
  text: string;
  rlp: string;
  size: number;
  signature: string;
  seq: string;
  nodeId: string;
  publicKey: string;
  privateKey?: string;
  pairs: { key: string; value: Value }[];
  ip?: string;
  ip6?: string;
  tcp?: number;
  udp?: number;
  tcp6?: number;
  udp6?: number;
  eth?: { forkHash: string; forkNext: string };
}
interface Vectors {
  valid: Valid[];
  invalid: { name: string; reason: string; text: string; rlp?: string }[];
  structureOnly: { cases: { rlp: string; expect: string }[] };
  keyOrdering: { cases: { set: [string, number][]; result: [string, number][] }[] };
  unspecified: { name: string; text: string }[];
}

const vectors = readVectors<Vectors>('enr.json');

function toInput(value: Value): RlpInput {
  return Array.isArray(value) ? value.map(toInput) : hex(value);
}

function refusal(action: () => unknown): EnrError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(EnrError);
    return error as EnrError;
  }
  throw new Error('Nothing was refused');
}

describe.each(vectors.valid)('The record $name', (vector) => {
  const enr = enrFromText(vector.text);

  it('decodes to its parts', () => {
    expect(enr.seq).toBe(BigInt(vector.seq));
    expect(unhex(enr.signature)).toBe(vector.signature);
    expect(unhex(enr.encoded)).toBe(vector.rlp);
    expect(enr.encoded.length).toBe(vector.size);
    expect(unhex(enr.nodeId)).toBe(vector.nodeId);
    expect(unhex(enr.publicKey)).toBe(vector.publicKey);
    expect(enr.id).toBe('v4');
  });

  it('has its entries in order, including unknown ones', () => {
    expect(enr.keys()).toEqual(vector.pairs.map(({ key }) => key));
    for (const { key, value } of vector.pairs)
      expect(unhex(enr.get(key)!)).toBe(unhex(encodeRlp(toInput(value))));
    expect(enr.get('nonsense')).toBeUndefined();
  });

  it('has its endpoints and fork ID', () => {
    const { ip, ip6, tcp, udp, tcp6, udp6 } = vector;
    expect({ ip: enr.ip, ip6: enr.ip6, tcp: enr.tcp, udp: enr.udp, tcp6: enr.tcp6, udp6: enr.udp6 }).toEqual({
      ip,
      ip6,
      tcp,
      udp,
      tcp6,
      udp6,
    });
    const eth = enr.eth;
    expect(eth && { forkHash: unhex(eth.hash), forkNext: String(eth.next) }).toEqual(vector.eth);
  });

  it('is encoded to the same text', () => {
    expect(enrToText(enr)).toBe(vector.text);
  });
});

describe('A record whose private key is known', () => {
  it.each(vectors.valid.filter(({ privateKey }) => privateKey !== undefined))(
    'is the same when it is signed again: $name',
    (vector) => {
      const entries = Object.fromEntries(vector.pairs.map(({ key, value }) => [key, toInput(value)]));
      const signed = signEnr(entries, BigInt(vector.seq), hex(vector.privateKey!));
      expect(enrToText(signed)).toBe(vector.text);
    },
  );
});

describe('An invalid record', () => {
  const reasons: Record<string, string> = { bad_prefix: 'missing-prefix' };

  it.each(vectors.invalid)('is refused: $name, $reason', ({ reason, text, rlp }) => {
    const code = reasons[reason] ?? reason.replaceAll('_', '-');
    expect(refusal(() => enrFromText(text)).code).toBe(code);
    if (rlp !== undefined) expect(refusal(() => decodeEnr(hex(rlp))).code).toBe(code);
  });

  it.each(vectors.structureOnly.cases)('has the structure $rlp: $expect', ({ rlp, expect: outcome }) => {
    if (outcome === 'ok') expect(decodeEnrStructure(hex(rlp)).seq).toBeTypeOf('bigint');
    else expect(refusal(() => decodeEnrStructure(hex(rlp))).code).toBe(outcome.replaceAll('_', '-'));
  });

  it.each(vectors.unspecified)('is refused as in libsecp256k1 and go-ethereum: $name', ({ text }) => {
    expect(refusal(() => enrFromText(text)).code).toBe('bad-signature');
  });

  it('is refused without decoding when its text is too long', () => {
    expect(refusal(() => enrFromText(`enr:${'A'.repeat(10_000_000)}`)).code).toBe('too-large');
  });

  it.each(['\u0000', '\n', '\u200b', 'é', '😀', '+', '/', '=', ' '])(
    'is refused with %j within its text',
    (character) => {
      const { text } = vectors.valid[0]!;
      expect(refusal(() => enrFromText(text.slice(0, 30) + character + text.slice(31))).code).toBe(
        'bad-base64',
      );
    },
  );
});

const privateKey = hex(vectors.valid[0]!.privateKey!);

describe('Signing a record', () => {
  it.each(vectors.keyOrdering.cases)('sorts the keys $set', ({ set, result }) => {
    const enr = signEnr(Object.fromEntries(set), 1n, privateKey);
    const expected = new Map<string, RlpInput>(result);
    expect(enr.keys().filter((key) => expected.has(key))).toEqual([...expected.keys()]);
    for (const [key, value] of expected) expect(unhex(enr.get(key)!)).toBe(unhex(encodeRlp(value)));
    expect(enrToText(decodeEnr(enr.encoded))).toBe(enrToText(enr));
  });

  it('copies entries of another record, known or unknown', () => {
    const source = enrFromText(vectors.valid.find(({ name }) => name === 'sigp-many-entries')!.text);
    const kept = source.keys().filter((key) => !['id', 'secp256k1', 'attnets'].includes(key));
    const copy = signEnr(
      Object.fromEntries(kept.map((key) => [key, new RawRlp(source.get(key)!)])),
      400n,
      privateKey,
    );
    for (const key of kept) expect(bytesToHex(copy.get(key)!)).toBe(bytesToHex(source.get(key)!));
    expect(copy.ip6).toBe(source.ip6);
  });

  it('omits undefined entries', () => {
    expect(signEnr({ udp: undefined, tcp: 7 }, 1n, privateKey).keys()).toEqual(['id', 'secp256k1', 'tcp']);
  });

  it('refuses more than 300 bytes, a sequence number beyond 64 bits and a bad key', () => {
    expect(refusal(() => signEnr({ zz: new Uint8Array(200) }, 1n, privateKey)).code).toBe('too-large');
    expect(refusal(() => signEnr({}, MAX_ENR_SEQ + 1n, privateKey)).code).toBe('bad-seq');
    expect(refusal(() => signEnr({}, -1n, privateKey)).code).toBe('bad-seq');
    expect(signEnr({}, MAX_ENR_SEQ, privateKey).seq).toBe(MAX_ENR_SEQ);
    expect(() => signEnr({}, 1n, new Uint8Array(32))).toThrow(CryptoError);
  });
});

describe('Malformed entries', () => {
  it.each<[string, EnrEntries]>([
    ['an address of five bytes', { ip: new Uint8Array(5) }],
    ['an address that is a list', { ip: [1, 2, 3, 4] }],
    ['a port beyond 65535', { udp: 65_536 }],
    ['a port with a leading zero byte', { udp: Uint8Array.of(0, 1) }],
    ['an IPv4-mapped address as ip6', { ip6: hex('00000000000000000000ffff7f000001') }],
    ['a fork ID that is not a list', { eth: 5 }],
    ['a fork ID with a short hash', { eth: [[new Uint8Array(3), 0]] }],
  ])('count as missing: %s', (_what, entries) => {
    const enr = decodeEnr(signEnr(entries, 1n, privateKey).encoded);
    expect([enr.ip, enr.ip6, enr.udp, enr.eth]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('are not fork IDs with additional list items', () => {
    const forkId = { hash: hex('01020304'), next: 9n };
    const enr = signEnr(
      { eth: [[forkId.hash, forkId.next, 'later'], 'more'], ip: ipToBytes('10.0.0.1') },
      1n,
      privateKey,
    );
    expect(enr.eth).toEqual(forkId);
    expect(signEnr({ eth: ethEntry(forkId) }, 1n, privateKey).eth).toEqual(forkId);
  });
});

describe('A decoded record', () => {
  it('does not change with the buffer that it was decoded from', () => {
    const buffer = hex(vectors.valid[0]!.rlp);
    const enr = decodeEnr(buffer);
    buffer.fill(0xff);
    expect(enrToText(enr)).toBe(vectors.valid[0]!.text);
    expect(enr.ip).toBe('127.0.0.1');
  });
});
