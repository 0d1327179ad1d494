/** Messages made by hand from the specifications, for those that no file of test/vectors has. */
import type { WireJson } from '../../shared/model/wire.ts';
import { to0x } from '../../src-main/base/bytes.ts';
import type { RlpInput } from '../../src-main/base/rlp.ts';

/** A message in the order of its specification, and the fields that it has. */
export interface WireExample {
  /** `eth/68`; several where the message is the same. */
  readonly protocols: readonly string[];
  readonly name: string;
  readonly code: number;
  readonly rlp: RlpInput;
  readonly json: WireJson;
}

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const hash = (value: number): Uint8Array => bytes(32, value);
const hex = (length: number, value: number): string => to0x(bytes(length, value));

const EMPTY: readonly WireExample[] = [
  { protocols: ['p2p'], name: 'Ping', code: 0x02, rlp: [], json: {} },
  { protocols: ['p2p'], name: 'Pong', code: 0x03, rlp: [], json: {} },
];

const SNAP = ['snap/1', 'snap/2'];

/** https://github.com/ethereum/devp2p/blob/master/caps/snap.md#protocol-messages */
const RANGES: readonly WireExample[] = [
  {
    ...{ protocols: SNAP, name: 'GetAccountRange', code: 0x00 },
    rlp: [7, hash(1), hash(2), hash(3), 4_096],
    json: {
      requestId: '7',
      rootHash: hex(32, 1),
      startingHash: hex(32, 2),
      limitHash: hex(32, 3),
      responseBytes: '4096',
    },
  },
  {
    ...{ protocols: SNAP, name: 'AccountRange', code: 0x01 },
    // The body in slim format: nonce, balance, storage root, code hash, of which the usual ones are empty.
    rlp: [7, [[hash(4), [9, 1_000, '', hash(5)]]], [Uint8Array.of(0xc0, 1)]],
    json: {
      requestId: '7',
      accounts: [
        {
          accHash: hex(32, 4),
          accBody: { nonce: '9', balance: '1000', storageRoot: '0x', codeHash: hex(32, 5) },
        },
      ],
      proof: ['0xc001'],
    },
  },
  {
    ...{ protocols: SNAP, name: 'GetStorageRanges', code: 0x02 },
    rlp: [7, hash(1), [hash(4), hash(6)], '', hash(3), 4_096],
    json: {
      requestId: '7',
      rootHash: hex(32, 1),
      accountHashes: [hex(32, 4), hex(32, 6)],
      startingHash: '0x',
      limitHash: hex(32, 3),
      responseBytes: '4096',
    },
  },
  {
    ...{ protocols: SNAP, name: 'StorageRanges', code: 0x03 },
    rlp: [7, [[[hash(4), Uint8Array.of(0x82, 1, 2)]], []], [Uint8Array.of(0xc0)]],
    json: {
      requestId: '7',
      slots: [[{ slotHash: hex(32, 4), slotData: '0x820102' }], []],
      proof: ['0xc0'],
    },
  },
  {
    ...{ protocols: SNAP, name: 'GetByteCodes', code: 0x04 },
    rlp: [7, [hash(8)], 4_096],
    json: { requestId: '7', hashes: [hex(32, 8)], bytes: '4096' },
  },
  {
    ...{ protocols: SNAP, name: 'ByteCodes', code: 0x05 },
    rlp: [7, [Uint8Array.of(0x60, 0x00)]],
    json: { requestId: '7', codes: ['0x6000'] },
  },
];

const TRIE_NODES: readonly WireExample[] = [
  {
    ...{ protocols: ['snap/1'], name: 'GetTrieNodes', code: 0x06 },
    rlp: [7, hash(1), [[Uint8Array.of(0x12)], [hash(4), Uint8Array.of(0x34)]], 4_096],
    json: { requestId: '7', rootHash: hex(32, 1), paths: [['0x12'], [hex(32, 4), '0x34']], bytes: '4096' },
  },
  {
    ...{ protocols: ['snap/1'], name: 'TrieNodes', code: 0x07 },
    rlp: [7, [Uint8Array.of(0xc0, 2)]],
    json: { requestId: '7', nodes: ['0xc002'] },
  },
];

/** An access list in the order of EIP-7928, and its fields. */
const ACCESS_LIST = {
  rlp: [
    [
      bytes(20, 1),
      [
        [
          5,
          [
            [1, 6],
            [2, ''],
          ],
        ],
      ],
      [7],
      [[1, 1_000]],
      [[1, 3]],
      [[2, Uint8Array.of(0x60)]],
    ],
  ],
  json: [
    {
      address: hex(20, 1),
      storageChanges: [
        {
          slot: '5',
          changes: [
            { blockAccessIndex: '1', value: '6' },
            { blockAccessIndex: '2', value: '0' },
          ],
        },
      ],
      storageReads: ['7'],
      balanceChanges: [{ blockAccessIndex: '1', balance: '1000' }],
      nonceChanges: [{ blockAccessIndex: '1', nonce: '3' }],
      codeChanges: [{ blockAccessIndex: '2', code: '0x60' }],
    },
  ],
} as const;

/** https://eips.ethereum.org/EIPS/eip-8189: the codes 0x06 and 0x07 of snap/1 are not used again. */
const ACCESS_LISTS: readonly WireExample[] = [
  {
    ...{ protocols: ['snap/2'], name: 'GetBlockAccessLists', code: 0x08 },
    rlp: [7, [hash(8), hash(9)], 4_096],
    json: { requestId: '7', hashes: [hex(32, 8), hex(32, 9)], bytes: '4096' },
  },
  {
    ...{ protocols: ['snap/2'], name: 'BlockAccessLists', code: 0x09 },
    // The empty byte string stands for a list that is not available.
    rlp: [7, [ACCESS_LIST.rlp, '']],
    json: { requestId: '7', blockAccessLists: [{ list: ACCESS_LIST.json }, { unavailable: '0x' }] },
  },
  {
    ...{ protocols: ['eth/71', 'eth/72'], name: 'BlockAccessLists', code: 0x13 },
    rlp: [7, [ACCESS_LIST.rlp, '']],
    json: { requestId: '7', blockAccessLists: [{ list: ACCESS_LIST.json }, { unavailable: '0x' }] },
  },
];

/** The header of the vectors of BlockHeaders: EIP-2481's example. */
const HEADER = {
  rlp: [
    ...[hash(1), hash(2), bytes(20, 3), hash(4), hash(5), hash(6), bytes(256, 7)],
    ...[2_222, 3_333, 4_444, 5_555, 6_666, Uint8Array.of(0x77, 0x88), hash(8), bytes(8, 9)],
  ],
  json: {
    ...{ parentHash: hex(32, 1), ommersHash: hex(32, 2), coinbase: hex(20, 3), stateRoot: hex(32, 4) },
    ...{ transactionsRoot: hex(32, 5), receiptsRoot: hex(32, 6), logsBloom: hex(256, 7) },
    ...{ difficulty: '2222', number: '3333', gasLimit: '4444', gasUsed: '5555', timestamp: '6666' },
    ...{ extraData: '0x7788', mixHash: hex(32, 8), nonce: hex(8, 9) },
  },
} as const;

/** https://github.com/ethereum/devp2p/blob/master/caps/eth.md#newblock-0x07 */
const NEW_BLOCK: WireExample = {
  ...{ protocols: ['eth/68', 'eth/69', 'eth/70', 'eth/71', 'eth/72'], name: 'NewBlock', code: 0x07 },
  rlp: [[HEADER.rlp, [], [HEADER.rlp]], 131_072],
  json: {
    block: { header: HEADER.json, transactions: [], ommers: [HEADER.json] },
    totalDifficulty: '131072',
  },
};

/** https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md#whoareyou-packet-flag--1 */
const WHOAREYOU: WireExample = {
  ...{ protocols: ['discv5'], name: 'Whoareyou', code: 0x00 },
  rlp: [bytes(12, 1), bytes(16, 2), 5],
  json: { nonce: hex(12, 1), idNonce: hex(16, 2), enrSeq: '5' },
};

/** Every example. */
export const WIRE_EXAMPLES: readonly WireExample[] = [
  ...[...EMPTY, NEW_BLOCK, ...RANGES, ...TRIE_NODES, ...ACCESS_LISTS],
  WHOAREYOU,
];
