/** The actions for a peer, from its panel and its row's menu. */
export const PEER_ACTIONS = [
  'disconnect',
  'dial',
  'request',
  'log',
  'makeStatic',
  'makeTrusted',
  'dropStatic',
  'dropTrusted',
  'ban',
  'trace',
  'inspect',
  'test',
  'record',
  'copyEnode',
  'copyEnr',
  'copyId',
  'copyAddress',
] as const;

/** One of PEER_ACTIONS. */
export type PeerAction = (typeof PEER_ACTIONS)[number];
