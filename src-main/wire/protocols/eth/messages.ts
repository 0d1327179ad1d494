/**
 * Schemas of the messages of eth/68 to eth/72.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#protocol-messages
 * @see https://eips.ethereum.org/EIPS/eip-7642 (eth/69)
 * @see https://eips.ethereum.org/EIPS/eip-7975 (eth/70)
 * @see https://eips.ethereum.org/EIPS/eip-8159 (eth/71)
 * @see https://eips.ethereum.org/EIPS/eip-8070 (eth/72)
 */
import { formatBytes, formatNumber, formatQuantity } from '../../../../shared/format.ts';
import { to0x } from '../../../base/bytes.ts';
import { message, protocol, type MessageSchema, type ProtocolSchema } from '../../message-schema.ts';
import {
  boolean,
  bytes,
  bytesOf,
  choice,
  fixed,
  list,
  optional,
  struct,
  uint,
  type ValueOf,
} from '../../schema.ts';
import { shortHex } from '../../show.ts';
import { accessListsText, blockAccessLists } from './block-access-list.ts';
import { address, answer, countBits, hash, MAX_BYTES, MAX_ITEMS, request, requestId } from './common.ts';
import { forkId, forkText } from './fork-id.ts';
import { header, type HeaderValue } from './header.ts';
import { consensusReceipts, flatReceipts } from './receipt.ts';
import { transaction } from './transaction.ts';

/** Versions that the Inspector decodes. */
export const ETH_SCHEMA_VERSIONS = [68, 69, 70, 71, 72] as const;
type Version = (typeof ETH_SCHEMA_VERSIONS)[number];

/** Length of a cell, bytes (BYTES_PER_CELL of EIP-7594). */
const CELL_LENGTH = 2_048;

/** Number of message codes of each version. */
const LENGTHS: Readonly<Record<Version, number>> = { 68: 17, 69: 18, 70: 18, 71: 20, 72: 22 };

const difficultyStatus = struct({
  version: uint(32),
  networkId: uint(64),
  totalDifficulty: uint(256),
  headHash: hash,
  genesis: hash,
  forkId,
});

const rangeStatus = struct({
  version: uint(32),
  networkId: uint(64),
  genesis: hash,
  forkId,
  earliestBlock: uint(64, 'block'),
  latestBlock: uint(64, 'block'),
  latestBlockHash: hash,
});

/** EIP-4895. */
const withdrawal = struct({
  index: uint(64),
  validatorIndex: uint(64),
  address,
  amount: uint(64, 'gwei'),
});

const body = struct(
  {
    transactions: list(transaction, MAX_ITEMS),
    ommers: list(header, MAX_ITEMS),
    withdrawals: optional(list(withdrawal, MAX_ITEMS)),
  },
  { title: ({ transactions }) => formatQuantity(transactions.length, 'transaction') },
);

const startBlock = choice({ hash, number: uint(64, 'block') }, ({ isList, length }) => {
  if (isList) return undefined;
  if (length === 32) return 'hash';
  return length <= 8 ? 'number' : undefined;
});

const headerQuery = struct({ startBlock, limit: uint(64), skip: uint(64), reverse: boolean });

/** A bit for each cell of an extended blob: cell `i` is bit `i % 8` of byte `i / 8` (EIP-8070). */
const cellMask = fixed(16, 'cell mask', showCells);
/** The mask of an announcement; EIP-8070 has an empty one where no blob transaction is announced. */
const announcedCells = bytesOf([0, 16], 'cell mask', showCells);

function showCells(mask: Uint8Array): string {
  return `${to0x(mask)}: ${String(countBits(mask))} of 128 cells`;
}

function hashRequest(name: string, code: number, answerName: string, noun: string): MessageSchema {
  return request(name, {
    code,
    answer: answerName,
    schema: struct({ requestId, hashes: list(hash, MAX_ITEMS) }),
    summary: ({ hashes }) => `for ${formatQuantity(hashes.length, noun)}`,
  });
}

function rangeOf(headers: readonly HeaderValue[]): string {
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined) return 'none';
  const from = formatNumber(first.number);
  if (headers.length === 1) return `1 header, ${from}`;
  const order = last.number < first.number ? 'down to' : 'to';
  return `${formatQuantity(headers.length, 'header')}, ${from} ${order} ${formatNumber(last.number)}`;
}

/** Messages that are the same in all versions. */
const COMMON: readonly MessageSchema[] = [
  message('Transactions', {
    code: 0x02,
    schema: list(transaction, MAX_ITEMS),
    summary: (transactions) => formatQuantity(transactions.length, 'transaction'),
  }),
  request('GetBlockHeaders', {
    code: 0x03,
    answer: 'BlockHeaders',
    schema: struct({ requestId, query: headerQuery }),
    summary: ({ query }) => `from ${queryText(query)}`,
  }),
  answer('BlockHeaders', {
    code: 0x04,
    request: 'GetBlockHeaders',
    schema: struct({ requestId, headers: list(header, MAX_ITEMS) }),
    summary: ({ headers }) => rangeOf(headers),
  }),
  hashRequest('GetBlockBodies', 0x05, 'BlockBodies', 'block'),
  answer('BlockBodies', {
    code: 0x06,
    request: 'GetBlockBodies',
    schema: struct({ requestId, bodies: list(body, MAX_ITEMS) }),
    summary: ({ bodies }) => {
      const transactions = bodies.reduce((sum, each) => sum + each.transactions.length, 0);
      return bodies.length === 0
        ? 'none'
        : `${formatQuantity(bodies.length, 'body', 'bodies')}, ${formatQuantity(transactions, 'transaction')}`;
    },
  }),
  hashRequest('GetPooledTransactions', 0x09, 'PooledTransactions', 'transaction'),
  answer('PooledTransactions', {
    code: 0x0a,
    request: 'GetPooledTransactions',
    schema: struct({ requestId, transactions: list(transaction, MAX_ITEMS) }),
    summary: ({ transactions }) =>
      transactions.length === 0 ? 'none' : formatQuantity(transactions.length, 'transaction'),
  }),
];

/** Block announcements: no longer used since the merge, but still defined. */
const BLOCK_ANNOUNCEMENTS: readonly MessageSchema[] = [
  message('NewBlockHashes', {
    code: 0x01,
    schema: list(struct({ hash, number: uint(64, 'block') }), MAX_ITEMS),
    summary: (blocks) => formatQuantity(blocks.length, 'block'),
  }),
  message('NewBlock', {
    code: 0x07,
    schema: struct({
      block: struct({
        header,
        transactions: list(transaction, MAX_ITEMS),
        ommers: list(header, MAX_ITEMS),
        withdrawals: optional(list(withdrawal, MAX_ITEMS)),
      }),
      totalDifficulty: uint(256),
    }),
    summary: ({ block }) =>
      `block ${formatNumber(block.header.number)}, ${formatQuantity(block.transactions.length, 'transaction')}`,
  }),
];

function statusOf(version: Version): MessageSchema {
  const words = (status: { readonly networkId: bigint; readonly forkId: ValueOf<typeof forkId> }): string =>
    `network ${String(status.networkId)}, fork ${forkText(status.forkId)}`;
  if (version === 68) {
    return message('Status', {
      code: 0x00,
      schema: difficultyStatus,
      summary: (status) => `${words(status)}, head ${shortHex(status.headHash)}`,
    });
  }
  return message('Status', {
    code: 0x00,
    schema: rangeStatus,
    summary: (status) =>
      `${words(status)}, blocks ${formatNumber(status.earliestBlock)} to ${formatNumber(status.latestBlock)}`,
  });
}

const announcedHashes = {
  types: bytes(MAX_BYTES, 'bytes, one per hash'),
  sizes: list(uint(32, 'bytes'), MAX_ITEMS),
  hashes: list(hash, MAX_ITEMS),
};

interface Announcement {
  readonly types: Uint8Array;
  readonly sizes: readonly bigint[];
  readonly hashes: readonly Uint8Array[];
}

/** Each hash has a type and a size. */
function checkAnnouncement({ types, sizes, hashes }: Announcement): string | null {
  if (types.length === hashes.length && sizes.length === hashes.length) return null;
  const [typeCount, sizeCount] = [formatQuantity(types.length, 'type'), formatQuantity(sizes.length, 'size')];
  return `has ${typeCount} and ${sizeCount} for ${formatQuantity(hashes.length, 'hash', 'hashes')}`;
}

function announcementText(value: Announcement): string {
  const total = Number(value.sizes.reduce((sum, size) => sum + size, 0n));
  return `${formatQuantity(value.hashes.length, 'hash', 'hashes')}, ${formatBytes(total)} announced`;
}

function announcementOf(version: Version): MessageSchema {
  if (version === 72) {
    return message('NewPooledTransactionHashes', {
      code: 0x08,
      schema: struct({ ...announcedHashes, cellMask: announcedCells }, { check: checkAnnouncement }),
      summary: announcementText,
    });
  }
  return message('NewPooledTransactionHashes', {
    code: 0x08,
    schema: struct(announcedHashes, { check: checkAnnouncement }),
    summary: announcementText,
  });
}

function receiptsOf(version: Version): readonly MessageSchema[] {
  if (version < 70) {
    const receipts = version === 68 ? consensusReceipts : flatReceipts;
    return [
      hashRequest('GetReceipts', 0x0f, 'Receipts', 'block'),
      answer('Receipts', {
        code: 0x10,
        request: 'GetReceipts',
        schema: struct({ requestId, receipts: list(receipts as typeof flatReceipts, MAX_ITEMS) }),
        summary: (value) => receiptsText(value.receipts),
      }),
    ];
  }
  return [
    request('GetReceipts', {
      code: 0x0f,
      answer: 'Receipts',
      schema: struct({ requestId, firstBlockReceiptIndex: uint(64), hashes: list(hash, MAX_ITEMS) }),
      summary: ({ hashes, firstBlockReceiptIndex: first }) =>
        `for ${formatQuantity(hashes.length, 'block')}${first === 0n ? '' : ` from receipt ${formatNumber(first)}`}`,
    }),
    answer('Receipts', {
      code: 0x10,
      request: 'GetReceipts',
      schema: struct({ requestId, lastBlockIncomplete: boolean, receipts: list(flatReceipts, MAX_ITEMS) }),
      summary: ({ receipts, lastBlockIncomplete }) =>
        `${receiptsText(receipts)}${lastBlockIncomplete ? ', the last block is incomplete' : ''}`,
    }),
  ];
}

function receiptsText(blocks: readonly (readonly unknown[])[]): string {
  if (blocks.length === 0) return 'none';
  const total = blocks.reduce((sum, block) => sum + block.length, 0);
  return `${formatQuantity(total, 'receipt')} of ${formatQuantity(blocks.length, 'block')}`;
}

const blockRange = message('BlockRangeUpdate', {
  code: 0x11,
  schema: struct({ earliestBlock: uint(64, 'block'), latestBlock: uint(64, 'block'), latestBlockHash: hash }),
  summary: ({ earliestBlock, latestBlock, latestBlockHash }) =>
    `has ${formatNumber(earliestBlock)} to ${formatNumber(latestBlock)}, ${shortHex(latestBlockHash)}`,
});

/** eth/71. */
const ACCESS_LISTS: readonly MessageSchema[] = [
  hashRequest('GetBlockAccessLists', 0x12, 'BlockAccessLists', 'block'),
  answer('BlockAccessLists', {
    code: 0x13,
    request: 'GetBlockAccessLists',
    schema: struct({ requestId, blockAccessLists }),
    summary: (value) => accessListsText(value.blockAccessLists),
  }),
];

/** eth/72: cells of blobs. */
const CELLS: readonly MessageSchema[] = [
  request('GetCells', {
    code: 0x14,
    answer: 'Cells',
    schema: struct({ requestId, hashes: list(hash, MAX_ITEMS), cellMask }),
    summary: ({ hashes }) => `for ${formatQuantity(hashes.length, 'transaction')}`,
  }),
  answer('Cells', {
    code: 0x15,
    request: 'GetCells',
    schema: struct({
      requestId,
      hashes: list(hash, MAX_ITEMS),
      cells: list(list(fixed(CELL_LENGTH, 'cell'), MAX_ITEMS), MAX_ITEMS),
      cellMask,
    }),
    summary: ({ hashes, cells }) => {
      const total = cells.reduce((sum, each) => sum + each.length, 0);
      return `${formatQuantity(total, 'cell')} of ${formatQuantity(hashes.length, 'transaction')}`;
    },
  }),
];

function queryText(query: ValueOf<typeof headerQuery>): string {
  const { startBlock: start, limit, skip } = query;
  const from = start.option === 'hash' ? shortHex(start.value) : formatNumber(start.value);
  const every = skip === 0n ? '' : `, skip ${formatNumber(skip)}`;
  return `${from}, ${formatNumber(limit)}${every}${query.reverse ? ', reverse' : ''}`;
}

function versionOf(version: Version): ProtocolSchema {
  return protocol(`eth/${String(version)}`, LENGTHS[version], [
    statusOf(version),
    ...BLOCK_ANNOUNCEMENTS,
    ...COMMON,
    announcementOf(version),
    ...receiptsOf(version),
    ...(version >= 69 ? [blockRange] : []),
    ...(version >= 71 ? ACCESS_LISTS : []),
    ...(version >= 72 ? CELLS : []),
  ]);
}

/** The eth protocol by version. */
export const ETH: readonly ProtocolSchema[] = ETH_SCHEMA_VERSIONS.map(versionOf);
