/**
 * Numbers of the Node Discovery Protocol v4, from the specification
 * (https://github.com/ethereum/devp2p/blob/master/discv4.md) or, where it is silent, from go-ethereum 1.17
 * (p2p/discover/v4_udp.go, v4wire/v4wire.go).
 */

/** Version that our pings state (specification, "Ping Packet"). */
export const PROTOCOL_VERSION = 4;

/** Largest packet in bytes (specification, "Wire Protocol"). */
export const MAX_PACKET_SIZE = 1280;

/** Length of the hash that begins a packet, bytes. */
export const HASH_SIZE = 32;

/** Length of the signature r | s | v after it, bytes. */
export const SIGNATURE_SIZE = 65;

/** Where the packet type stands; the smallest packet is one byte longer. */
export const HEAD_SIZE = HASH_SIZE + SIGNATURE_SIZE;

/** Packet types by name (specification, "Packet data"). */
export const PACKET_TYPES = {
  ping: 1,
  pong: 2,
  findnode: 3,
  neighbors: 4,
  enrrequest: 5,
  enrresponse: 6,
} as const;

/** Neighbours that always fit into a packet, IPv4 or IPv6 (v4wire.go MaxNeighbors; a test computes it). */
export const MAX_NEIGHBORS = 12;

/** How long a packet of ours is good for, seconds (v4_udp.go expiration; the specification leaves it open). */
export const EXPIRATION_SECONDS = 20;

/**
 * How long we wait for an answer, milliseconds (v4_udp.go respTimeout); and for the other side to ask for our proof
 * (ensureBond sleeps as long; ours ends early when its ping comes).
 */
export const REPLY_TIMEOUT_MS = 500;

/** Time that our pong gets to be read before the next request follows, milliseconds (our choice). */
export const PROOF_SETTLE_MS = 20;

/** Requests that wait for an answer at once, of all nodes (our choice; each lives half a second). BOUNDED. */
export const MAX_PENDING = 4096;

/**
 * Pings back, of the requests above, that are under way at once: our choice, some 1,000 a second. Our own questions always
 * have the rest. BOUNDED.
 */
export const MAX_PING_BACKS = 512;

/** Of these, to one subnet (our choice). BOUNDED. */
export const MAX_PING_BACKS_PER_SUBNET = 128;
