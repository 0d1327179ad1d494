/** The sender of a transaction, recovered from its signature. */
import { bigintToBytes, concatBytes } from '../../../base/bytes.ts';
import { CryptoError } from '../../../base/crypto-error.ts';
import { keccak256 } from '../../../base/keccak.ts';
import { encodeRlp, type RlpInput } from '../../../base/rlp.ts';
import { recover } from '../../../base/secp256k1.ts';

/** The last 20 bytes of a public key's hash are the address. */
const ADDRESS_AT = 12;

/** Values of `v` before EIP-155, and the first of EIP-155: {35, 36} + 2 × chain ID. */
const PLAIN_V = 27n;
const REPLAY_PROTECTED_V = 35n;

/** A signature over the hash of what a sender signs. */
export interface SignedParts {
  /** Type byte; 0 for legacy. */
  readonly type: number;
  /** Fields that are signed, in their order. */
  readonly fields: readonly RlpInput[];
  readonly r: bigint;
  readonly s: bigint;
  /** y parity of a typed transaction, `v` of a legacy one. */
  readonly v: bigint;
}

/** The address that signed, 20 bytes; undefined where the signature is invalid. */
export function recoverSender({ type, fields, r, s, v }: SignedParts): Uint8Array | undefined {
  const signed = type === 0 ? legacySigned(fields, v) : { parity: v, fields };
  if (signed.parity !== 0n && signed.parity !== 1n) return undefined;
  const encoded = encodeRlp(signed.fields);
  const hash = keccak256(type === 0 ? encoded : concatBytes(Uint8Array.of(type), encoded));
  const signature = concatBytes(
    bigintToBytes(r, 32),
    bigintToBytes(s, 32),
    Uint8Array.of(Number(signed.parity)),
  );
  try {
    return keccak256(recover(hash, signature)).slice(ADDRESS_AT);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return undefined;
  }
}

/** @see https://eips.ethereum.org/EIPS/eip-155 */
function legacySigned(
  fields: readonly RlpInput[],
  v: bigint,
): { parity: bigint; fields: readonly RlpInput[] } {
  if (v < REPLAY_PROTECTED_V) return { parity: v - PLAIN_V, fields };
  const chainId = (v - REPLAY_PROTECTED_V) / 2n;
  return { parity: (v - REPLAY_PROTECTED_V) % 2n, fields: [...fields, chainId, 0n, 0n] };
}
