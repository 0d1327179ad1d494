/**
 * Checks of what a client sends, before it is given to a peer: headers by their hash, bodies, receipts and access lists by
 * the roots of their header.
 */
import { equalBytes, to0x } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, LIST_OFFSET, RawRlp, readRlp } from '../base/rlp.ts';
import { bodyRootsOf, receiptsRootOf } from '../eth/block-roots.ts';
import { decodeHeader, readHeaderItem, type BlockHeader } from '../eth/headers.ts';
import { readBodyFields, type BlockBody } from '../eth/messages.ts';
import { readBlockReceipts, type Receipt } from '../eth/receipts.ts';
import { pooledTransactionHash } from '../eth/transactions.ts';
import { RpcError } from './errors.ts';

/** The fields of a header for the body, by their names in errors. */
const BODY_FIELDS = [
  ['transactions root', 'transactionsRoot'],
  ['ommers hash', 'ommersHash'],
  ['withdrawals root', 'withdrawalsRoot'],
] as const;

/** A header that was decoded from its encoding. */
export interface EncodedHeader {
  readonly encoded: Uint8Array;
  readonly header: BlockHeader;
}

/**
 * Asserts that a client is of this node's network.
 * @param theirs hash of its genesis block, 32 bytes
 * @param ours that of the network, 32 bytes
 * @throws RpcError `rpc-wrong-chain`
 */
export function assertGenesis(theirs: Uint8Array, ours: Uint8Array): void {
  if (equalBytes(theirs, ours)) return;
  throw new RpcError('rpc-wrong-chain', { theirs: to0x(theirs), ours: to0x(ours) });
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
  const { headerItem, body } = decoding(method, () =>
    readRlp(encoded, (reader) => {
      const fields = reader.list();
      return { headerItem: readHeaderItem(fields), body: readBodyFields(fields) };
    }),
  );
  const checked = checkHeader(method, headerItem, { hash });
  const roots = bodyRootsOf(body);
  for (const [name, field] of BODY_FIELDS) {
    const [wanted, found] = [checked.header[field], roots[field]];
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
  if (!equalBytes(receiptsRootOf(receipts), receiptsRoot)) throw wrong(method, 'another receipts root');
  return receipts;
}

/**
 * An encoded block access list, which must have the hash in its header (EIP-7928).
 * @throws RpcError `rpc-wrong-item`
 */
export function checkAccessList(
  method: string,
  encoded: Uint8Array,
  { accessListHash }: Pick<BlockHeader, 'accessListHash'>,
): Uint8Array {
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

/** Whether `header` follows `parent` in a chain. */
export function follows(header: BlockHeader, parent: BlockHeader): boolean {
  return header.number === parent.number + 1n && equalBytes(header.parentHash, parent.hash);
}
