/** What the clients' RPC differs in. Methods are found out by calling them (probe.ts), not by the name of the client. */
import type { ClientLack, LackCode } from '../../shared/model/chain.ts';

/** The clients that are known by name. */
export type ClientFamily = 'geth' | 'reth' | 'besu' | 'nethermind' | 'erigon' | 'other';

/** Who answers. */
export interface ClientIdentity {
  readonly family: ClientFamily;
  /** As web3_clientVersion says, on one line; empty where it says nothing. */
  readonly version: string;
}

/** The methods of a client that this node may use. */
export interface Dialect {
  readonly headers: boolean;
  readonly blocks: boolean;
  readonly receipts: boolean;
  /** The method that gives an encoded block access list; undefined where there is none. */
  readonly accessLists: AccessListMethod | undefined;
  /** Whether the methods of the name space debug take a block hash; otherwise numbers only. */
  readonly takesHashes: boolean;
  readonly capabilities: boolean;
  readonly pooledTransactions: boolean;
  readonly submission: boolean;
  /** How the client tells of pending transactions. */
  readonly pendingNotices: 'subscription' | 'filter' | undefined;
  readonly headNotices: boolean;
}

/** Methods that give an encoded block access list, in the order in which they are tried: reth, Nethermind and Erigon have the first. */
export const ACCESS_LIST_METHODS = ['debug_getRawBlockAccessList', 'debug_getBlockAccessList'] as const;

/** One of ACCESS_LIST_METHODS. */
export type AccessListMethod = (typeof ACCESS_LIST_METHODS)[number];

/** Each lack by its code. */
const LACKS: Readonly<Record<LackCode, Omit<ClientLack, 'code'>>> = {
  'raw-headers': { method: 'debug_getRawHeader', consequence: 'no-blocks-served' },
  'raw-blocks': { method: 'debug_getRawBlock', consequence: 'no-bodies-served' },
  'raw-receipts': { method: 'debug_getRawReceipts', consequence: 'no-receipts-served' },
  'raw-access-lists': { method: ACCESS_LIST_METHODS[0], consequence: 'no-access-lists-served' },
  'lookup-by-hash': { method: 'debug_getRawHeader', consequence: 'hashes-cost-another-call' },
  'oldest-block': { method: 'eth_capabilities', consequence: 'oldest-block-is-searched' },
  'head-notices': { method: 'eth_subscribe', consequence: 'head-is-polled' },
  'pooled-transactions': { method: 'eth_getRawTransactionByHash', consequence: 'pool-is-not-served' },
  submission: { method: 'eth_sendRawTransaction', consequence: 'transactions-are-not-relayed' },
  'pending-notices': {
    method: 'eth_newPendingTransactionFilter',
    consequence: 'pending-transactions-are-not-announced',
  },
};

/** The lacks of a client, the gravest first. */
export function lacksOf(dialect: Dialect): readonly ClientLack[] {
  const has: Readonly<Record<LackCode, boolean>> = {
    'raw-headers': dialect.headers,
    'raw-blocks': dialect.blocks,
    'raw-receipts': dialect.receipts,
    'raw-access-lists': dialect.accessLists !== undefined,
    'lookup-by-hash': dialect.takesHashes || !dialect.headers,
    'oldest-block': dialect.capabilities,
    'head-notices': dialect.headNotices,
    'pooled-transactions': dialect.pooledTransactions,
    submission: dialect.submission,
    'pending-notices': dialect.pendingNotices !== undefined,
  };
  return (Object.keys(LACKS) as LackCode[])
    .filter((code) => !has[code])
    .map((code) => ({ code, ...LACKS[code] }));
}

const FAMILIES: readonly (readonly [RegExp, ClientFamily])[] = [
  [/^geth\//i, 'geth'],
  [/^reth\//i, 'reth'],
  [/^besu\//i, 'besu'],
  [/^nethermind\//i, 'nethermind'],
  [/^erigon\//i, 'erigon'],
];

/** Longest version that is kept, characters. */
const MAX_VERSION = 120;

/** The client by the answer to web3_clientVersion, which is any value. */
export function identityOf(version: unknown): ClientIdentity {
  const text =
    typeof version === 'string'
      ? version
          .slice(0, MAX_VERSION)
          .replace(/[^\x20-\x7e]+/g, ' ')
          .trim()
      : '';
  const family = FAMILIES.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
  return { family, version: text };
}
