import type { Failure } from '../causes/facts.ts';

/** The sources of the chain that a node serves: no chain, the operator's execution client, or imported files. */
export const CHAIN_SOURCES = ['none', 'sentry', 'archive'] as const;

/** The chain that the node serves, and what peers asked of it. Numbers of blocks are decimal; times are Unix milliseconds. */
export interface ChainView {
  readonly source: ChainSourceView;
  /** The block range of Status and BlockRangeUpdate. */
  readonly range: ChainRange;
  /** Block time of the head; null where the source has only the genesis block. */
  readonly headTime: number | null;
  /** Requests of all peers since the node started, by kind. */
  readonly served: readonly ServedKind[];
  /** Items that answers took from the cache or from the source, by kind; null without a cache. */
  readonly cache: ChainCache | null;
  /** Null where transactions are dropped: without a transaction pool, unless they are observed. */
  readonly transactions: RelayTotals | null;
}

/** Where the chain comes from, and how it is. */
export type ChainSourceView = { readonly kind: 'none' } | SentryView | ArchiveView;

/** A range of blocks. */
export interface ChainRange {
  readonly earliest: string;
  readonly latest: string;
  /** 0x and 64 hex digits. */
  readonly latestHash: string;
}

/** An execution client as the source. */
export interface SentryView {
  readonly kind: 'sentry';
  /** Its address without the parts that may be secret. */
  readonly address: string;
  /** Whether each request has a token of a JWT secret. */
  readonly usesJwt: boolean;
  readonly phase: 'stopped' | 'away' | 'connected';
  /** When the phase began. */
  readonly since: number;
  /** Its web3_clientVersion; null before the first connect. */
  readonly client: string | null;
  readonly lacks: readonly ClientLack[];
  /** Why it is away, or was last; null when it never was. */
  readonly failure: Failure | null;
  /** Items that were not the requested ones, and what was wrong with the last. */
  readonly wrongItems: number;
  readonly lastWrongItem: Failure | null;
}

/** Imported files as the source. */
export interface ArchiveView {
  readonly kind: 'archive';
  /** The folder of its database. */
  readonly folder: string;
  /** Blocks whose receipts no file had. */
  readonly withoutReceipts: string;
  /** The import in progress, or how the last one of this start ended; null when none was asked for. */
  readonly import: ImportView | null;
}

/** An import of files. */
export interface ImportView {
  readonly state: 'running' | 'done' | 'failed';
  /** Name of the file in progress, or of the last one. */
  readonly file: string;
  /** Place of the file, from 1, and the number of files. */
  readonly place: number;
  readonly files: number;
  /** Bytes of the file that are read, and all. */
  readonly bytesRead: number;
  readonly bytes: number;
  /** Blocks that were added, of all files. */
  readonly blocks: string;
  /** Why it failed; null otherwise. */
  readonly failure: Failure | null;
}

/** What a client may lack. */
export type LackCode =
  | 'raw-headers'
  | 'raw-blocks'
  | 'raw-receipts'
  | 'raw-access-lists'
  | 'lookup-by-hash'
  | 'oldest-block'
  | 'head-notices'
  | 'pooled-transactions'
  | 'submission'
  | 'pending-notices';

/** What follows from a lack. */
export type LackConsequence =
  | 'no-blocks-served'
  | 'no-bodies-served'
  | 'no-receipts-served'
  | 'no-access-lists-served'
  | 'hashes-cost-another-call'
  | 'oldest-block-is-searched'
  | 'head-is-polled'
  | 'pool-is-not-served'
  | 'transactions-are-not-relayed'
  | 'pending-transactions-are-not-announced';

/** A lack of a client. */
export interface ClientLack {
  readonly code: LackCode;
  /** The method that the client does not offer, or refuses in the form that is needed. */
  readonly method: string;
  readonly consequence: LackConsequence;
}

/** Requests of one kind, and how they were answered. Those without an answer so far are in `asked` alone. */
export interface ServedKind {
  /** `GetBlockHeaders`. */
  readonly name: string;
  readonly asked: number;
  readonly served: number;
  /** The source has none of the items. */
  readonly empty: number;
  /** The source did not answer in time. */
  readonly late: number;
  /** The source failed. */
  readonly failed: number;
  /** Headers, bodies, blocks with receipts, access lists or transactions in the answers. */
  readonly items: number;
}

/** Hits and misses of the cache by kind of item, and its estimated memory in bytes. */
export interface ChainCache {
  readonly headers: CacheUse;
  readonly bodies: CacheUse;
  readonly receipts: CacheUse;
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Items that answers took from the cache, and from the source. */
export interface CacheUse {
  readonly hits: number;
  readonly misses: number;
}

/** Why a transaction was not relayed or observed, or its announcement counted against the peer. */
export const RELAY_REFUSALS = [
  'announced-type-differs',
  'announced-size-differs',
  'blob-commitments-differ',
  'too-large',
  'malformed',
  'rejected-by-client',
  'rejected-before',
  'rate-limited',
] as const;

/** One of RELAY_REFUSALS. */
export type RelayRefusal = (typeof RELAY_REFUSALS)[number];

/** Transactions since the node started. */
export interface RelayTotals {
  /** Distinct transactions that peers announced. */
  readonly announced: number;
  /** Transactions that arrived: on request, and unasked in Transactions. */
  readonly received: number;
  /** Those that the client took as new. */
  readonly accepted: number;
  /** Distinct transactions that passed the checks and were given to nobody, without a pool; null with one. */
  readonly observed: number | null;
  /** Announcements and whole transactions that were sent to peers, one for each peer. */
  readonly announcedOut: number;
  readonly sentOut: number;
  readonly refused: Readonly<Record<RelayRefusal, number>>;
  /** Transactions that are asked for, or wait to be. */
  readonly pending: number;
}
