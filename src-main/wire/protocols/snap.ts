/**
 * Schemas of snap/1 and snap/2.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/snap.md#protocol-messages
 * @see https://eips.ethereum.org/EIPS/eip-8189 (snap/2)
 */
import { formatBytes, formatQuantity } from '../../../shared/format.ts';
import { protocol, type MessageSchema, type ProtocolSchema } from '../message-schema.ts';
import { bytes, list, struct, uint, type Schema } from '../schema.ts';
import { shortHex } from '../show.ts';
import { accessListsText, blockAccessLists } from './eth/block-access-list.ts';
import { answer, hash, MAX_BYTES, MAX_ITEMS, request, requestId, type WithId } from './eth/common.ts';

/** Soft limit of the answer; the specification calls it `responseBytes` in requests of ranges, else `bytes`. */
const softLimit = uint(64, 'bytes');
const responseBytes = softLimit;
const blobs = list(bytes(MAX_BYTES), MAX_ITEMS);
/** The bound of a range of slots; empty for none. */
const bound = bytes(32, 'hash');

/** An account in slim format: storage root and code hash are empty where they have their usual value. */
const slimAccount = struct({
  nonce: uint(64),
  balance: uint(256, 'wei'),
  storageRoot: bytes(32, 'hash'),
  codeHash: bytes(32, 'hash'),
});

/** A request and its answer, whose code is the next one. */
function pair<Request extends WithId, Answer extends WithId>(
  code: number,
  [requestName, requestSchema, requestText]: readonly [string, Schema<Request>, (value: Request) => string],
  [answerName, answerSchema, answerText]: readonly [string, Schema<Answer>, (value: Answer) => string],
): readonly MessageSchema[] {
  return [
    request(requestName, { code, answer: answerName, schema: requestSchema, summary: requestText }),
    answer(answerName, {
      code: code + 1,
      request: requestName,
      schema: answerSchema,
      summary: answerText,
    }),
  ];
}

const atMost = (limit: bigint): string => `at most ${formatBytes(Number(limit))}`;

/** Messages of both versions. */
const RANGES: readonly MessageSchema[] = [
  ...pair(
    0x00,
    [
      'GetAccountRange',
      struct({ requestId, rootHash: hash, startingHash: hash, limitHash: hash, responseBytes }),
      (value) => `from ${shortHex(value.startingHash)}, ${atMost(value.responseBytes)}`,
    ],
    [
      'AccountRange',
      struct({
        requestId,
        accounts: list(struct({ accHash: hash, accBody: slimAccount }), MAX_ITEMS),
        proof: blobs,
      }),
      ({ accounts }) => formatQuantity(accounts.length, 'account'),
    ],
  ),
  ...pair(
    0x02,
    [
      'GetStorageRanges',
      struct({
        requestId,
        rootHash: hash,
        accountHashes: list(hash, MAX_ITEMS),
        startingHash: bound,
        limitHash: bound,
        responseBytes,
      }),
      (value) =>
        `of ${formatQuantity(value.accountHashes.length, 'account')}, ${atMost(value.responseBytes)}`,
    ],
    [
      'StorageRanges',
      struct({
        requestId,
        slots: list(list(struct({ slotHash: hash, slotData: bytes(MAX_BYTES) }), MAX_ITEMS), MAX_ITEMS),
        proof: blobs,
      }),
      ({ slots }) => {
        const total = slots.reduce((sum, each) => sum + each.length, 0);
        return `${formatQuantity(total, 'slot')} of ${formatQuantity(slots.length, 'account')}`;
      },
    ],
  ),
  ...pair(
    0x04,
    [
      'GetByteCodes',
      struct({ requestId, hashes: list(hash, MAX_ITEMS), bytes: softLimit }),
      (value) => `for ${formatQuantity(value.hashes.length, 'code')}, ${atMost(value.bytes)}`,
    ],
    ['ByteCodes', struct({ requestId, codes: blobs }), ({ codes }) => formatQuantity(codes.length, 'code')],
  ),
];

/** snap/1 only. */
const TRIE_NODES: readonly MessageSchema[] = pair(
  0x06,
  [
    'GetTrieNodes',
    struct({
      requestId,
      rootHash: hash,
      paths: list(list(bytes(MAX_BYTES, 'path'), MAX_ITEMS), MAX_ITEMS),
      bytes: softLimit,
    }),
    (value) => `for ${formatQuantity(value.paths.length, 'path')}, ${atMost(value.bytes)}`,
  ],
  ['TrieNodes', struct({ requestId, nodes: blobs }), ({ nodes }) => formatQuantity(nodes.length, 'node')],
);

/** snap/2 only; the codes 0x06 and 0x07 are reserved. */
const ACCESS_LISTS: readonly MessageSchema[] = pair(
  0x08,
  [
    'GetBlockAccessLists',
    struct({ requestId, hashes: list(hash, MAX_ITEMS), bytes: softLimit }),
    (value) => `for ${formatQuantity(value.hashes.length, 'block')}, ${atMost(value.bytes)}`,
  ],
  [
    'BlockAccessLists',
    struct({ requestId, blockAccessLists }),
    (value) => accessListsText(value.blockAccessLists),
  ],
);

/** The snap protocol by version. */
export const SNAP: readonly ProtocolSchema[] = [
  protocol('snap/1', 8, [...RANGES, ...TRIE_NODES]),
  protocol('snap/2', 10, [...RANGES, ...ACCESS_LISTS]),
];
