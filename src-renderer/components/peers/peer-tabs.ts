/** The tabs of a peer's panel, in the order of their keys 1 to 4. */
export const PEER_TABS = ['facts', 'messages', 'timeline', 'requests'] as const;

/** One of PEER_TABS. */
export type PeerTab = (typeof PEER_TABS)[number];
