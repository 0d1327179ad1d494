/**
 * Checks of what a client sends, before it is given to a peer: headers by their hash, bodies, receipts and access lists by
 * the roots of their header.
 */
import { equalBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, LIST_OFFSET, RawRlp, readRlp, type RlpReader } from '../base/rlp.ts';
import { listRoot } from '../chain/list-root.ts';
import { decodeHeader, readHeaderItem, type BlockHeader } from '../eth/headers.ts';
import type { BlockBody } from '../eth/messages.ts';
import { encodeConsensusReceipt, readBlockReceipts, type Receipt } from '../eth/receipts.ts';
import { MAX_ETH_LIST_ITEMS } from '../eth/constants.ts';
import { readTransaction } from '../eth/transactions.ts';
import { RpcError } from './errors.ts';

/** Type of a blob transaction (EIP-4844). */
const BLOB_TYPE = 3;

/** Positions of fields that later forks appended to the header: Shanghai (EIP-4895) and Amsterdam (EIP-7928). */
const WITHDRAWALS_ROOT = 16;
const ACCESS_LIST_HASH = 21;

/** A header that was decoded from its encoding. */
export interface EncodedHeader {
  readonly encoded: Uint8Array;
  readonly header: BlockHeader;
}

/**
 * Decodes a header and compares it with what was requested: its hash, its number, or neither.
 * @throws RpcError `rpc-wrong-item`
 */
export function checkHeader(
  method: string,
  encoded: Uint8Array,
  wanted: { readonly hash?: Uint8Array; readonly number?: bigint },
): EncodedHeader {
  const header = decoding(method, () => decodeHeader(encoded));
  if (wanted.hash !== undefined && !equalBytes(header.hash, wanted.hash)) throw wrong(method, 'another hash');
  if (wanted.number !== undefined && header.number !== wanted.number)
    throw wrong(method, `block ${String(header.number)} instead of ${String(wanted.number)}`);
  // A copy: headers are kept, and a view would keep their block in memory.
  return { encoded: encoded.slice(), header };
}

/**
 * The body of an encoded block, which must be the one with this hash.
 * @throws RpcError `rpc-wrong-item`
 */
export function checkBlock(
  method: string,
  encoded: Uint8Array,
  hash: Uint8Array,
): EncodedHeader & { readonly body: BlockBody; readonly size: number } {
  const { headerItem, body } = decoding(method, () => readRlp(encoded, readBlock));
  const checked = checkHeader(method, headerItem, { hash });
  const { header } = checked;
  const roots: readonly (readonly [string, Uint8Array | undefined, Uint8Array | undefined])[] = [
    ['transactions root', header.transactionsRoot, listRoot(body.transactions.map(withoutWrapping))],
    ['ommers hash', header.ommersHash, keccak256(encodeRlp(body.ommers.map((item) => new RawRlp(item))))],
    [
      'withdrawals root',
      hashAt(checked.encoded, WITHDRAWALS_ROOT),
      body.withdrawals && listRoot(body.withdrawals),
    ],
  ];
  for (const [name, wanted, found] of roots) {
    const equal = wanted === undefined || found === undefined ? wanted === found : equalBytes(wanted, found);
    if (!equal) throw wrong(method, `another ${name}`);
  }
  return { ...checked, body, size: encoded.length - headerItem.length };
}

/**
 * Receipts in the consensus encoding, which must have the root of their header. The bloom filters are part of the root and
 * are computed, so that wrong ones do not matter.
 * @throws RpcError `rpc-wrong-item`
 */
export function checkReceipts(
  method: string,
  encoded: readonly Uint8Array[],
  { receiptsRoot }: BlockHeader,
): readonly Receipt[] {
  const receipts = decoding(method, () => {
    const items = encoded.map((item) => ((item[0] ?? 0) >= LIST_OFFSET ? new RawRlp(item) : item));
    return readRlp(encodeRlp(items), (reader) => readBlockReceipts('consensus', reader));
  });
  if (!equalBytes(listRoot(receipts.map(encodeConsensusReceipt)), receiptsRoot))
    throw wrong(method, 'another receipts root');
  return receipts;
}

/**
 * An encoded block access list, which must have the hash in its header (EIP-7928).
 * @throws RpcError `rpc-wrong-item`
 */
export function checkAccessList(method: string, encoded: Uint8Array, block: EncodedHeader): Uint8Array {
  const accessListHash = accessListHashOf(block);
  if (accessListHash === undefined || !equalBytes(keccak256(encoded), accessListHash))
    throw wrong(method, 'another access-list hash');
  return encoded;
}

/**
 * A pooled transaction (EIP-2718, with its sidecar if it has blobs), which must have this hash.
 * @throws RpcError `rpc-wrong-item`
 */
export function checkTransaction(method: string, encoded: Uint8Array, hash: Uint8Array): Uint8Array {
  const found = decoding(method, () => pooledTransactionHash(encoded));
  if (!equalBytes(found, hash)) throw wrong(method, 'another hash');
  return encoded;
}

/** The hash of a pooled transaction: the sidecar of a blob transaction is no part of it (EIP-4844). @throws CodecError */
function pooledTransactionHash(encoded: Uint8Array): Uint8Array {
  if (encoded[0] !== BLOB_TYPE) return keccak256(encoded);
  const inner = readRlp(encoded.subarray(1), (reader) => {
    const fields = reader.list();
    return fields.nextIsList() ? fields.raw() : undefined;
  });
  return inner === undefined ? keccak256(encoded) : keccak256(Uint8Array.of(BLOB_TYPE), inner);
}

/** Reads a block: its header and the items of its body. */
function readBlock(reader: RlpReader): { headerItem: Uint8Array; body: BlockBody } {
  const fields = reader.list();
  const headerItem = readHeaderItem(fields);
  const transactions = fields.listOf(readTransaction, MAX_ETH_LIST_ITEMS);
  const ommers = fields.listOf(readHeaderItem, MAX_ETH_LIST_ITEMS);
  const withdrawals = fields.done ? undefined : fields.listOf(readHeaderItem, MAX_ETH_LIST_ITEMS);
  fields.end();
  return { headerItem, body: { transactions, ommers, withdrawals } };
}

/** A transaction as in the trie: typed ones without the header of their byte string. */
function withoutWrapping(item: Uint8Array): Uint8Array {
  return readRlp(item, (reader) => (reader.nextIsList() ? reader.raw() : reader.bytes()));
}

function decoding<T>(method: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new RpcError('rpc-wrong-item', { method, detail: cause.message }, { cause });
  }
}

function wrong(method: string, detail: string): RpcError {
  return new RpcError('rpc-wrong-item', { method, detail });
}

/** The hash of the block's access list; undefined before its fork. */
export function accessListHashOf({ encoded }: EncodedHeader): Uint8Array | undefined {
  return hashAt(encoded, ACCESS_LIST_HASH);
}

/** The field at a position of a header; undefined where the header is shorter. */
function hashAt(encoded: Uint8Array, position: number): Uint8Array | undefined {
  return readRlp(encoded, (reader) => {
    const fields = reader.list();
    for (let at = 0; at < position && !fields.done; at++) fields.skip();
    return fields.done ? undefined : fields.bytes();
  });
}

/** Whether `header` follows `parent` in a chain. */
export function follows(header: BlockHeader, parent: BlockHeader): boolean {
  return header.number === parent.number + 1n && equalBytes(header.parentHash, parent.hash);
}
