/**
 * Transactions of the demo's chain: type 2 (EIP-1559) with a receiver, without an access list.
 * @see https://eips.ethereum.org/EIPS/eip-1559
 */
import { bytesToBigint, concatBytes, equalBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, readRlp, type RlpInput } from '../base/rlp.ts';
import { sign } from '../base/secp256k1.ts';
import { SIGNATURE_LENGTH } from '../base/secp256k1-lengths.ts';
import { ADDRESS_LENGTH } from '../eth/constants.ts';
import { readRelayed } from '../relay/transaction.ts';
import { senderOf } from '../relay/sender.ts';
import { TOKEN_ADDRESS, TOKEN_GAS, type DemoWallet } from './accounts.ts';

/** EIP-2718 type of the demo's transactions. */
export const DEMO_TYPE = 2;

/** Gas of each transaction, and of each byte of its data (yellow paper, appendix G). */
const BASE_GAS = 21_000n;
const ZERO_BYTE_GAS = 4n;
const BYTE_GAS = 16n;

/** The content of a transaction. Fees are in wei per gas. */
export interface TransactionFields {
  readonly chainId: bigint;
  readonly nonce: bigint;
  readonly maxPriorityFee: bigint;
  readonly maxFee: bigint;
  readonly gasLimit: bigint;
  readonly to: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  readonly data: Uint8Array;
}

/** A signed transaction. */
export interface DemoTransaction extends TransactionFields {
  /** As EIP-2718 says. */
  readonly encoded: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** 20 bytes. */
  readonly sender: Uint8Array;
}

/** Signs a transaction. */
export function signTransaction(fields: TransactionFields, { key, address }: DemoWallet): DemoTransaction {
  const unsigned = unsignedFields(fields);
  const signature = sign(signedHash(unsigned), key);
  const r = bytesToBigint(signature.subarray(0, 32));
  const s = bytesToBigint(signature.subarray(32, SIGNATURE_LENGTH));
  const payload = encodeRlp([...unsigned, signature[SIGNATURE_LENGTH] ?? 0, r, s]);
  const encoded = concatBytes(Uint8Array.of(DEMO_TYPE), payload);
  return { ...fields, encoded, hash: keccak256(encoded), sender: address };
}

/**
 * Reads an encoded transaction and recovers its sender; undefined for one that is not of the demo's form. The result holds a
 * copy of the bytes.
 */
export function readTransaction(bytes: Uint8Array): DemoTransaction | undefined {
  if (bytes[0] !== DEMO_TYPE) return undefined;
  const encoded = bytes.slice();
  try {
    const fields = readRlp(encoded.subarray(1), (reader) => {
      const items = reader.list();
      const read: TransactionFields = {
        chainId: items.uint64(),
        nonce: items.uint64(),
        maxPriorityFee: items.uint256(),
        maxFee: items.uint256(),
        gasLimit: items.uint64(),
        to: items.fixedBytes(ADDRESS_LENGTH),
        value: items.uint256(),
        data: items.bytes(),
      };
      items.list().end();
      return read;
    });
    const transaction = readRelayed(encoded);
    const sender = senderOf(transaction);
    // Without a valid signature it is the hash.
    if (sender.length !== ADDRESS_LENGTH) return undefined;
    return { ...fields, encoded, hash: transaction.hash, sender };
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** Gas that a transaction uses. */
export function gasOf({ to, data }: Pick<TransactionFields, 'to' | 'data'>): bigint {
  const zeros = BigInt(data.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0));
  const intrinsic = BASE_GAS + ZERO_BYTE_GAS * zeros + BYTE_GAS * (BigInt(data.length) - zeros);
  return equalBytes(to, TOKEN_ADDRESS) ? intrinsic + TOKEN_GAS : intrinsic;
}

function unsignedFields(fields: TransactionFields): readonly RlpInput[] {
  const { chainId, nonce, maxPriorityFee, maxFee, gasLimit, to, value, data } = fields;
  return [chainId, nonce, maxPriorityFee, maxFee, gasLimit, to, value, data, []];
}

const signedHash = (unsigned: readonly RlpInput[]): Uint8Array =>
  keccak256(Uint8Array.of(DEMO_TYPE), encodeRlp(unsigned));
