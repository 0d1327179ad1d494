import { integer, type SettingSpec } from '../setting-spec.ts';

/** What the database keeps, and for how long; of the group `node`. The log has its own bounds, and so has a recording. */
export const RETENTION_SETTINGS = {
  knownNodes: integer({
    group: 'node',
    title: 'Known nodes',
    help: 'Number of nodes that the database keeps. Those that have not changed for the longest time are removed first.',
    flag: '--nodedb.nodes',
    min: 100,
    // The window lists no more (app/known-nodes.ts).
    max: 20_000,
    // Our choice: a crawl of mainnet finds about 10,000 nodes.
    default: 10_000,
    restart: 'none',
  }),
  knownNodesMaxAge: integer({
    group: 'node',
    title: 'Age of known nodes',
    help: 'Time without an answer after which a node is removed from the database.',
    flag: '--nodedb.maxage',
    min: 1,
    max: 8_760,
    unit: 'hours',
    // geth p2p/enode/nodedb.go dbNodeExpiration
    default: 24,
    restart: 'none',
  }),
  pastSessions: integer({
    group: 'node',
    title: 'Past sessions',
    help: 'Number of past sessions that the database keeps; 1,000 take about 0.5 MB. The oldest are removed first.',
    flag: '--history.sessions',
    min: 100,
    max: 1_000_000,
    // Our choice: a node with 50 peers ends a few hundred sessions per day.
    default: 50_000,
    restart: 'none',
  }),
  pastSessionsMaxAge: integer({
    group: 'node',
    title: 'Age of past sessions',
    help: 'Time for which the database keeps a past session.',
    flag: '--history.maxage',
    min: 1,
    max: 3_650,
    unit: 'days',
    // Our choice: enough to find when a problem started.
    default: 90,
    restart: 'none',
  }),
} as const satisfies Record<string, SettingSpec>;
