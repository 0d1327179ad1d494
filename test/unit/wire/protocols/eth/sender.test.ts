import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes } from '../../../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../../../src-main/base/keccak.ts';
import { encodeRlp, type RlpInput } from '../../../../../src-main/base/rlp.ts';
import { publicKeyOf, sign } from '../../../../../src-main/base/secp256k1.ts';
import { describeMessage } from '../../../../../src-main/wire/message-schema.ts';
import { protocolSchema } from '../../../../../src-main/wire/registry.ts';

const KEY = new Uint8Array(32).fill(0x46);
const SENDER = `0x${bytesToHex(keccak256(publicKeyOf(KEY)).subarray(12))}`;
const TO = new Uint8Array(20).fill(0x35);

/** The computed fields of the only transaction of a Transactions message. */
function derived(transaction: RlpInput): Record<string, string | null> {
  const message = protocolSchema('eth/69')?.message(2);
  if (message === undefined) throw new Error('no schema');
  const bytes = encodeRlp([transaction]);
  const { tree, fault } = describeMessage(message, { bytes, total: bytes.length });
  expect(fault).toBeNull();
  const nodes = tree.children[0]?.children.filter(({ note }) => note === 'computed') ?? [];
  return Object.fromEntries(nodes.map(({ name, value }) => [name, value]));
}

/** A typed transaction that KEY signed, as a byte string. */
function signed(type: number, fields: readonly RlpInput[], wrap = (body: RlpInput): RlpInput => body) {
  const prefix = Uint8Array.of(type);
  const signature = sign(keccak256(prefix, encodeRlp(fields)), KEY);
  const number = (from: number, to: number) => BigInt(`0x${bytesToHex(signature.subarray(from, to))}`);
  const body = [...fields, signature[64] ?? 0, number(0, 32), number(32, 64)];
  return {
    encoded: concatBytes(prefix, encodeRlp(wrap(body))),
    hash: `0x${bytesToHex(keccak256(prefix, encodeRlp(body)))}`,
  };
}

const fees: readonly RlpInput[] = [1, 9, 1_000_000_000, 2_000_000_000, 21_000];

describe('the sender of a transaction', () => {
  it('is that of the example of EIP-155', () => {
    const transaction = hexToBytes(
      'f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    );
    const message = protocolSchema('eth/69')?.message(2);
    const bytes = concatBytes(Uint8Array.of(0xf8, transaction.length), transaction);
    if (message === undefined) throw new Error('no schema');
    const nodes = describeMessage(message, { bytes, total: bytes.length }).tree.children[0]?.children;
    expect(nodes?.find(({ name }) => name === 'sender')?.value).toBe(
      '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f',
    );
  });

  it('is that of the signature, for each type', () => {
    const bodies: readonly (readonly [number, readonly RlpInput[]])[] = [
      [1, [1, 9, 2_000_000_000, 21_000, TO, 7, new Uint8Array(0), []]],
      [2, [...fees, TO, 7, new Uint8Array(0), []]],
      [3, [...fees, TO, 7, new Uint8Array(0), [], 1, [new Uint8Array(32)]]],
      [4, [...fees, TO, 7, new Uint8Array(0), [], []]],
    ];
    for (const [type, fields] of bodies) {
      const { encoded, hash } = signed(type, fields);
      expect(derived(encoded), String(type)).toEqual({ hash, sender: SENDER });
    }
  });

  it('is that of the blob transaction without its sidecar, in all forms of sidecar', () => {
    const fields = [...fees, TO, 7, new Uint8Array(0), [], 1, [new Uint8Array(32)]];
    const [blob, kzg] = [new Uint8Array(100), new Uint8Array(48)];
    const sidecars: readonly (readonly RlpInput[])[] = [
      [[blob], [kzg], [kzg]],
      [1, [blob], [kzg], [kzg]],
      [1, new Uint8Array(0), [kzg], [kzg]],
    ];
    for (const sidecar of sidecars) {
      const { encoded, hash } = signed(3, fields, (body) => [body, ...sidecar]);
      expect(derived(encoded)).toEqual({ hash, sender: SENDER });
    }
  });

  it('is left out where the signature is invalid', () => {
    const fields = [9, 1, 21_000, TO, 7, new Uint8Array(0), 27, 0, 0];
    expect(Object.keys(derived(fields))).toEqual(['hash']);
    expect(Object.keys(derived([9, 1, 21_000, TO, 7, new Uint8Array(0), 0, 1, 1]))).toEqual(['hash']);
  });
});
