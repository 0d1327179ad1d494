/** Limits and times of the client for DNS node lists. */

/** How often a root is looked at again, milliseconds (go-ethereum p2p/dnsdisc/client.go defaultRecheck). */
export const RECHECK_MS = 30 * 60_000;

/** How long a question may take, milliseconds (client.go defaultTimeout). */
export const QUESTION_TIMEOUT_MS = 5_000;

/** Questions a second (client.go defaultRateLimit). */
export const QUESTIONS_PER_SECOND = 3;
/** Questions at once after a pause; our choice, client.go has 10. */
export const QUESTION_BURST = 3;

/** After so many questions in a row without an answer the root is looked at again (sync.go rootRecheckFailCount). */
export const MAX_FAILURES = 5;

/** The pause after a failure, milliseconds, which doubles with each one in a row; our choice. */
export const FIRST_RETRY_MS = 1_000;
/** The longest such pause, milliseconds. */
export const MAX_RETRY_MS = 60_000;

/** BOUNDED: our choice; 13 children a branch make 13^8 leaves, the public lists are 4 deep. */
export const MAX_DEPTH = 8;

/** BOUNDED: names of one subtree, branches included; our choice. The largest public list has some 5,000. */
export const MAX_ENTRIES = 32_768;

/** BOUNDED: records of the tree before that stay in use; our choice, some more than the largest public list has. */
export const MAX_FORMER = 8_192;

/** BOUNDED: our choice; links from list to list. */
export const MAX_LINK_DEPTH = 4;

/** BOUNDED: our choice; lists in all, given or linked to. */
export const MAX_LISTS = 16;

/** BOUNDED: our choice; links of one list. */
export const MAX_LINKS = 64;
