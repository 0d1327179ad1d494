/** Peer limits, and the values derived from them. */

/** The limits in the settings. */
export interface PeerLimitSettings {
  /** Largest number of sessions; only trusted peers may exceed it. */
  readonly maxPeers: number;
  /** Largest number of inbound connections during their handshakes. */
  readonly maxPendingInbound: number;
  /** Largest number of concurrent dials. */
  readonly maxPendingOutbound: number;
  /** At most 1 / dialRatio of the peers are dialled. */
  readonly dialRatio: number;
}

/** Returns the largest number of outbound sessions: at least one (go-ethereum p2p/server.go, MaxDialedConns). */
export function maxDialedPeers({ maxPeers, dialRatio }: PeerLimitSettings): number {
  if (maxPeers <= 0) return 0;
  return Math.max(1, Math.floor(maxPeers / Math.max(1, dialRatio)));
}

/** Returns the largest number of inbound sessions: the rest of maxPeers (go-ethereum p2p/server.go, MaxInboundConns). */
export function maxInboundPeers(limits: PeerLimitSettings): number {
  return Math.max(0, limits.maxPeers - maxDialedPeers(limits));
}
