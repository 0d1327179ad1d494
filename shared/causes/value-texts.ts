/** Texts of params that have a closed set of values, by the name of the param. */
export const VALUE_TEXTS = {
  /** The stage of a connection that the remote side closed without a Disconnect. */
  stage: {
    connect: 'before the handshake',
    encryption: 'during the RLPx handshake',
    hello: 'instead of sending Hello',
    status: 'without a Disconnect message',
    running: 'without a Disconnect message',
  },
  /** What a ban that keeps a node out applies to. */
  ban: { node: 'The node', ip: 'Its address', cidr: 'Its network' },
  /** Whether a peer of another network has our genesis block. */
  genesis: { same: '', other: ' with another genesis block' },
  /** Which limit of pending inbound handshakes was reached. */
  slots: { 'all-taken': '', 'network-share-taken': ' by its network' },
  /** The verdict of EIP-2124 on a fork ID. */
  verdict: {
    'remote-stale': 'it lacks a fork that has activated',
    'local-incompatible-or-stale': 'its forks differ from ours, or ours are out of date',
  },
  /** What a peer requested of the chain. */
  items: {
    headers: 'headers',
    'block bodies': 'block bodies',
    receipts: 'receipts',
    'block access lists': 'block access lists',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The stages that a node passes on its way to a session. */
export type ConnectionStage = keyof (typeof VALUE_TEXTS)['stage'];
