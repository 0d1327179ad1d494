/**
 * Codec of receipts in both forms: the consensus encoding up to eth/68, with a bloom filter and an EIP-2718 envelope
 * for typed receipts, and flat lists since eth/69.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#receipt-encoding-and-validity
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
import { concatBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { encodeRlp, RawRlp, readRlp, rlpLength, RlpReader, type RlpInput } from '../base/rlp.ts';
import { ADDRESS_LENGTH, BLOOM_LENGTH, MAX_ETH_LIST_ITEMS } from './constants.ts';
import { EthCodecError } from './errors.ts';
import { LEGACY_TYPE, TYPE_LIMIT } from './transactions.ts';
import type { EthVersionRow } from './versions.ts';

/** Length of a topic and of a state root, bytes. */
const TOPIC_LENGTH = 32;

/** Largest number of topics of a log: the LOG0 to LOG4 instructions. */
const MAX_TOPICS = 4;

/**
 * Bytes by which the consensus encoding of a receipt exceeds the flat one, at most: the bloom filter with its header, longer
 * headers of the list and of its envelope.
 */
const CONSENSUS_EXCESS = 3 + BLOOM_LENGTH + 3 + 4;

/** A log entry of a transaction. */
export interface ReceiptLog {
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** Receipt of a transaction. */
export interface Receipt {
  /** EIP-2718 type, at most 0x7f; 0 for legacy. */
  readonly type: number;
  /** State root of 32 bytes before Byzantium; since then the status, 0x01 or empty. */
  readonly postStateOrStatus: Uint8Array;
  readonly cumulativeGas: bigint;
  readonly logs: readonly ReceiptLog[];
}

/**
 * Receipts of one block, in a row, encoded in the flat form: a source that has them so need not decode them. They are verified,
 * so that reading them does not fail.
 */
export class FlatReceipts {
  /** The encoded receipts, one behind the other, without the header of their list. */
  readonly items: Uint8Array;

  private constructor(items: Uint8Array) {
    this.items = items;
  }

  /** @param encoded RLP of the list @throws RlpError */
  static of(encoded: Uint8Array): FlatReceipts {
    const { position } = readRlp(encoded, (reader) => reader.list());
    return new FlatReceipts(encoded.subarray(position));
  }

  /** Number of receipts. */
  get length(): number {
    const reader = RlpReader.over(this.items);
    let count = 0;
    for (; !reader.done; count++) reader.skip();
    return count;
  }

  /** Those from an index on. */
  from(index: bigint): FlatReceipts {
    const reader = RlpReader.over(this.items);
    for (let at = 0n; at < index && !reader.done; at++) reader.skip();
    return new FlatReceipts(this.items.subarray(reader.position));
  }

  /** The first ones, as many as have at most this size, bytes. */
  within(bytes: number): FlatReceipts {
    if (this.items.length <= bytes) return this;
    const reader = RlpReader.over(this.items);
    let end = 0;
    while (reader.position <= bytes) {
      end = reader.position;
      reader.skip();
    }
    return new FlatReceipts(this.items.subarray(0, end));
  }
}

/** The receipts of one block, decoded or in the flat form. */
export type BlockReceipts = readonly Receipt[] | FlatReceipts;

/** The receipts of one block, decoded. @throws RlpError, EthCodecError */
export function receiptsIn(block: BlockReceipts): readonly Receipt[] {
  if (!(block instanceof FlatReceipts)) return block;
  const receipts: Receipt[] = [];
  for (const reader = RlpReader.over(block.items); !reader.done;) receipts.push(readFlatReceipt(reader));
  return receipts;
}

/** Encodes the receipts of one block as an item of a Receipts message. */
export function encodeBlockReceipts(form: EthVersionRow['receipts'], block: BlockReceipts): RlpInput {
  if (form === 'flat' && block instanceof FlatReceipts) return [new RawRlp(block.items)];
  return receiptsIn(block).map((receipt) => {
    if (form === 'flat') return flatFields(receipt);
    const consensus = encodeConsensusReceipt(receipt);
    return receipt.type === LEGACY_TYPE ? new RawRlp(consensus) : consensus;
  });
}

/** Length of a receipt in a Receipts message, bytes: exact for the flat form, an upper bound for the consensus form. */
export function receiptLength(form: EthVersionRow['receipts'], receipt: Receipt): number {
  return rlpLength(flatFields(receipt)) + (form === 'flat' ? 0 : CONSENSUS_EXCESS);
}

/** Decodes the receipts of one block. */
export function readBlockReceipts(form: EthVersionRow['receipts'], reader: RlpReader): readonly Receipt[] {
  return reader.listOf(form === 'flat' ? readFlatReceipt : readEnvelopedReceipt, MAX_ETH_LIST_ITEMS);
}

/** Encodes a receipt as in the receipts trie: a list with a bloom filter, behind its type if it is typed (EIP-2718). */
export function encodeConsensusReceipt(receipt: Receipt): Uint8Array {
  const { type, postStateOrStatus, cumulativeGas } = receipt;
  const body = encodeRlp([postStateOrStatus, cumulativeGas, bloomOf(receipt.logs), encodeLogs(receipt)]);
  return type === LEGACY_TYPE ? body : concatBytes(Uint8Array.of(type), body);
}

/**
 * Returns the bloom filter over the addresses and topics of logs: three bits of 2,048 per value.
 * @see https://ethereum.github.io/yellowpaper/paper.pdf section 4.3.1, M3:2048
 */
export function bloomOf(logs: readonly ReceiptLog[]): Uint8Array {
  const bloom = new Uint8Array(BLOOM_LENGTH);
  for (const log of logs) for (const value of [log.address, ...log.topics]) addToBloom(bloom, value);
  return bloom;
}

function addToBloom(bloom: Uint8Array, value: Uint8Array): void {
  const hash = keccak256(value);
  for (let pair = 0; pair < 6; pair += 2) {
    const bit = (((hash[pair] ?? 0) << 8) | (hash[pair + 1] ?? 0)) & 0x7ff;
    const at = BLOOM_LENGTH - 1 - (bit >> 3);
    bloom[at] = (bloom[at] ?? 0) | (1 << (bit & 7));
  }
}

function flatFields(receipt: Receipt): RlpInput {
  return [receipt.type, receipt.postStateOrStatus, receipt.cumulativeGas, encodeLogs(receipt)];
}

function encodeLogs(receipt: Receipt): RlpInput {
  return receipt.logs.map((log) => [log.address, log.topics, log.data]);
}

function readFlatReceipt(reader: RlpReader): Receipt {
  const fields = reader.list();
  const receipt = {
    type: fields.uint(TYPE_LIMIT),
    postStateOrStatus: readOutcome(fields),
    cumulativeGas: fields.uint64(),
    logs: readLogs(fields),
  };
  fields.end();
  return receipt;
}

function readEnvelopedReceipt(reader: RlpReader): Receipt {
  if (reader.nextIsList()) return readConsensusFields(LEGACY_TYPE, reader);
  const envelope = reader.bytes();
  const type = envelope[0];
  if (type === undefined || type === LEGACY_TYPE || type > TYPE_LIMIT)
    throw new EthCodecError('malformed-message', { detail: 'a typed receipt without a type' });
  return readRlp(envelope.subarray(1), (items) => readConsensusFields(type, items));
}

function readConsensusFields(type: number, reader: RlpReader): Receipt {
  const fields = reader.list();
  const postStateOrStatus = readOutcome(fields);
  const cumulativeGas = fields.uint64();
  fields.fixedBytes(BLOOM_LENGTH);
  const receipt = { type, postStateOrStatus, cumulativeGas, logs: readLogs(fields) };
  fields.end();
  return receipt;
}

function readOutcome(fields: RlpReader): Uint8Array {
  const outcome = fields.bytes(TOPIC_LENGTH);
  if (outcome.length === 0 || outcome.length === TOPIC_LENGTH || (outcome.length === 1 && outcome[0] === 1)) {
    return outcome;
  }
  throw new EthCodecError('malformed-message', {
    detail: 'a receipt with neither a state root nor a status',
  });
}

function readLogs(fields: RlpReader): readonly ReceiptLog[] {
  return fields.listOf((items) => {
    const log = items.list();
    const entry = {
      address: log.fixedBytes(ADDRESS_LENGTH),
      topics: log.listOf((topics) => topics.fixedBytes(TOPIC_LENGTH), MAX_TOPICS),
      data: log.bytes(),
    };
    log.end();
    return entry;
  }, MAX_ETH_LIST_ITEMS);
}
