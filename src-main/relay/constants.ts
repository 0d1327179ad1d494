/** Limits of the relay of transactions. Sizes are in bytes, times in milliseconds. */

/** BOUNDED: announcements of one peer that are not settled: go-ethereum eth/fetcher/tx_fetcher.go, maxTxAnnounces. */
export const MAX_ANNOUNCED_PER_PEER = 4_096;

/** BOUNDED: announcements of all peers that are not settled (our choice). A new one displaces one of the peer that has most. */
export const MAX_ANNOUNCED_IN_ALL = 65_536;

/**
 * Time in which a peer may send an announced transaction whole before it is requested: go-ethereum
 * eth/fetcher/tx_fetcher.go, txArriveTimeout. Blob transactions are never sent whole, so they do not wait.
 */
export const ARRIVE_TIMEOUT_MS = 500;

/** What would be requested within this time is requested now: go-ethereum eth/fetcher/tx_fetcher.go, txGatherSlack. */
export const GATHER_SLACK_MS = 100;

/** BOUNDED: hashes in a request: go-ethereum eth/fetcher/tx_fetcher.go, maxTxRetrievals. */
export const MAX_REQUESTED = 256;

/** Announced size at which a request is full: go-ethereum eth/fetcher/tx_fetcher.go, maxTxRetrievalSize. */
export const MAX_REQUESTED_BYTES = 128 * 1024;

/** Time after which another announcer is asked: go-ethereum eth/fetcher/tx_fetcher.go, txFetchTimeout. */
export const FETCH_TIMEOUT_MS = 5_000;

/**
 * Difference up to which an announced size is right: go-ethereum eth/fetcher/tx_fetcher.go. Clients do not agree on
 * whether the size counts the headers of the message.
 */
export const SIZE_TOLERANCE = 8;

/** Largest transaction: go-ethereum core/txpool/legacypool/legacypool.go, txMaxSize. */
export const MAX_TRANSACTION_BYTES = 128 * 1024;

/** Largest blob transaction, with its sidecar: go-ethereum core/txpool/blobpool/blobpool.go, txMaxSize. */
export const MAX_BLOB_TRANSACTION_BYTES = 1024 * 1024;

/** Largest transaction that is sent whole; others are announced: go-ethereum eth/handler.go, txMaxBroadcastSize. */
export const MAX_WHOLE_BYTES = 4_096;

/** Size at which a message of transactions or announcements is full: go-ethereum eth/protocols/eth/broadcast.go, maxTxPacketSize. */
export const MAX_MESSAGE_BYTES = 100 * 1024;

/** BOUNDED: transactions that a peer is known to have: go-ethereum eth/protocols/eth/peer.go, maxKnownTxs. */
export const MAX_KNOWN = 32_768;

/** BOUNDED: refused transactions that are remembered: go-ethereum eth/fetcher/tx_fetcher.go, maxTxUnderpricedSetSize. */
export const MAX_REJECTS = 32_768;

/** Time after which a refused transaction may be tried again: go-ethereum eth/fetcher/tx_fetcher.go, maxTxUnderpricedTimeout. */
export const REJECT_MS = 300_000;

/** BOUNDED: observed transactions that are remembered (our choice): a pool of go-ethereum holds 6,144, its peers others. */
export const MAX_OBSERVED = 65_536;

/** Time for which an observed transaction is remembered (our choice). One that comes after it is observed anew. */
export const OBSERVED_MS = 3_600_000;

/** BOUNDED: transactions in one call of the pool's owner, and their bytes (our choice): one batch of the RPC. */
export const MAX_BATCH = 64;
/** See MAX_BATCH; the first transaction may have any size. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** BOUNDED: calls of `submit` at a time (our choice); one for each peer, so that an account's transactions keep their order. */
export const MAX_SUBMITTING = 4;

/** BOUNDED: transactions that wait for submission, and their bytes (our choice). One peer may fill half. */
export const MAX_QUEUED = 8_192;
/** See MAX_QUEUED. */
export const MAX_QUEUED_BYTES = 32 * 1024 * 1024;

/** Transactions of one peer that are submitted (our choice): the burst is the largest message of clients. */
export const SUBMIT_RATE = { perSecond: 200, burst: 4_096 } as const;

/** Transactions that one peer sends unasked and that are read (our choice): reading takes time, also of one that is known. */
export const UNASKED_RATE = { perSecond: 500, burst: 8_192 } as const;

/** Hashes that one peer announces and that are read (our choice): the burst is four announcements of a full pool. */
export const ANNOUNCE_RATE = { perSecond: 2_000, burst: 16_384 } as const;

/** What a transaction that the client refuses costs of SUBMIT_RATE (our choice): it burdens the client for nothing. */
export const REJECT_COST = 10;

/** BOUNDED: bytes of submitted transactions that are kept to announce and send them when they are pending (our choice). */
export const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/** BOUNDED: pending transactions that new peers are told of (our choice): one announcement. */
export const MAX_RECENT = 4_096;

/** Time for which a transaction counts as pending (our choice): most are in a block by then, and no one says so. */
export const RECENT_MS = 60_000;

/** BOUNDED: pending transactions of the client that are looked up, waiting (our choice). */
export const MAX_LOOKED_UP = 4_096;
