/**
 * What the relay reads of a transaction (EIP-2718): type, hash, size, sender, and the sidecar of a blob transaction. The
 * rules of the forks (gas, fees, initcode, nonce, balance) are left to the client, which knows the fork and the state.
 * @see https://eips.ethereum.org/EIPS/eip-4844#networking
 * @see https://eips.ethereum.org/EIPS/eip-7594#networking
 */
import { bytesToHex } from '../base/bytes.ts';
import { readRlp, RlpReader } from '../base/rlp.ts';
import { EthCodecError, reading } from '../eth/errors.ts';
import { BLOB_TYPE, LEGACY_TYPE, pooledTransactionHash, TYPE_LIMIT } from '../eth/transactions.ts';
import { readSidecar, type BlobSidecar } from './blob-sidecar.ts';

/** Number of fields by type: legacy, EIP-2930, EIP-1559, EIP-4844, EIP-7702. Other types are relayed unread. */
const FIELD_COUNTS: Readonly<Record<number, number>> = { 0: 9, 1: 11, 2: 12, 3: 14, 4: 13 };

/** BOUNDED: more than the fields of any transaction. */
const MAX_FIELDS = 32;

/** A transaction that a peer or the client gave. */
export interface RelayedTransaction {
  readonly type: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** The hash as 64 hex digits. */
  readonly key: string;
  /** As EIP-2718 says; a blob transaction with its sidecar. */
  readonly encoded: Uint8Array;
  /** The encoded fields; empty for a type that this node does not know. */
  readonly fields: readonly Uint8Array[];
  /** Undefined where a blob transaction has none, and for other types. */
  readonly sidecar: BlobSidecar | undefined;
}

/**
 * Reads an encoded transaction. Its parts are views of it.
 * @throws EthCodecError `malformed-message`
 */
export function readRelayed(encoded: Uint8Array): RelayedTransaction {
  return reading('A transaction', () => {
    const hash = pooledTransactionHash(encoded);
    return { encoded, hash, key: bytesToHex(hash), ...readParts(encoded) };
  });
}

function readParts(encoded: Uint8Array): Pick<RelayedTransaction, 'type' | 'fields' | 'sidecar'> {
  const first = encoded[0] ?? TYPE_LIMIT + 1;
  const type = first > TYPE_LIMIT ? LEGACY_TYPE : first;
  const readAll = (reader: RlpReader): readonly Uint8Array[] => readFields(reader, type);
  if (first > TYPE_LIMIT) return { type, fields: readRlp(encoded, readAll), sidecar: undefined };
  if (FIELD_COUNTS[type] === undefined) return { type, fields: [], sidecar: undefined };
  const payload = encoded.subarray(1);
  if (type !== BLOB_TYPE || !RlpReader.over(payload).list().nextIsList())
    return { type, fields: readRlp(payload, readAll), sidecar: undefined };
  // A blob transaction with its sidecar is a list that begins with the transaction.
  return readRlp(payload, (reader) => {
    const items = reader.list();
    const fields = readAll(items);
    const sidecar = readSidecar(items);
    items.end();
    return { type, fields, sidecar };
  });
}

function readFields(reader: RlpReader, type: number): readonly Uint8Array[] {
  const fields = reader.listOf((items) => items.raw(), MAX_FIELDS);
  if (fields.length === FIELD_COUNTS[type]) return fields;
  throw new EthCodecError('malformed-message', {
    detail: `type ${String(type)} with ${String(fields.length)} fields`,
  });
}
