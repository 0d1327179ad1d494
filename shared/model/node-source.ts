/** Where a node was found: a discovery protocol, a list, an inbound connection, or the database. */
export type NodeSource = 'v4' | 'v5' | 'dns' | 'bootnode' | 'static' | 'trusted' | 'inbound' | 'database';
