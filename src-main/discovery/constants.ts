/**
 * Constants of the Kademlia table and its upkeep, shared by every discovery protocol. No specification fixes them: they
 * follow go-ethereum 1.17 (https://github.com/ethereum/go-ethereum, p2p/discover; each names its file), except those
 * marked as our choice.
 */

/** Concurrent queries of one lookup (table.go alpha; Kademlia's α). */
export const LOOKUP_CONCURRENCY = 3;

/** Live entries of one bucket (table.go bucketSize; Kademlia's k). */
export const BUCKET_SIZE = 16;

/** Replacements of one bucket (table.go maxReplacements). */
export const MAX_REPLACEMENTS = 10;

/** Bits of a node ID: keccak-256. */
const ID_BITS = 256;

/** Number of buckets, one for each of the largest distances; closer nodes are very rare (table.go nBuckets). */
export const BUCKET_COUNT = Math.floor(ID_BITS / 15);

/** Log distance of the first bucket, which also holds all closer nodes (table.go bucketMinDistance + 1). */
export const FIRST_BUCKET_DISTANCE = ID_BITS - BUCKET_COUNT + 1;

/** Nodes of one /24 in a bucket, entries and replacements together; LAN excepted (table.go bucketIPLimit). */
export const BUCKET_SUBNET_LIMIT = 2;

/** Nodes of one /24 in the whole table; LAN excepted (table.go tableIPLimit). */
export const TABLE_SUBNET_LIMIT = 10;

/** Prefix length of the two limits above, for IPv6 too (table.go bucketSubnet). */
export const SUBNET_BITS = 24;

/** Nodes taken from the database at the start and at each refresh (table.go seedCount). */
export const SEED_COUNT = 30;

/** Longest time since a seed's last PONG: 5 days in milliseconds (table.go seedMaxAge). */
export const SEED_MAX_AGE_MS = 5 * 24 * 3_600_000;

/** Longest time between refreshes, milliseconds; each waits between half and all of it (common.go RefreshInterval). */
export const REFRESH_INTERVAL_MS = 30 * 60_000;

/** Random lookups of a refresh, after the lookup for our own ID (table.go doRefresh). */
export const REFRESH_RANDOM_LOOKUPS = 3;

/** Longest wait between two checks of the fast list, milliseconds (common.go PingInterval). */
export const FAST_REVALIDATION_MS = 3_000;

/** The interval of the slow list as a multiple of that of the fast list (table_reval.go slowRevalidationFactor). */
export const SLOW_REVALIDATION_FACTOR = 3;

/** A failed check divides the count of passed ones by this; at zero the node is removed (table_reval.go handleResponse). */
export const FAILED_CHECK_DIVISOR = 3;

/** A node with more passed checks than this is written to the database (table_reval.go handleResponse). */
export const PROVEN_CHECKS = 5;

/** Consecutive failed FINDNODE requests after which a node is removed (v4_udp.go maxFindnodeFailures). */
export const MAX_FINDNODE_FAILURES = 5;

/** Entries that a bucket must hold for such a removal: a small network needs each node (table.go handleTrackRequest). */
export const MIN_ENTRIES_FOR_DROP = BUCKET_SIZE / 4;

/** Shortest time between the starts of two lookups of the random walk, milliseconds (lookup.go slowdown). */
export const WALK_INTERVAL_MS = 1_000;

/** How long the walk waits for an empty table to fill before it retries, milliseconds (lookup.go lookupFailed). */
export const EMPTY_TABLE_WAIT_MS = 60_000;

/**
 * Pause between the first node in an empty table and the walk that starts then, milliseconds: our choice. Without it
 * that node, which has just proven its endpoint, would receive our ENRREQUEST before the answer to its own next request.
 */
export const FILLED_TABLE_PAUSE_MS = 100;

/** Concurrent record requests of the candidate stream (eth/backend.go maxParallelENRRequests). */
export const MAX_PARALLEL_RECORD_REQUESTS = 16;

/** Equal statements about our address that are needed to accept it (enode/localnode.go iptrackMinStatements). */
export const MIN_ADDRESS_STATEMENTS = 10;

/** How long such a statement is valid, milliseconds (enode/localnode.go iptrackWindow). */
export const ADDRESS_STATEMENT_WINDOW_MS = 5 * 60_000;

/** How long the mix waits for the source whose turn it is, milliseconds (eth/backend.go discmixTimeout). */
export const SOURCE_WAIT_MS = 100;

/** Candidates that the mix remembers, to recognise one that another source returns too: our choice. BOUNDED. */
export const MAX_RECENT_CANDIDATES = 2_048;

/**
 * How long the mix skips a candidate that another source has returned, milliseconds: the dial scheduler would skip it
 * too (p2p/dial.go dialHistoryExpiration).
 */
export const REPEATED_CANDIDATE_MS = 35_000;

/** Consecutive candidates that the mix skips before it pauses: our choice. */
export const MAX_SKIPPED = 32;

/** How long an endpoint proof is valid: 24 h in milliseconds (v4_udp.go bondExpiration; discv4.md: 12 h). */
export const PROOF_LIFETIME_MS = 24 * 3_600_000;

/** Nodes with a UDP port up to this one are ignored: discovery must not send packets to system services (v4_udp.go errLowPort). */
export const MAX_LOW_PORT = 1024;
