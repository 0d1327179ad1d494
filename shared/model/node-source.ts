/** Where a node was found: a discovery protocol, a list, an inbound connection, or the database; in the order in which they are shown. */
export const NODE_SOURCES = [
  'v4',
  'v5',
  'dns',
  'bootnode',
  'database',
  'static',
  'trusted',
  'inbound',
] as const;

/** One of NODE_SOURCES. */
export type NodeSource = (typeof NODE_SOURCES)[number];
