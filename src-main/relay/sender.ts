/**
 * The sender of a transaction, recovered from its signature.
 * @see https://eips.ethereum.org/EIPS/eip-155
 * @see https://eips.ethereum.org/EIPS/eip-1559
 */
import { bigintToBytes } from '../base/bytes.ts';
import { CryptoError } from '../base/crypto-error.ts';
import { CodecError } from '../base/errors.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp, readRlp, type RlpInput } from '../base/rlp.ts';
import { recover } from '../base/secp256k1.ts';
import { ADDRESS_LENGTH } from '../eth/constants.ts';
import { LEGACY_TYPE } from '../eth/transactions.ts';
import type { RelayedTransaction } from './transaction.ts';

/** Every type ends with the recovery value, r and s. */
const SIGNATURE_FIELDS = 3;
/** Values of v before EIP-155, and the first with a chain ID. */
const FIRST_V = 27n;
const FIRST_V_WITH_CHAIN = 35n;

/** The address that signed a transaction; its hash where there is none: a value by which its peers are chosen. */
export function senderOf(transaction: RelayedTransaction): Uint8Array {
  const { type, fields, hash } = transaction;
  if (fields.length <= SIGNATURE_FIELDS) return hash;
  try {
    const [v, r, s] = fields
      .slice(-SIGNATURE_FIELDS)
      .map((field) => readRlp(field, (item) => item.uint256()));
    if (v === undefined || r === undefined || s === undefined) return hash;
    const unsigned = fields.slice(0, -SIGNATURE_FIELDS).map((field) => new RawRlp(field));
    const signature = new Uint8Array([
      ...bigintToBytes(r, 32),
      ...bigintToBytes(s, 32),
      type === LEGACY_TYPE ? legacyRecoveryId(v) : Number(v & 0xffn),
    ]);
    const signed =
      type === LEGACY_TYPE
        ? keccak256(encodeRlp(legacyPayload(unsigned, v)))
        : keccak256(Uint8Array.of(type), encodeRlp(unsigned));
    return keccak256(recover(signed, signature)).subarray(-ADDRESS_LENGTH);
  } catch (error) {
    if (error instanceof CryptoError || error instanceof CodecError) return hash;
    throw error;
  }
}

function legacyRecoveryId(v: bigint): number {
  return Number(v < FIRST_V_WITH_CHAIN ? (v - FIRST_V) & 0xffn : (v - FIRST_V_WITH_CHAIN) % 2n);
}

function legacyPayload(unsigned: readonly RlpInput[], v: bigint): RlpInput {
  return v < FIRST_V_WITH_CHAIN ? unsigned : [...unsigned, (v - FIRST_V_WITH_CHAIN) / 2n, 0, 0];
}
