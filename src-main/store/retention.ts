import type { NodeSettings } from '../../shared/settings-table.ts';

/** How many entries of a kind the database keeps, and for how long. */
export interface Retention {
  readonly count: number;
  /** Milliseconds. */
  readonly ageMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The bounds of known nodes. */
export const nodeRetention = ({
  knownNodes,
  knownNodesMaxAge,
}: Pick<NodeSettings, 'knownNodes' | 'knownNodesMaxAge'>): Retention => ({
  count: knownNodes,
  ageMs: knownNodesMaxAge * HOUR_MS,
});

/** The bounds of past sessions. */
export const sessionRetention = ({
  pastSessions,
  pastSessionsMaxAge,
}: Pick<NodeSettings, 'pastSessions' | 'pastSessionsMaxAge'>): Retention => ({
  count: pastSessions,
  ageMs: pastSessionsMaxAge * DAY_MS,
});
