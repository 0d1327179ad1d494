/**
 * Supported versions of the eth protocol and their differences. To add a version, add a row.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#change-log
 */

import type { MessageClass } from '../p2p/message-class.ts';

/** The protocol's name in Hello. */
export const ETH_PROTOCOL_NAME = 'eth';

/** Message codes relative to the protocol. */
export const ETH_CODES = {
  Status: 0x00,
  NewBlockHashes: 0x01,
  Transactions: 0x02,
  GetBlockHeaders: 0x03,
  BlockHeaders: 0x04,
  GetBlockBodies: 0x05,
  BlockBodies: 0x06,
  NewBlock: 0x07,
  NewPooledTransactionHashes: 0x08,
  GetPooledTransactions: 0x09,
  PooledTransactions: 0x0a,
  GetReceipts: 0x0f,
  Receipts: 0x10,
  BlockRangeUpdate: 0x11,
  GetBlockAccessLists: 0x12,
  BlockAccessLists: 0x13,
} as const;

/** Name of a message in the specification. */
export type EthMessageName = keyof typeof ETH_CODES;

/** Properties of a version. */
export interface EthVersionRow {
  /** Number of message codes: the version has the messages below it. */
  readonly length: number;
  /** Form of Status: total difficulty and head hash, or block range (EIP-7642). */
  readonly status: 'total-difficulty' | 'block-range';
  /** Form of receipts: consensus encoding with bloom filters, or flat lists without (EIP-7642). */
  readonly receipts: 'consensus' | 'flat';
  /** Whether GetReceipts may begin within a block, and Receipts may end within one (EIP-7975). */
  readonly partialReceipts: boolean;
  /** Whether block announcements are allowed; go-ethereum does not handle them since eth/69. */
  readonly blockAnnouncements: boolean;
}

/** All supported versions. */
export const ETH_VERSIONS = {
  68: {
    length: 17,
    status: 'total-difficulty',
    receipts: 'consensus',
    partialReceipts: false,
    blockAnnouncements: true,
  },
  69: {
    length: 18,
    status: 'block-range',
    receipts: 'flat',
    partialReceipts: false,
    blockAnnouncements: false,
  },
  70: {
    length: 18,
    status: 'block-range',
    receipts: 'flat',
    partialReceipts: true,
    blockAnnouncements: false,
  },
  71: {
    length: 20,
    status: 'block-range',
    receipts: 'flat',
    partialReceipts: true,
    blockAnnouncements: false,
  },
} as const satisfies Readonly<Record<number, EthVersionRow>>;

/** A supported version. */
export type EthVersion = keyof typeof ETH_VERSIONS;

/** All supported versions in ascending order. */
export const ETH_VERSION_NUMBERS: readonly EthVersion[] = [68, 69, 70, 71];

/** Class of each message. Status has the highest priority, because it opens the session. */
const CLASSES: Readonly<Record<EthMessageName, MessageClass>> = {
  Status: 'control',
  NewBlockHashes: 'announcement',
  Transactions: 'announcement',
  GetBlockHeaders: 'request',
  BlockHeaders: 'answer',
  GetBlockBodies: 'request',
  BlockBodies: 'answer',
  NewBlock: 'announcement',
  NewPooledTransactionHashes: 'announcement',
  GetPooledTransactions: 'request',
  PooledTransactions: 'answer',
  GetReceipts: 'request',
  Receipts: 'answer',
  BlockRangeUpdate: 'announcement',
  GetBlockAccessLists: 'request',
  BlockAccessLists: 'answer',
};

const NAME_BY_CODE: ReadonlyMap<number, EthMessageName> = new Map(
  Object.entries(ETH_CODES).map(([name, code]) => [code, name as EthMessageName]),
);

/** Returns the name of a message code; undefined when the version does not use the code. */
export function ethMessageName(version: EthVersion, code: number): EthMessageName | undefined {
  return code < ETH_VERSIONS[version].length ? NAME_BY_CODE.get(code) : undefined;
}

/** Returns the class of a message code; undefined when no version uses the code. */
export function ethMessageClass(code: number): MessageClass | undefined {
  const name = NAME_BY_CODE.get(code);
  return name === undefined ? undefined : CLASSES[name];
}
