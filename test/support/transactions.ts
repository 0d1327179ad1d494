import { bytesToBigint, concatBytes } from '../../src-main/base/bytes.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../../src-main/base/rlp.ts';
import { publicKeyOf, sign } from '../../src-main/base/secp256k1.ts';
import { sha256 } from '../../src-main/base/symmetric.ts';

/** A key of a test. */
export const SENDER_KEY = new Uint8Array(32).fill(0x11);

/** The address of a key. */
export function addressOf(key: Uint8Array): Uint8Array {
  return keccak256(publicKeyOf(key)).subarray(12);
}

/** The recovery value, r and s of a signature of `hash`. */
export function signatureFields(hash: Uint8Array, key: Uint8Array): readonly [number, bigint, bigint] {
  const signature = sign(hash, key);
  const part = (from: number): bigint => bytesToBigint(signature.subarray(from, from + 32));
  return [signature[64] ?? 0, part(0), part(32)];
}

/** A typed transaction of these fields with its signature. */
export function signTyped(type: number, fields: readonly RlpInput[], key: Uint8Array): Uint8Array {
  const prefix = Uint8Array.of(type);
  const signature = signatureFields(keccak256(prefix, encodeRlp(fields)), key);
  return concatBytes(prefix, encodeRlp([...fields, ...signature]));
}

/** A transaction with dynamic fees (EIP-1559). */
export function dynamicFeeTransaction(nonce: number, data = new Uint8Array(0), key = SENDER_KEY): Uint8Array {
  return signTyped(2, [1, nonce, 1, 1000, 100_000, new Uint8Array(20).fill(0xaa), 0, data, []], key);
}

/** A legacy transaction, with a chain ID in its signature (EIP-155) or without. */
export function legacyTransaction(nonce: number, chainId?: number, key = SENDER_KEY): Uint8Array {
  const fields: readonly RlpInput[] = [
    nonce,
    1000,
    21_000,
    new Uint8Array(20).fill(0xaa),
    1,
    new Uint8Array(0),
  ];
  const signed = chainId === undefined ? fields : [...fields, chainId, 0, 0];
  const [v, r, s] = signatureFields(keccak256(encodeRlp(signed)), key);
  return encodeRlp([...fields, v + (chainId === undefined ? 27 : 35 + 2 * chainId), r, s]);
}

/** A blob transaction in its forms. Its proofs prove nothing. */
export interface BlobTransaction {
  readonly hash: Uint8Array;
  /** As in a block. */
  readonly bare: Uint8Array;
  /** With its sidecar. */
  readonly pooled: Uint8Array;
  /** With the sidecar of other blobs. */
  readonly mismatched: Uint8Array;
}

/** A blob transaction (EIP-4844) with a sidecar of version 0 or 1 (EIP-7594). */
export function blobTransaction(nonce: number, blobCount = 1, version: 0 | 1 = 1): BlobTransaction {
  const commitments = Array.from({ length: blobCount }, (_, at) =>
    new Uint8Array(48).fill(0xc0 + ((nonce + at) % 16)),
  );
  const hashes = commitments.map((commitment) => {
    const hash = sha256(commitment).slice();
    hash[0] = 1;
    return hash;
  });
  const to = new Uint8Array(20).fill(0xaa);
  const fields = [1, nonce, 1, 1000, 100_000, to, 0, new Uint8Array(0), [], 1, hashes];
  const bare = signTyped(3, fields, SENDER_KEY);
  const blobs = commitments.map(() => new Uint8Array(131_072).fill(nonce % 256));
  const proofs = Array.from({ length: blobCount * (version === 0 ? 1 : 128) }, () => new Uint8Array(48));
  const wrap = (given: readonly Uint8Array[]): Uint8Array => {
    const sidecar: readonly RlpInput[] = [blobs, given, proofs];
    const body = new RawRlp(bare.subarray(1));
    return concatBytes(
      Uint8Array.of(3),
      encodeRlp(version === 0 ? [body, ...sidecar] : [body, 1, ...sidecar]),
    );
  };
  const others = commitments.map((_, at) => new Uint8Array(48).fill(0x80 + at));
  return { hash: keccak256(bare), bare, pooled: wrap(commitments), mismatched: wrap(others) };
}
