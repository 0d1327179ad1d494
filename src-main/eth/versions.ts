/**
 * The versions of the eth protocol and what tells them apart. A further version is a further row.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#change-log
 */

import type { MessageClass } from '../p2p/message-class.ts';

/** The protocol's name in Hello. */
export const ETH_PROTOCOL_NAME = 'eth';

/** Message codes, relative to the protocol. */
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
} as const;

/** A message by its name in the specification. */
export type EthMessageName = keyof typeof ETH_CODES;

/** What a version is made of. */
export interface EthVersionRow {
  /** Message codes that it takes up. */
  readonly length: number;
  /** Whether Status names the head by total difficulty and hash, or the range of blocks (EIP-7642). */
  readonly status: 'total-difficulty' | 'block-range';
  /** Whether receipts travel in their consensus form with blooms, or as flat lists without (EIP-7642). */
  readonly receipts: 'consensus' | 'flat';
  /** Whether blocks may be announced; go-ethereum has no handler for them since eth/69. */
  readonly blockAnnouncements: boolean;
}

/** Every version that is spoken. */
export const ETH_VERSIONS = {
  68: { length: 17, status: 'total-difficulty', receipts: 'consensus', blockAnnouncements: true },
  69: { length: 18, status: 'block-range', receipts: 'flat', blockAnnouncements: false },
} as const satisfies Readonly<Record<number, EthVersionRow>>;

/** A version that is spoken. */
export type EthVersion = keyof typeof ETH_VERSIONS;

/** All of them, lowest first. */
export const ETH_VERSION_NUMBERS: readonly EthVersion[] = [68, 69];

/** What each message is to queues and limits; Status opens the session and goes before all. */
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
};

const NAME_BY_CODE: ReadonlyMap<number, EthMessageName> = new Map(
  Object.entries(ETH_CODES).map(([name, code]) => [code, name as EthMessageName]),
);

/** The message of that code; undefined for a code that the version leaves unused or does not have. */
export function ethMessageName(version: EthVersion, code: number): EthMessageName | undefined {
  return code < ETH_VERSIONS[version].length ? NAME_BY_CODE.get(code) : undefined;
}

/** The class of the message of that code; undefined for a code that no version uses. */
export function ethMessageClass(code: number): MessageClass | undefined {
  const name = NAME_BY_CODE.get(code);
  return name === undefined ? undefined : CLASSES[name];
}
