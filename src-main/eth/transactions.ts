/**
 * Reads the envelope of encoded transactions: an RLP list (legacy), or a byte string of type and data (EIP-2718).
 * Transactions are not executed, so their data is not decoded.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#transaction-encoding-and-validity
 * @see https://eips.ethereum.org/EIPS/eip-2718
 */
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, readRlp, type RlpReader } from '../base/rlp.ts';
import { EthCodecError, reading } from './errors.ts';

/** Highest type of transactions and receipts (EIP-2718); higher first bytes belong to lists. */
export const TYPE_LIMIT = 0x7f;

/** Type of a legacy transaction. */
export const LEGACY_TYPE = 0;

/** Type of a blob transaction (EIP-4844). */
export const BLOB_TYPE = 3;

/** Type and hash of a transaction. */
export interface TransactionEnvelope {
  readonly type: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Returns the encoding of the next item, which must have the form of a transaction. */
export function readTransaction(reader: RlpReader): Uint8Array {
  if (reader.nextIsList()) return reader.raw();
  const encoded = reader.raw();
  const text = readRlp(encoded, (items) => items.bytes());
  const type = text[0];
  if (type === undefined || type > TYPE_LIMIT || text.length < 2) {
    throw new EthCodecError('malformed-message', {
      detail: 'a typed transaction without a type or without data',
    });
  }
  return encoded;
}

/** Returns a transaction as messages carry it: a typed one (EIP-2718) becomes a byte string of RLP. */
export function transactionItem(encoded: Uint8Array): Uint8Array {
  const first = encoded[0];
  return first !== undefined && first <= TYPE_LIMIT ? encodeRlp(encoded) : encoded;
}

/** Returns the encoded transaction (EIP-2718) of an item in a message or in a body: the inverse of transactionItem. */
export function unwrapTransaction(item: Uint8Array): Uint8Array {
  return readRlp(item, (reader) => (reader.nextIsList() ? reader.raw() : reader.bytes()));
}

/**
 * The hash of an encoded pooled transaction, 32 bytes: the sidecar of a blob transaction is no part of it (EIP-4844).
 * @throws RlpError for a blob transaction that is not RLP
 */
export function pooledTransactionHash(encoded: Uint8Array): Uint8Array {
  if (encoded[0] !== BLOB_TYPE) return keccak256(encoded);
  const inner = readRlp(encoded.subarray(1), (reader) => {
    const fields = reader.list();
    return fields.nextIsList() ? fields.raw() : undefined;
  });
  return inner === undefined ? keccak256(encoded) : keccak256(Uint8Array.of(BLOB_TYPE), inner);
}

/**
 * Returns type and hash of an encoded transaction.
 * @throws EthCodecError `malformed-message`
 * @internal for tests
 */
export function describeTransaction(encoded: Uint8Array): TransactionEnvelope {
  return reading('A transaction', () =>
    readRlp(encoded, (reader) => {
      if (reader.nextIsList()) return { type: LEGACY_TYPE, hash: keccak256(reader.raw()) };
      const text = reader.bytes();
      return { type: text[0] ?? LEGACY_TYPE, hash: keccak256(text) };
    }),
  );
}
