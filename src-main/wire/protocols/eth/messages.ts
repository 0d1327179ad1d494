/**
 * Schemas of the messages of eth/68 to eth/72.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#protocol-messages
 * @see https://eips.ethereum.org/EIPS/eip-7642 (eth/69)
 * @see https://eips.ethereum.org/EIPS/eip-7975 (eth/70)
 * @see https://eips.ethereum.org/EIPS/eip-8159 (eth/71)
 * @see https://eips.ethereum.org/EIPS/eip-8070 (eth/72)
 */
import { formatBytes } from '../../../../shared/format.ts';
import { to0x } from '../../../base/bytes.ts';
import { shortHex } from '../../json.ts';
import { message, protocol, type MessageSchema, type ProtocolSchema } from '../../message-schema.ts';
import {
  boolean,
  bytes,
  choice,
  fixed,
  list,
  noted,
  optional,
  struct,
  uint,
  type Schema,
  type ValueOf,
} from '../../schema.ts';
import { groupDigits } from '../../show.ts';
import { blockAccessList } from './block-access-list.ts';
import { address, hash, MAX_BYTES, MAX_ITEMS, requestId } from './common.ts';
import { header, type HeaderValue } from './header.ts';
import { consensusReceipts, flatReceipts } from './receipt.ts';
import { transaction } from './transaction.ts';

/** Versions that the Inspector decodes. */
export const ETH_SCHEMA_VERSIONS = [68, 69, 70, 71, 72] as const;
type Version = (typeof ETH_SCHEMA_VERSIONS)[number];

/** Number of message codes of each version. */
const LENGTHS: Readonly<Record<Version, number>> = { 68: 17, 69: 18, 70: 18, 71: 20, 72: 22 };

const forkHash = fixed(4, 'fork hash');
const forkId = struct(
  { hash: forkHash, next: noted(uint(64), (next) => (next === 0n ? 'no fork planned' : null)) },
  {
    title: ({ hash: value, next }) =>
      `${to0x(value)}, ${next === 0n ? 'no fork planned' : `next ${String(next)}`}`,
  },
);

const difficultyStatus = struct({
  version: uint(32),
  networkId: uint(64),
  totalDifficulty: uint(256),
  headHash: hash,
  genesisHash: hash,
  forkId,
});

const rangeStatus = struct({
  version: uint(32),
  networkId: uint(64),
  genesisHash: hash,
  forkId,
  earliestBlock: uint(64, 'block'),
  latestBlock: uint(64, 'block'),
  latestBlockHash: hash,
});

const withdrawal = struct({ index: uint(64), validatorIndex: uint(64), address, amount: uint(64) });

const body = struct(
  {
    transactions: list(transaction, MAX_ITEMS),
    ommers: list(header, MAX_ITEMS),
    withdrawals: optional(list(withdrawal, MAX_ITEMS)),
  },
  { title: ({ transactions }) => plural(transactions.length, 'transaction') },
);

const startBlock = choice({ hash, number: uint(64, 'block') }, ({ isList, length }) => {
  if (isList) return undefined;
  if (length === 32) return 'hash';
  return length <= 8 ? 'number' : undefined;
});

const headerQuery = struct({ startBlock, limit: uint(64), skip: uint(64), reverse: boolean });

/** A bit for each cell of a blob's row. */
const cellMask = fixed(16, 'cell mask');

function plural(count: number, noun: string): string {
  return `${groupDigits(count)} ${count === 1 ? noun : `${noun}s`}`;
}

function request<Value extends { readonly requestId: bigint }>(
  name: string,
  options: {
    readonly code: number;
    readonly answer: string;
    readonly schema: Schema<Value>;
    readonly summary: (value: Value) => string;
  },
): MessageSchema {
  const { code, answer, schema, summary } = options;
  return message(name, {
    code,
    schema,
    role: { kind: 'request', answer },
    summary: (value) => `#${String(value.requestId)} ${summary(value)}`,
    requestId: (value) => value.requestId,
  });
}

function answer<Value extends { readonly requestId: bigint }>(
  name: string,
  options: {
    readonly code: number;
    readonly request: string;
    readonly schema: Schema<Value>;
    readonly summary: (value: Value) => string;
  },
): MessageSchema {
  const { code, schema, summary } = options;
  return message(name, {
    code,
    schema,
    role: { kind: 'answer', request: options.request },
    summary: (value) => `#${String(value.requestId)}, ${summary(value)}`,
    requestId: (value) => value.requestId,
  });
}

function hashRequest(name: string, code: number, answerName: string, noun: string): MessageSchema {
  return request(name, {
    code,
    answer: answerName,
    schema: struct({ requestId, hashes: list(hash, MAX_ITEMS) }),
    summary: ({ hashes }) => `for ${plural(hashes.length, noun)}`,
  });
}

function rangeOf(headers: readonly HeaderValue[]): string {
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined) return 'none';
  const from = groupDigits(first.number);
  if (headers.length === 1) return `1 header, ${from}`;
  const order = last.number < first.number ? 'down to' : 'to';
  return `${plural(headers.length, 'header')}, ${from} ${order} ${groupDigits(last.number)}`;
}

/** Messages that are the same in all versions. */
const COMMON: readonly MessageSchema[] = [
  message('Transactions', {
    code: 0x02,
    schema: list(transaction, MAX_ITEMS),
    summary: (transactions) => plural(transactions.length, 'transaction'),
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
        : `${plural(bodies.length, 'body').replace('bodys', 'bodies')}, ${plural(transactions, 'transaction')}`;
    },
  }),
  hashRequest('GetPooledTransactions', 0x09, 'PooledTransactions', 'transaction'),
  answer('PooledTransactions', {
    code: 0x0a,
    request: 'GetPooledTransactions',
    schema: struct({ requestId, transactions: list(transaction, MAX_ITEMS) }),
    summary: ({ transactions }) =>
      transactions.length === 0 ? 'none' : plural(transactions.length, 'transaction'),
  }),
];

/** Block announcements: no longer used since the merge, but still defined. */
const BLOCK_ANNOUNCEMENTS: readonly MessageSchema[] = [
  message('NewBlockHashes', {
    code: 0x01,
    schema: list(struct({ hash, number: uint(64, 'block') }), MAX_ITEMS),
    summary: (blocks) => plural(blocks.length, 'block'),
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
      `block ${groupDigits(block.header.number)}, ${plural(block.transactions.length, 'transaction')}`,
  }),
];

function statusOf(version: Version): MessageSchema {
  const words = (status: { readonly networkId: bigint; readonly forkId: ValueOf<typeof forkId> }): string =>
    `network ${String(status.networkId)}, fork ${to0x(status.forkId.hash).slice(2)}`;
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
      `${words(status)}, blocks ${groupDigits(status.earliestBlock)} to ${groupDigits(status.latestBlock)}`,
  });
}

const announcedHashes = {
  types: bytes(MAX_BYTES, 'bytes, one per hash'),
  sizes: list(uint(32, 'bytes'), MAX_ITEMS),
  hashes: list(hash, MAX_ITEMS),
};

function announcementText(value: {
  readonly sizes: readonly bigint[];
  readonly hashes: readonly Uint8Array[];
}): string {
  const total = Number(value.sizes.reduce((sum, size) => sum + size, 0n));
  return `${plural(value.hashes.length, 'hash').replace('hashs', 'hashes')}, ${formatBytes(total)} announced`;
}

function announcementOf(version: Version): MessageSchema {
  if (version === 72) {
    return message('NewPooledTransactionHashes', {
      code: 0x08,
      schema: struct({ ...announcedHashes, cells: bytes(16, 'cell mask') }),
      summary: announcementText,
    });
  }
  return message('NewPooledTransactionHashes', {
    code: 0x08,
    schema: struct(announcedHashes),
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
        `for ${plural(hashes.length, 'block')}${first === 0n ? '' : ` from receipt ${groupDigits(first)}`}`,
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
  return `${plural(total, 'receipt')} of ${plural(blocks.length, 'block')}`;
}

const blockRange = message('BlockRangeUpdate', {
  code: 0x11,
  schema: struct({ earliestBlock: uint(64, 'block'), latestBlock: uint(64, 'block'), latestBlockHash: hash }),
  summary: ({ earliestBlock, latestBlock, latestBlockHash }) =>
    `has ${groupDigits(earliestBlock)} to ${groupDigits(latestBlock)}, ${shortHex(latestBlockHash)}`,
});

/** eth/71. A block whose list is not available has an empty byte string. */
const ACCESS_LISTS: readonly MessageSchema[] = [
  hashRequest('GetBlockAccessLists', 0x12, 'BlockAccessLists', 'block'),
  answer('BlockAccessLists', {
    code: 0x13,
    request: 'GetBlockAccessLists',
    schema: struct({
      requestId,
      blockAccessLists: list(
        choice({ list: blockAccessList, unavailable: bytes(0) }, ({ isList }) =>
          isList ? 'list' : 'unavailable',
        ),
        MAX_ITEMS,
      ),
    }),
    summary: ({ blockAccessLists }) => {
      const available = blockAccessLists.filter(({ option }) => option === 'list').length;
      return `${groupDigits(available)} of ${plural(blockAccessLists.length, 'list')}`;
    },
  }),
];

/** eth/72: cells of blobs. */
const CELLS: readonly MessageSchema[] = [
  request('GetCells', {
    code: 0x14,
    answer: 'Cells',
    schema: struct({ requestId, hashes: list(hash, MAX_ITEMS), cells: cellMask }),
    summary: ({ hashes }) => `for ${plural(hashes.length, 'transaction')}`,
  }),
  answer('Cells', {
    code: 0x15,
    request: 'GetCells',
    schema: struct({
      requestId,
      hashes: list(hash, MAX_ITEMS),
      groups: list(list(bytes(MAX_BYTES, 'cell'), MAX_ITEMS), MAX_ITEMS),
      cells: cellMask,
    }),
    summary: ({ hashes, groups }) =>
      `${plural(
        groups.reduce((sum, group) => sum + group.length, 0),
        'cell',
      )} of ${plural(hashes.length, 'transaction')}`,
  }),
];

function queryText({ startBlock: start, limit, skip, reverse }: ValueOf<typeof headerQuery>): string {
  const from = start.option === 'hash' ? shortHex(start.value) : groupDigits(start.value);
  const every = skip === 0n ? '' : `, skip ${groupDigits(skip)}`;
  return `${from}, ${groupDigits(limit)}${every}${reverse ? ', reverse' : ''}`;
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
