/**
 * Limits and times of the client for DNS node lists (EIP-1459). The EIP does not define them; most follow go-ethereum 1.17
 * (p2p/dnsdisc).
 */

/** Time between checks of a root, milliseconds (client.go defaultRecheck). */
export const RECHECK_MS = 30 * 60_000;

/** Timeout of a DNS query, milliseconds (client.go defaultTimeout). */
export const QUERY_TIMEOUT_MS = 5_000;

/** DNS queries per second (client.go defaultRateLimit). */
export const QUERIES_PER_SECOND = 3;
/** Burst of DNS queries after a pause: our choice; client.go has 10. */
export const QUERY_BURST = 3;

/** Consecutive failed queries after which the root is checked again (sync.go rootRecheckFailCount). */
export const MAX_QUERY_FAILURES = 5;

/** Pause after a failed query, milliseconds: our choice. Each consecutive failure doubles it. */
export const FIRST_RETRY_MS = 1_000;
/** Longest such pause, milliseconds: our choice. */
export const MAX_RETRY_MS = 60_000;

/** BOUNDED: levels of a list; our choice. With 13 children per branch, 8 levels hold 13^8 leaves; public lists have 4. */
export const MAX_DEPTH = 8;

/** BOUNDED: entries of one subtree, branches included; our choice. The largest public list has some 5,000. */
export const MAX_ENTRIES = 32_768;

/** BOUNDED: records of the previous tree that stay in use; our choice, more than the largest public list has. */
export const MAX_FORMER = 8_192;

/** BOUNDED: length of a chain of links from a configured list; our choice. */
export const MAX_LINK_DEPTH = 4;

/** BOUNDED: lists in total, configured or linked; our choice. */
export const MAX_LISTS = 16;

/** BOUNDED: links of one list; our choice. */
export const MAX_LINKS = 64;
