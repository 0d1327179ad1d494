/**
 * Numbers of discovery v5.1, each with its source: the wire specification where nothing else is named, and
 * go-ethereum 1.17 (p2p/discover) for what the specification leaves open.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md
 */

/** Bytes of the shortest packet, a WHOAREYOU. */
export const MIN_PACKET_SIZE = 63;

/** Bytes of the longest packet. */
export const MAX_PACKET_SIZE = 1280;

/** Bytes of the masking IV, which every packet begins with. */
export const MASKING_IV_SIZE = 16;

/** Bytes of the header's fixed part: protocol, version, flag, nonce and size of the auth data. */
export const STATIC_HEADER_SIZE = 23;

/** Bytes of a message nonce (AES-GCM's). */
export const NONCE_SIZE = 12;

/** Bytes of the tag that AES-GCM puts behind a message. */
export const TAG_SIZE = 16;

/** Bytes of the auth data of an ordinary packet: the sender's node ID. */
export const ORDINARY_AUTH_SIZE = 32;

/** Bytes of the auth data of a WHOAREYOU: id-nonce and sequence number. */
export const WHOAREYOU_AUTH_SIZE = 24;

/** Bytes of the id-nonce. */
export const ID_NONCE_SIZE = 16;

/** Bytes of the auth data of a handshake before its signature: node ID and two sizes. */
export const HANDSHAKE_AUTH_HEAD_SIZE = 34;

/** Bytes of an id-signature under the "v4" scheme, r | s. */
export const ID_SIGNATURE_SIZE = 64;

/** Bytes of an ephemeral public key under the "v4" scheme, compressed. */
export const EPHEMERAL_KEY_SIZE = 33;

/** Bytes of a session key (AES-128). */
export const SESSION_KEY_SIZE = 16;

/** Bytes of the longest message that an ordinary packet holds, type byte included. */
export const MAX_MESSAGE_SIZE =
  MAX_PACKET_SIZE - MASKING_IV_SIZE - STATIC_HEADER_SIZE - ORDINARY_AUTH_SIZE - TAG_SIZE;

/** Longest request ID, bytes. */
export const MAX_REQUEST_ID_SIZE = 8;

/** Greatest log distance, and so the greatest that FINDNODE may ask for. */
export const MAX_DISTANCE = 256;

/** Nodes of an answer to FINDNODE (v5_udp.go findnodeResultLimit). */
export const MAX_NODES = 16;

/** NODES packets of one answer that are taken (v5_udp.go totalNodesResponseLimit). */
export const MAX_NODES_PARTS = 5;

/** Bytes of records in one NODES packet; what frames them takes less than the rest (v5_udp.go packNodes). */
export const NODES_RECORDS_SIZE = 1000;

/** Random bytes in the place of a message while there is no key (v5wire/encoding.go randomPacketMsgSize). */
export const RANDOM_MESSAGE_SIZE = 20;

/** How long an answer is waited for, milliseconds (v5_udp.go respTimeoutV5). */
export const REPLY_TIMEOUT_MS = 700;

/** How long a challenge of ours holds, and is repeated, milliseconds (v5wire/session.go handshakeTimeout). */
export const CHALLENGE_TIMEOUT_MS = 1_000;

/** Peers whose session keys are kept; the least recently used one is dropped first (v5wire/encoding.go NewCodec). BOUNDED. */
export const MAX_SESSIONS = 1_024;

/**
 * Challenges that are kept, the oldest forgotten first: our choice, as many as the packet filter lets strangers provoke
 * while one holds. BOUNDED.
 */
export const MAX_CHALLENGES = 8_192;

/** Requests that wait, sent or not: our choice, as for discovery v4. BOUNDED. */
export const MAX_PENDING = 4_096;

/** Nonces that are remembered while they may still be challenged: our choice. BOUNDED. */
export const MAX_OLD_NONCES = 1_024;

/** Requests that wait for their turn at one node: our choice, above what lookups and upkeep ask at once. BOUNDED. */
export const MAX_QUEUED_PER_NODE = 32;

/**
 * Packets a second of one node at one address, and the burst, excluding answers that we wait for:
 * our choice, as much as the packet filter lets a whole host have.
 */
export const NODE_RATE = { perSecond: 30, burst: 100 } as const;

/** Nodes whose packets are counted; the least recently used one is dropped first: our choice. BOUNDED. */
export const MAX_COUNTED_NODES = 4_096;
