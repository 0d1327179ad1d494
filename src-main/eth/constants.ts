/** Limits of the eth protocol. Sizes are in bytes, times in milliseconds. */

/** Largest message: go-ethereum eth/protocols/eth/protocol.go, maxMessageSize. */
export const MAX_ETH_MESSAGE_SIZE = 10 * 1024 * 1024;

/** Time limit for the peer's Status: go-ethereum eth/protocols/eth/handshake.go, handshakeTimeout. */
export const STATUS_TIMEOUT_MS = 5_000;

/**
 * How long the dialing side waits for the peer's Status before it sends its own (our choice). go-ethereum disconnects
 * as soon as it reads an incompatible Status, possibly before it has sent its own; then the difference would be
 * unknown (eth/protocols/eth/handshake.go). Less than half of STATUS_TIMEOUT_MS, which peers apply to our Status.
 */
export const STATUS_PRECEDENCE_MS = 2_000;

/** Size at which a reply is full: go-ethereum eth/protocols/eth/handler.go, softResponseLimit. */
export const SOFT_RESPONSE_LIMIT = 2 * 1024 * 1024;

/** Largest number of items in a reply: go-ethereum eth/protocols/eth/handler.go, maxHeadersServe, maxBodiesServe, maxReceiptsServe. */
export const MAX_ITEMS_SERVED = 1_024;

/**
 * Largest answer: the message without request ID and list prefixes. An answer leaves out the item that would pass it.
 */
export const HARD_RESPONSE_LIMIT = MAX_ETH_MESSAGE_SIZE - 32;

/**
 * Number of pooled transactions that are looked up per request: the limit that the specification recommends.
 * @see https://github.com/ethereum/devp2p/blob/master/caps/eth.md#getpooledtransactions-0x09
 */
export const MAX_POOLED_LOOKUPS = 256;

/**
 * Time from a request to the empty answer when its source has not answered (our choice). Peers ask another node at once
 * after an empty answer, and only after many seconds without one.
 */
export const SERVE_DEADLINE_MS = 2_000;

/**
 * Time after which no further block is looked up for an answer with receipts, which is sent with those that are there (our
 * choice). Less than SERVE_DEADLINE_MS, so that a slow source still serves the first blocks.
 */
export const RECEIPTS_TIME_MS = 1_000;

/** BOUNDED: requests of one peer that the source processes at a time (our choice: one of each kind). */
export const MAX_SERVED_PER_PEER = 4;

/** BOUNDED: requests of all peers that the source processes at a time (our choice). */
export const MAX_SERVED_IN_ALL = 64;

/**
 * BOUNDED: requests of one peer without an answer, and the size of their messages, at which its session stops reading. All
 * of them are answered within SERVE_DEADLINE_MS, so reading resumes by then. As many as this each deadline are more
 * requests than the inbound limits admit: a source that hangs delays the Pong of a peer no further than they do.
 */
export const MAX_OPEN_REQUESTS = 256;
/** See MAX_OPEN_REQUESTS; bytes. The first request may have any size. */
export const MAX_OPEN_BYTES = 2 * 1024 * 1024;

/** BOUNDED: transactions in one message: go-ethereum eth/protocols/eth/protocol.go, maxTransactionAnnouncements. */
export const MAX_TRANSACTIONS = 5_000;

/**
 * BOUNDED: hashes in one announcement. The specification recommends at most 4,096. A larger announcement than any
 * client sends is refused before it is decoded.
 */
export const MAX_ANNOUNCED_HASHES = 65_536;

/** BOUNDED: items of any other list: as many 33-byte hashes as fit into a message. */
export const MAX_ETH_LIST_ITEMS = Math.floor(MAX_ETH_MESSAGE_SIZE / 33);

/** An end within this time after Status, without an eth message in between, is attributed to Status (our choice). */
export const STATUS_VERDICT_WINDOW_MS = 10_000;

/** An end within this time after an empty answer of ours is attributed to that answer (our choice). */
export const LACK_WINDOW_MS = 10_000;

/**
 * Length of an account address.
 * @see https://ethereum.github.io/yellowpaper/paper.pdf section 4.2
 */
export const ADDRESS_LENGTH = 20;
/**
 * Length of the bloom filter over logs.
 * @see https://ethereum.github.io/yellowpaper/paper.pdf section 4.3.1
 */
export const BLOOM_LENGTH = 256;

/**
 * Time limit for an answer: reth crates/net/network-types/src/session/config.rs, INITIAL_REQUEST_TIMEOUT. go-ethereum
 * allows minutes for whole sync batches; our requests are for single items.
 */
export const REQUEST_TIMEOUT_MS = 20_000;

/** BOUNDED: own requests in flight per peer (our choice: one of each kind, as in the sync of other clients). */
export const MAX_IN_FLIGHT = 4;

/** BOUNDED: own requests queued per peer. */
export const MAX_WAITING_REQUESTS = 64;

/** BOUNDED: timed-out requests whose late answers are accepted and ignored. */
export const MAX_LATE_ANSWERS = 64;

/**
 * Number of blocks by which the latest block must advance before the next BlockRangeUpdate.
 * @see https://eips.ethereum.org/EIPS/eip-7642
 */
export const RANGE_UPDATE_BLOCKS = 32n;
