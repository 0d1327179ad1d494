/** Numbers of the RLPx transport. Sizes are bytes, times milliseconds. */

/**
 * Largest auth or ack packet behind its two-byte size that is read.
 * go-ethereum p2p/rlpx/rlpx.go, readMsg; a plain handshake needs about 435.
 */
export const MAX_HANDSHAKE_PACKET = 2048;

/** Time for both handshake packets together: go-ethereum p2p/transport.go, handshakeTimeout. */
export const ENCRYPTION_HANDSHAKE_TIMEOUT_MS = 5_000;

/** A complete frame must arrive within this time of the one before: go-ethereum p2p/server.go, frameReadTimeout. */
export const FRAME_READ_TIMEOUT_MS = 30_000;

/** Queued frames must make progress within this time: go-ethereum p2p/server.go, frameWriteTimeout. */
export const FRAME_WRITE_TIMEOUT_MS = 20_000;

/**
 * How long the last message (a Disconnect) may take to leave before the socket is closed under it.
 * go-ethereum p2p/transport.go, discWriteTimeout.
 */
export const LAST_WRITE_TIMEOUT_MS = 1_000;

/** Largest frame and largest plain message: the size field has 24 bits. */
export const MAX_MESSAGE_SIZE = 0xff_ff_ff;

/**
 * The version that both handshake packets announce. A recipient ignores it, as EIP-8 asks.
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
export const HANDSHAKE_VERSION = 4;

/** EIP-8 handshake packets end with 100 to 199 random-length zero bytes, so that none has a pre-EIP-8 length. */
export const MIN_HANDSHAKE_PADDING = 100;

/** How far the padding's length varies. */
export const HANDSHAKE_PADDING_SPREAD = 100;

/** Length of a pre-EIP-8 auth packet, which has no size prefix. */
export const PLAIN_AUTH_LENGTH = 307;

/**
 * Outbound bytes above which a sender is asked to wait: our choice. Frames cannot be reordered once they are encrypted, so
 * a ping waits for these; the system's own buffer, which is larger, keeps a fast connection busy meanwhile.
 */
export const OUTBOUND_HIGH_WATER = 256 * 1024;

/** BOUNDED: outbound bytes that may wait at all; a sender that does not wait ends its connection here. */
export const OUTBOUND_LIMIT = 3 * MAX_MESSAGE_SIZE;
