/**
 * Whether a connection whose identity is known may become a session: asked after the encryption handshake and again
 * after Hello, as the peers may have changed meanwhile (geth p2p/server.go postHandshakeChecks, addPeerChecks).
 */
import type { DisconnectReason } from '../p2p/disconnect-reason.ts';
import type { Direction } from '../stats/events.ts';
import { maxInboundPeers, type PeerLimitSettings } from './limits.ts';

/** What the check asks of the present peers. */
export interface AdmissionView {
  readonly limits: PeerLimitSettings;
  readonly peerCount: number;
  readonly inboundCount: number;
  isConnected(idHex: string): boolean;
  isTrusted(idHex: string): boolean;
  isSelf(idHex: string): boolean;
}

/** A refusal: what the other side is told, and what we say of it. */
export interface AdmissionRefusal {
  readonly reason: DisconnectReason;
  /** The cause's code; it tells the two limits apart. */
  readonly code: string;
  readonly message: string;
}

/** The check, in go-ethereum's order; undefined when the connection may go on. */
export function refuseAdmission(
  idHex: string,
  direction: Direction,
  view: AdmissionView,
): AdmissionRefusal | undefined {
  return refuseByLimit(idHex, direction, view) ?? refuseByIdentity(idHex, view);
}

function refuseByLimit(
  idHex: string,
  direction: Direction,
  view: AdmissionView,
): AdmissionRefusal | undefined {
  if (view.isTrusted(idHex)) return undefined;
  const { maxPeers } = view.limits;
  if (view.peerCount >= maxPeers) {
    const message = `We are full: ${String(view.peerCount)} peers, at most ${String(maxPeers)}`;
    return { reason: 'too-many-peers', code: 'too-many-peers', message };
  }
  const maxInbound = maxInboundPeers(view.limits);
  if (direction === 'inbound' && view.inboundCount >= maxInbound) {
    const message = `Our places for inbound peers are taken: ${String(view.inboundCount)}, at most ${String(maxInbound)}`;
    return { reason: 'too-many-peers', code: 'too-many-inbound-peers', message };
  }
  return undefined;
}

function refuseByIdentity(idHex: string, view: AdmissionView): AdmissionRefusal | undefined {
  if (view.isConnected(idHex)) {
    const message = 'There is a session with this peer already';
    return { reason: 'already-connected', code: 'already-connected', message };
  }
  if (view.isSelf(idHex)) {
    return { reason: 'connected-to-self', code: 'self', message: 'The peer is this node itself' };
  }
  return undefined;
}
