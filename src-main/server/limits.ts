/** How many peers there may be, and of which direction. */

/** The limits as they are set. */
export interface PeerLimitSettings {
  /** Sessions; trusted peers alone go over it. */
  readonly maxPeers: number;
  /** Connections of others whose handshakes are under way. */
  readonly maxPendingInbound: number;
  /** Our own dials under way. */
  readonly maxPendingOutbound: number;
  /** One of so many peers may be dialled by us. */
  readonly dialRatio: number;
}

/** How many sessions we may dial: a share of all, but one at least (geth p2p/server.go MaxDialedConns). */
export function maxDialedPeers({ maxPeers, dialRatio }: PeerLimitSettings): number {
  if (maxPeers <= 0) return 0;
  return Math.max(1, Math.floor(maxPeers / Math.max(1, dialRatio)));
}

/** How many sessions may come in: the rest. With one peer in all that is none (geth p2p/server.go MaxInboundConns). */
export function maxInboundPeers(limits: PeerLimitSettings): number {
  return Math.max(0, limits.maxPeers - maxDialedPeers(limits));
}
