/** Limits of the RPC of a client. Sizes are in bytes, times in milliseconds. */

/**
 * BOUNDED: an answer. geth and Erigon answer a batch with at most 25 MB of results (geth rpc/server.go,
 * BatchResponseMaxSize); names and IDs come on top.
 */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** BOUNDED: a request is below this size: geth rpc/http.go, defaultBodyLimit. */
export const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** BOUNDED: calls in one request; geth allows 1,000 (node/defaults.go, BatchRequestLimit). Our choice: answers stay small. */
export const MAX_BATCH = 64;

/**
 * BOUNDED: calls in one request for items of which peers choose large ones, on a connection that ends when its answer is above
 * MAX_ANSWER_BYTES (our choice): blocks of 2 MB and pooled transactions of 1 MB fit, as hex text. Not every client limits the
 * answer of a batch.
 */
export const MAX_LARGE_ITEMS: Readonly<Record<string, number>> = {
  debug_getRawBlock: 8,
  debug_getRawReceipts: 8,
  debug_getRawBlockAccessList: 8,
  debug_getBlockAccessList: 8,
  eth_getRawTransactionByHash: 16,
};

/** Time limit of opening a WebSocket or an IPC socket (our choice). */
export const OPEN_TIMEOUT_MS = 5_000;

/** Time limit of an answer (our choice): a busy client that unpacks old blocks takes seconds. */
export const CALL_TIMEOUT_MS = 10_000;

/** BOUNDED: requests of this node without an answer, on one channel. */
export const MAX_EXCHANGES = 64;

/** Interval of asking for the head where the client does not tell of it (our choice); a slot has 12 s. */
export const HEAD_POLL_MS = 2_000;

/** Interval of asking for the head where the client tells of it: this shows that it still answers (our choice). */
export const HEAD_CHECK_MS = 15_000;

/** Jitter of both intervals, milliseconds. */
export const POLL_JITTER_MS = 250;

/** Longest first wait before the next connect; each failure doubles it (our choice). */
export const RECONNECT_MS = 1_000;

/** Longest wait before the next connect (our choice). */
export const MAX_RECONNECT_MS = 30_000;

/** Interval of asking for the oldest block again, which moves where a client prunes (our choice). */
export const OLDEST_BLOCK_MS = 600_000;

/** Interval of asking a filter for pending transactions (our choice). */
export const PENDING_POLL_MS = 1_000;

/** Time in which pending transactions are collected for one call of the listeners (our choice). */
export const PENDING_COLLECT_MS = 25;

/** BOUNDED: pending transactions in one call of the listeners; more are dropped, as geth drops announcements of a full queue. */
export const MAX_PENDING = 4_096;
