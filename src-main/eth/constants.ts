/** Limits of the eth protocol. Sizes are bytes, times milliseconds. */

/** Largest message: go-ethereum eth/protocols/eth/protocol.go, maxMessageSize. */
export const MAX_ETH_MESSAGE_SIZE = 10 * 1024 * 1024;

/** Time for the other side's Status: go-ethereum eth/protocols/eth/handshake.go, handshakeTimeout. */
export const STATUS_TIMEOUT_MS = 5_000;

/**
 * How long the side that dialled lets the peer's Status come before its own, milliseconds: our choice. go-ethereum hangs
 * up as soon as it has read a Status that does not fit, before its own has left where that comes first, and then nobody
 * could tell what did not fit (eth/protocols/eth/handshake.go). Less than half of what a peer waits for ours.
 */
export const STATUS_PRECEDENCE_MS = 2_000;

/** Replies stop growing here: go-ethereum eth/protocols/eth/handler.go, softResponseLimit. */
export const SOFT_RESPONSE_LIMIT = 2 * 1024 * 1024;

/** Items of a reply at most: go-ethereum eth/protocols/eth/handler.go, maxHeadersServe and its like. */
export const MAX_ITEMS_SERVED = 1_024;

/** Items that a request may make us look for: go-ethereum handlers.go, 2 × maxHeadersServe. */
export const MAX_LOOKUPS = 2 * MAX_ITEMS_SERVED;

/** Transactions in one message: go-ethereum eth/protocols/eth/protocol.go, maxTransactionAnnouncements. */
export const MAX_TRANSACTIONS = 5_000;

/**
 * BOUNDED: hashes in one announcement. The specification asks for 4,096 softly; what is far beyond any client's
 * announcement is refused before it is taken apart.
 */
export const MAX_ANNOUNCED_HASHES = 65_536;

/** BOUNDED: items of any other list: hashes of 33 bytes that a message could hold. */
export const MAX_LIST_ITEMS = Math.floor(MAX_ETH_MESSAGE_SIZE / 33);

/** A peer that ends the session this soon after Status, without a message of eth, did so over Status: our choice. */
export const STATUS_VERDICT_WINDOW_MS = 10_000;

/** An end this soon after an answer that lacked what was asked for is told with it, milliseconds: our choice. */
export const LACK_WINDOW_MS = 10_000;

/** Bytes of a keccak-256 hash: Yellow Paper, section 4.3, as the two sizes below. */
export const HASH_LENGTH = 32;
/** Bytes of an account's address. */
export const ADDRESS_LENGTH = 20;
/** Bytes of a bloom filter over logs. */
export const BLOOM_LENGTH = 256;

/**
 * Time for an answer, milliseconds: reth crates/net/network-types/src/session/config.rs, INITIAL_REQUEST_TIMEOUT.
 * go-ethereum tracks requests for minutes, for whole sync batches; ours are single items.
 */
export const REQUEST_TIMEOUT_MS = 20_000;

/** BOUNDED: own requests under way with one peer: our choice, one of each kind, as the syncers of clients have it. */
export const MAX_IN_FLIGHT = 4;

/** BOUNDED: own requests that wait for one under way to end. */
export const MAX_WAITING_REQUESTS = 64;

/** BOUNDED: requests that were given up and whose answers are still taken without a word. */
export const MAX_LATE_ANSWERS = 64;

/**
 * How far the latest block must move before a peer is told of the range again.
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
export const RANGE_UPDATE_BLOCKS = 32n;
