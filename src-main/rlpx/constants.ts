/** Constants of the RLPx transport. Sizes are in bytes, times in milliseconds. */

/**
 * Largest auth or ack packet that is read, without its two-byte size prefix. Source: go-ethereum p2p/rlpx/rlpx.go,
 * readMsg. A usual EIP-8 packet has about 435 bytes.
 */
export const MAX_HANDSHAKE_PACKET = 2048;

/** Time limit of both handshake packets together: go-ethereum p2p/transport.go, handshakeTimeout. */
export const ENCRYPTION_HANDSHAKE_TIMEOUT_MS = 5_000;

/** Time limit between two complete frames: go-ethereum p2p/server.go, frameReadTimeout. */
export const FRAME_READ_TIMEOUT_MS = 30_000;

/** Time limit for progress of queued frames: go-ethereum p2p/server.go, frameWriteTimeout. */
export const FRAME_WRITE_TIMEOUT_MS = 20_000;

/**
 * Time limit of sending the last message (Disconnect), after which the socket is destroyed: go-ethereum
 * p2p/transport.go, discWriteTimeout.
 */
export const LAST_WRITE_TIMEOUT_MS = 1_000;

/** Largest frame content and largest uncompressed message: the size field has 24 bits. */
export const MAX_RLPX_MESSAGE_SIZE = 0xff_ff_ff;

/**
 * Version in auth and ack. EIP-8 requires recipients to ignore it.
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
export const HANDSHAKE_VERSION = 4;

/** Minimum padding of EIP-8 handshake packets. They end with 100 to 199 zero bytes, so that none has the length of a pre-EIP-8 packet. */
export const MIN_HANDSHAKE_PADDING = 100;

/** Number of different padding lengths. */
export const HANDSHAKE_PADDING_SPREAD = 100;

/** Length of a pre-EIP-8 auth packet, which has no size prefix. */
export const PLAIN_AUTH_LENGTH = 307;

/**
 * Queued outbound bytes above which a sender should wait (our choice). Encrypted frames cannot be reordered, so a
 * ping waits for them. The larger buffer of the operating system keeps a fast connection busy.
 */
export const OUTBOUND_HIGH_WATER = 256 * 1024;

/** BOUNDED: queued outbound bytes. A sender that ignores congestion and exceeds this limit ends its connection. */
export const OUTBOUND_LIMIT = 3 * MAX_RLPX_MESSAGE_SIZE;
