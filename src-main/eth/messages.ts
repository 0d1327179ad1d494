/**
 * Codec of the messages of eth/68 to eth/71. Blocks, headers, transactions and block access lists stay encoded;
 * headers.ts, transactions.ts and receipts.ts decode them.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#protocol-messages
 * @see https://eips.ethereum.org/EIPS/eip-7642 (eth/69)
 * @see https://eips.ethereum.org/EIPS/eip-7975 (eth/70)
 * @see https://eips.ethereum.org/EIPS/eip-8159 (eth/71)
 */
import { formatQuantity } from '../../shared/format.ts';
import { KECCAK_LENGTH } from '../base/keccak.ts';
import { encodeRlp, RawRlp, readRlp, type RlpInput, type RlpReader } from '../base/rlp.ts';
import { MAX_ANNOUNCED_HASHES, MAX_ETH_LIST_ITEMS, MAX_TRANSACTIONS } from './constants.ts';
import { EthCodecError, reading } from './errors.ts';
import { readHeaderItem } from './headers.ts';
import { encodeBlockReceipts, readBlockReceipts, type BlockReceipts } from './receipts.ts';
import { decodeStatus, encodeStatus, readBlockRange, type BlockRange, type Status } from './status.ts';
import { readTransaction } from './transactions.ts';
import { ETH_CODES, ETH_VERSIONS, ethMessageName, type EthMessageName, type EthVersion } from './versions.ts';

/** Stands for a block access list that is not available. */
const NO_LIST = new Uint8Array(0);

/** Largest announced transaction size: 32 bits in go-ethereum. */
const MAX_TRANSACTION_SIZE = 0xffff_ffff;

/** Start block of a header query. */
export type StartBlock = { readonly hash: Uint8Array } | { readonly number: bigint };

/** A header query. */
export interface HeaderQuery {
  readonly start: StartBlock;
  readonly limit: bigint;
  /** Number of blocks to skip between two headers. */
  readonly skip: bigint;
  /** Whether the headers descend towards genesis. */
  readonly reverse: boolean;
}

/** A block without its header; all items are encoded. */
export interface BlockBody {
  readonly transactions: readonly Uint8Array[];
  readonly ommers: readonly Uint8Array[];
  /** Since Shanghai. */
  readonly withdrawals: readonly Uint8Array[] | undefined;
}

/** A message, discriminated by its name in the specification. Hashes have 32 bytes. */
export type EthMessage =
  | { readonly name: 'Status'; readonly status: Status }
  | {
      readonly name: 'NewBlockHashes';
      readonly blocks: readonly { readonly hash: Uint8Array; readonly number: bigint }[];
    }
  | { readonly name: 'Transactions'; readonly transactions: readonly Uint8Array[] }
  | { readonly name: 'GetBlockHeaders'; readonly requestId: bigint; readonly query: HeaderQuery }
  | { readonly name: 'BlockHeaders'; readonly requestId: bigint; readonly headers: readonly Uint8Array[] }
  | { readonly name: 'GetBlockBodies'; readonly requestId: bigint; readonly hashes: readonly Uint8Array[] }
  | { readonly name: 'BlockBodies'; readonly requestId: bigint; readonly bodies: readonly BlockBody[] }
  | { readonly name: 'NewBlock'; readonly block: Uint8Array; readonly totalDifficulty: bigint }
  | {
      readonly name: 'NewPooledTransactionHashes';
      /** One byte per hash. */
      readonly types: Uint8Array;
      readonly sizes: readonly number[];
      readonly hashes: readonly Uint8Array[];
    }
  | {
      readonly name: 'GetPooledTransactions';
      readonly requestId: bigint;
      readonly hashes: readonly Uint8Array[];
    }
  | {
      readonly name: 'PooledTransactions';
      readonly requestId: bigint;
      readonly transactions: readonly Uint8Array[];
    }
  | {
      readonly name: 'GetReceipts';
      readonly requestId: bigint;
      /** Index of the first receipt that is requested of the first block; 0 before eth/70. */
      readonly firstIndex: bigint;
      readonly hashes: readonly Uint8Array[];
    }
  | {
      readonly name: 'Receipts';
      readonly requestId: bigint;
      /** Whether the last block has receipts that did not fit; false before eth/70. */
      readonly lastIncomplete: boolean;
      readonly blocks: readonly BlockReceipts[];
    }
  | { readonly name: 'BlockRangeUpdate'; readonly range: BlockRange }
  | {
      readonly name: 'GetBlockAccessLists';
      readonly requestId: bigint;
      readonly hashes: readonly Uint8Array[];
    }
  | {
      readonly name: 'BlockAccessLists';
      readonly requestId: bigint;
      /** Encoded (EIP-7928); undefined for a block whose list is not available. */
      readonly lists: readonly (Uint8Array | undefined)[];
    };

/** The message with a given name. */
export type EthMessageOf<Name extends EthMessageName> = Extract<EthMessage, { readonly name: Name }>;

/** What versions differ in: a message, with the fields that some versions of it do not have. */
interface VersionedParts {
  readonly name: EthMessageName;
  readonly firstIndex?: bigint;
  readonly lastIncomplete?: boolean;
}

/** Says what of a message the version does not have; undefined when it has all. */
export function versionLack(version: EthVersion, message: VersionedParts): string | undefined {
  const { name, firstIndex = 0n, lastIncomplete = false } = message;
  const label = `eth/${String(version)}`;
  if (ethMessageName(version, ETH_CODES[name]) === undefined) return `${label} has no ${name}`;
  if (ETH_VERSIONS[version].partialReceipts || (firstIndex === 0n && !lastIncomplete)) return undefined;
  return `${label} has only the receipts of whole blocks`;
}

/**
 * Encodes a message. The code is relative to the protocol.
 * @throws RangeError for what the version does not have: an error of the caller
 */
export function encodeEthMessage(
  version: EthVersion,
  message: EthMessage,
): { code: number; payload: Uint8Array } {
  const lack = versionLack(version, message);
  if (lack !== undefined) throw new RangeError(lack);
  const payload =
    message.name === 'Status' ? encodeStatus(message.status) : encodeRlp(fieldsOf(version, message));
  return { code: ETH_CODES[message.name], payload };
}

/**
 * Decodes a message; `code` is relative to the protocol.
 * @throws EthCodecError `unknown-message` for a code that the version does not have, else `malformed-message`
 */
export function decodeEthMessage(version: EthVersion, code: number, payload: Uint8Array): EthMessage {
  const name = ethMessageName(version, code);
  if (name === undefined) {
    throw new EthCodecError('unknown-message', { protocol: `eth/${String(version)}`, messageCode: code });
  }
  if (name === 'Status') return { name, status: decodeStatus(version, payload) };
  return reading(name, () =>
    readRlp(payload, (reader) => {
      const fields = reader.list();
      const message = READERS[name](fields, version);
      fields.end();
      return message;
    }),
  );
}

/** Reads the start block of a header query: 32 bytes are a hash, up to 8 bytes a number. */
export function readStartBlock(reader: RlpReader): StartBlock {
  const encoded = reader.raw();
  const bytes = readRlp(encoded, (item) => item.bytes(KECCAK_LENGTH));
  if (bytes.length === KECCAK_LENGTH) return { hash: bytes };
  return { number: readRlp(encoded, (item) => item.uint64()) };
}

type MessageReader<Name extends EthMessageName> = (
  fields: RlpReader,
  version: EthVersion,
) => EthMessageOf<Name>;

/** One reader per message; it reads the items of the message's list. */
const READERS: { readonly [Name in Exclude<EthMessageName, 'Status'>]: MessageReader<Name> } = {
  NewBlockHashes: (fields) => {
    const blocks = readAll(fields, readBlockHash, MAX_ETH_LIST_ITEMS);
    return { name: 'NewBlockHashes', blocks };
  },
  Transactions: (fields) => ({
    name: 'Transactions',
    transactions: readAll(fields, readTransaction, MAX_TRANSACTIONS),
  }),
  GetBlockHeaders: (fields) => ({
    name: 'GetBlockHeaders',
    requestId: fields.uint64(),
    query: readHeaderQuery(fields),
  }),
  BlockHeaders: (fields) => ({
    name: 'BlockHeaders',
    requestId: fields.uint64(),
    headers: fields.listOf(readHeaderItem, MAX_ETH_LIST_ITEMS),
  }),
  GetBlockBodies: (fields) => ({ name: 'GetBlockBodies', ...readHashRequest(fields) }),
  BlockBodies: (fields) => ({
    name: 'BlockBodies',
    requestId: fields.uint64(),
    bodies: fields.listOf(readBody, MAX_ETH_LIST_ITEMS),
  }),
  NewBlock: (fields) => ({
    name: 'NewBlock',
    block: readHeaderItem(fields),
    totalDifficulty: fields.uint256(),
  }),
  NewPooledTransactionHashes: readAnnouncement,
  GetPooledTransactions: (fields) => ({ name: 'GetPooledTransactions', ...readHashRequest(fields) }),
  PooledTransactions: (fields) => ({
    name: 'PooledTransactions',
    requestId: fields.uint64(),
    transactions: fields.listOf(readTransaction, MAX_ETH_LIST_ITEMS),
  }),
  GetReceipts: (fields, version) => ({
    name: 'GetReceipts',
    requestId: fields.uint64(),
    firstIndex: ETH_VERSIONS[version].partialReceipts ? fields.uint64() : 0n,
    hashes: fields.listOf(readHash, MAX_ETH_LIST_ITEMS),
  }),
  Receipts: (fields, version) => ({
    name: 'Receipts',
    requestId: fields.uint64(),
    lastIncomplete: ETH_VERSIONS[version].partialReceipts && fields.boolean(),
    blocks: fields.listOf(
      (block) => readBlockReceipts(ETH_VERSIONS[version].receipts, block),
      MAX_ETH_LIST_ITEMS,
    ),
  }),
  BlockRangeUpdate: (fields) => ({ name: 'BlockRangeUpdate', range: readBlockRange(fields) }),
  GetBlockAccessLists: (fields) => ({ name: 'GetBlockAccessLists', ...readHashRequest(fields) }),
  BlockAccessLists: (fields) => ({
    name: 'BlockAccessLists',
    requestId: fields.uint64(),
    lists: fields.listOf(readAccessList, MAX_ETH_LIST_ITEMS),
  }),
};

function readAll<T>(fields: RlpReader, read: (reader: RlpReader) => T, maxItems: number): T[] {
  const items: T[] = [];
  while (!fields.done) {
    if (items.length >= maxItems)
      throw new EthCodecError('malformed-message', { detail: `more than ${String(maxItems)} items` });
    items.push(read(fields));
  }
  return items;
}

function readHash(reader: RlpReader): Uint8Array {
  return reader.fixedBytes(KECCAK_LENGTH);
}

function readHashRequest(fields: RlpReader): { requestId: bigint; hashes: readonly Uint8Array[] } {
  return { requestId: fields.uint64(), hashes: fields.listOf(readHash, MAX_ETH_LIST_ITEMS) };
}

function readBlockHash(reader: RlpReader): { hash: Uint8Array; number: bigint } {
  const fields = reader.list();
  const block = { hash: readHash(fields), number: fields.uint64() };
  fields.end();
  return block;
}

function readHeaderQuery(reader: RlpReader): HeaderQuery {
  const fields = reader.list();
  const query = {
    start: readStartBlock(fields),
    limit: fields.uint64(),
    skip: fields.uint64(),
    reverse: fields.boolean(),
  };
  fields.end();
  return query;
}

/** Reads the body of a block: transactions, ommers, and withdrawals since Shanghai. */
export function readBody(reader: RlpReader): BlockBody {
  return readBodyFields(reader.list());
}

/** Reads the items of a body up to the end of a list. In a block they follow the header. */
export function readBodyFields(fields: RlpReader): BlockBody {
  const transactions = fields.listOf(readTransaction, MAX_ETH_LIST_ITEMS);
  const ommers = fields.listOf(readHeaderItem, MAX_ETH_LIST_ITEMS);
  const withdrawals = fields.done ? undefined : fields.listOf(readHeaderItem, MAX_ETH_LIST_ITEMS);
  fields.end();
  return { transactions, ommers, withdrawals };
}

/** The encoding of a block access list; an empty byte string stands for one that is not available. */
function readAccessList(reader: RlpReader): Uint8Array | undefined {
  if (reader.nextIsList()) return reader.raw();
  reader.bytes(0);
  return undefined;
}

function readAnnouncement(fields: RlpReader): EthMessageOf<'NewPooledTransactionHashes'> {
  const types = fields.bytes(MAX_ANNOUNCED_HASHES);
  const sizes = fields.listOf((reader) => reader.uint(MAX_TRANSACTION_SIZE), MAX_ANNOUNCED_HASHES);
  const hashes = fields.listOf(readHash, MAX_ANNOUNCED_HASHES);
  if (types.length !== hashes.length || sizes.length !== hashes.length) {
    const counts = [
      formatQuantity(types.length, 'type'),
      formatQuantity(sizes.length, 'size'),
      formatQuantity(hashes.length, 'hash', 'hashes'),
    ].join(', ');
    throw new EthCodecError('malformed-message', { detail: `an announcement of ${counts}` });
  }
  return { name: 'NewPooledTransactionHashes', types, sizes, hashes };
}

function fieldsOf(version: EthVersion, message: Exclude<EthMessage, { readonly name: 'Status' }>): RlpInput {
  switch (message.name) {
    case 'NewBlockHashes':
      return message.blocks.map(({ hash, number }) => [hash, number]);
    case 'Transactions':
      return raw(message.transactions);
    case 'GetBlockHeaders': {
      const { start, limit, skip, reverse } = message.query;
      return [message.requestId, ['hash' in start ? start.hash : start.number, limit, skip, reverse]];
    }
    case 'BlockHeaders':
      return [message.requestId, raw(message.headers)];
    case 'GetBlockBodies':
    case 'GetPooledTransactions':
    case 'GetBlockAccessLists':
      return [message.requestId, message.hashes];
    case 'GetReceipts': {
      const { requestId, firstIndex, hashes } = message;
      return ETH_VERSIONS[version].partialReceipts ? [requestId, firstIndex, hashes] : [requestId, hashes];
    }
    case 'BlockBodies':
      return [message.requestId, message.bodies.map(bodyFields)];
    case 'NewBlock':
      return [new RawRlp(message.block), message.totalDifficulty];
    case 'NewPooledTransactionHashes':
      return [message.types, message.sizes, message.hashes];
    case 'PooledTransactions':
      return [message.requestId, raw(message.transactions)];
    case 'Receipts': {
      const { requestId, lastIncomplete } = message;
      const { receipts, partialReceipts } = ETH_VERSIONS[version];
      const blocks = message.blocks.map((block) => encodeBlockReceipts(receipts, block));
      return partialReceipts ? [requestId, lastIncomplete, blocks] : [requestId, blocks];
    }
    case 'BlockRangeUpdate':
      return [message.range.earliest, message.range.latest, message.range.latestHash];
    case 'BlockAccessLists':
      return [
        message.requestId,
        message.lists.map((list) => (list === undefined ? NO_LIST : new RawRlp(list))),
      ];
  }
}

function bodyFields(body: BlockBody): RlpInput {
  const parts = [raw(body.transactions), raw(body.ommers)];
  if (body.withdrawals !== undefined) parts.push(raw(body.withdrawals));
  return parts;
}

function raw(items: readonly Uint8Array[]): readonly RawRlp[] {
  return items.map((item) => new RawRlp(item));
}
