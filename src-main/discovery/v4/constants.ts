/**
 * Constants of the Node Discovery Protocol v4 from the specification
 * (https://github.com/ethereum/devp2p/blob/master/discv4.md) or, if it does not define them, from go-ethereum 1.17
 * (p2p/discover/v4_udp.go, v4wire/v4wire.go).
 */

/** Protocol version in our pings (specification, "Ping Packet"). */
export const PROTOCOL_VERSION = 4;

/** Largest packet in bytes (specification, "Wire Protocol"). */
export const MAX_PACKET_SIZE = 1280;

/** Length of the hash at the start of a packet, bytes. */
export const HASH_SIZE = 32;

/** Length of the signature r | s | v after the hash, bytes. */
export const SIGNATURE_SIZE = 65;

/** Offset of the packet type; the smallest packet is one byte longer. */
export const HEAD_SIZE = HASH_SIZE + SIGNATURE_SIZE;

/** Packet types by name (specification, "Packet Data"). */
export const PACKET_TYPES = {
  ping: 1,
  pong: 2,
  findnode: 3,
  neighbors: 4,
  enrrequest: 5,
  enrresponse: 6,
} as const;

/** Nodes that always fit into a NEIGHBORS packet, IPv4 or IPv6 (v4wire.go MaxNeighbors; a test computes it). */
export const MAX_NEIGHBORS = 12;

/** How long our packets are valid, seconds (v4_udp.go expiration; the specification does not define it). */
export const EXPIRATION_SECONDS = 20;

/**
 * How long we wait for an answer, and for the ping with which a node requests our endpoint proof, milliseconds
 * (v4_udp.go respTimeout; ensureBond sleeps as long, our wait ends when the ping arrives).
 */
export const REPLY_TIMEOUT_MS = 500;

/** Pause between our pong and the next request, so that the node handles the pong first, milliseconds (our choice). */
export const PROOF_SETTLE_MS = 20;

/** Requests that wait for answers, of all nodes together (our choice; each waits half a second). BOUNDED. */
export const MAX_PENDING_REPLIES = 4096;

/**
 * Concurrent ping-backs, of the requests above: our choice, some 1,000 per second. The rest is always left for our other
 * requests. BOUNDED.
 */
export const MAX_PING_BACKS = 512;

/** Concurrent ping-backs to one subnet (our choice). BOUNDED. */
export const MAX_PING_BACKS_PER_SUBNET = 128;
