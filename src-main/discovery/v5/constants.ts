/**
 * Constants of discovery v5.1: from the wire specification if no other source is named, or from go-ethereum 1.17
 * (p2p/discover) if the specification does not define them.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md
 */

/** Bytes of the shortest packet, a WHOAREYOU. */
export const MIN_PACKET_SIZE = 63;

/** Bytes of the longest packet. */
export const MAX_PACKET_SIZE = 1280;

/** Bytes of the masking IV at the start of every packet. */
export const MASKING_IV_SIZE = 16;

/** Bytes of the static header: protocol-id, version, flag, nonce and authdata-size. */
export const STATIC_HEADER_SIZE = 23;

/** Bytes of a message nonce (AES-GCM). */
export const NONCE_SIZE = 12;

/** Bytes of the AES-GCM tag after a message. */
export const TAG_SIZE = 16;

/** Bytes of the authdata of an ordinary packet: the sender's node ID. */
export const ORDINARY_AUTH_SIZE = 32;

/** Bytes of the authdata of a WHOAREYOU: id-nonce and enr-seq. */
export const WHOAREYOU_AUTH_SIZE = 24;

/** Bytes of the id-nonce. */
export const ID_NONCE_SIZE = 16;

/** Bytes of the authdata-head of a handshake: node ID, sig-size and eph-key-size. */
export const HANDSHAKE_AUTH_HEAD_SIZE = 34;

/** Bytes of an id-signature in the "v4" identity scheme, r | s. */
export const ID_SIGNATURE_SIZE = 64;

/** Bytes of an ephemeral public key in the "v4" identity scheme, compressed. */
export const EPHEMERAL_KEY_SIZE = 33;

/** Bytes of a session key (AES-128). */
export const SESSION_KEY_SIZE = 16;

/** Bytes of the longest message that an ordinary packet holds, type byte included. */
export const MAX_MESSAGE_SIZE =
  MAX_PACKET_SIZE - MASKING_IV_SIZE - STATIC_HEADER_SIZE - ORDINARY_AUTH_SIZE - TAG_SIZE;

/** Longest request ID, bytes. */
export const MAX_REQUEST_ID_SIZE = 8;

/** Largest log distance, also in FINDNODE. */
export const MAX_DISTANCE = 256;

/** Maximum number of nodes in an answer to FINDNODE (v5_udp.go findnodeResultLimit). */
export const MAX_NODES = 16;

/** NODES messages that are accepted per answer (v5_udp.go totalNodesResponseLimit). */
export const MAX_NODES_PARTS = 5;

/** Bytes of records in one NODES packet; the rest is enough for the framing (v5_udp.go packNodes). */
export const NODES_RECORDS_SIZE = 1000;

/** Random bytes in place of a message while there is no session (v5wire/encoding.go randomPacketMsgSize). */
export const RANDOM_MESSAGE_SIZE = 20;

/** How long we wait for an answer, milliseconds (v5_udp.go respTimeoutV5). */
export const REPLY_TIMEOUT_MS = 700;

/** How long our challenge is valid and sent again, milliseconds (v5wire/session.go handshakeTimeout). */
export const CHALLENGE_TIMEOUT_MS = 1_000;

/** Peers whose session keys are kept; the least recently used one is dropped first (v5wire/encoding.go NewCodec). BOUNDED. */
export const MAX_SESSIONS = 1_024;

/**
 * Challenges that are kept; the oldest is dropped first: our choice, as many as the packet filter lets unknown nodes
 * trigger while one is valid. BOUNDED.
 */
export const MAX_CHALLENGES = 8_192;

/** Requests that are active or queued: our choice, as for discovery v4. BOUNDED. */
export const MAX_ACTIVE_REQUESTS = 4_096;

/** Nonces of earlier packets that a challenge may still contain: our choice. BOUNDED. */
export const MAX_OLD_NONCES = 1_024;

/** Queued requests per node: our choice, more than concurrent lookups and upkeep send. BOUNDED. */
export const MAX_QUEUED_PER_NODE = 32;

/**
 * Packets per second of one node at one address, and the burst, excluding answers to our requests: our choice, as the
 * packet filter allows a whole host.
 */
export const NODE_RATE = { perSecond: 30, burst: 100 } as const;

/** Nodes whose packets are counted; the least recently used one is dropped first: our choice. BOUNDED. */
export const MAX_COUNTED_NODES = 4_096;
