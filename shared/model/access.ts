/** What a token of the page and of JSON-RPC permits: each right includes those before it. */
export const RIGHTS = ['read', 'operate', 'admin'] as const;

/**
 * `read`: see everything, change nothing and send nothing. `operate`: lists, bans, sessions, start and stop, lookups, crawls,
 * tests, own messages, the recording, what is written to the log, and a free port. `admin`: all settings and the node key too.
 */
export type Right = (typeof RIGHTS)[number];

/** Whether the right `held` includes the right `needed`. */
export const includesRight = (held: Right, needed: Right): boolean =>
  RIGHTS.indexOf(held) >= RIGHTS.indexOf(needed);
