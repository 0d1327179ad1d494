/**
 * Checks whether a connection may become a session: after the encryption handshake, and again after Hello, because the
 * peers may have changed (go-ethereum p2p/server.go, postHandshakeChecks, addPeerChecks).
 */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import { describeCause, factsFor, type DescribedCause, type FactsOf } from '../../shared/causes/facts.ts';
import { banReason } from '../../shared/causes/sentences.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { Direction } from '../events/events.ts';
import { maxInboundPeers, type PeerLimitSettings } from './limits.ts';

/** A connection whose identity is proven and that is no session yet. */
export interface PendingConnection {
  readonly idHex: string;
  /** Remote address in canonical text. */
  readonly ip: string;
  readonly direction: Direction;
  /** Whether a dynamic peer can be dropped to free a slot for it; false by default. */
  readonly makesRoom?: boolean;
}

/** Bans and address restrictions. */
export interface Guard {
  /** Whether the allowed networks (--netrestrict) contain the address. */
  isAllowedAddress(ip: string): boolean;
  /** Returns the ban of an address or of a network that contains it. */
  banOfAddress(ip: string): Ban | undefined;
  /** Returns the ban of a node ID. */
  banOfNode(idHex: string): Ban | undefined;
}

/** State of the server that the check reads. */
export interface AdmissionView {
  readonly limits: PeerLimitSettings;
  readonly peerCount: number;
  readonly inboundCount: number;
  readonly guard: Guard;
  isConnected(idHex: string): boolean;
  isTrusted(idHex: string): boolean;
  isSelf(idHex: string): boolean;
  /** Whether the connection replaces the existing session with the same node. */
  takesOver(connection: PendingConnection): boolean;
}

/** Why a connection is refused; the catalogue has the disconnect reason. */
export type AdmissionRefusal = DescribedCause<EndCode>;

/**
 * Returns why a connection is refused; undefined when it is admitted. The order is go-ethereum's, after bans and allowed
 * networks, so that a banned node is reported as banned also when all slots are taken.
 */
export function refuseAdmission(
  connection: PendingConnection,
  view: AdmissionView,
): AdmissionRefusal | undefined {
  const refusal = refuseByGuard(connection, view.guard);
  if (refusal !== undefined) return refusal;
  // A replacement does not change the number of peers, and the remote side closes the other connection.
  if (view.takesOver(connection)) return undefined;
  return refuseByLimit(connection, view) ?? refuseByIdentity(connection.idHex, view);
}

/**
 * Returns why the allowed networks or the bans refuse a peer. The protocol has no disconnect reason for it, so it gets
 * "disconnect requested", as in reth.
 */
export function refuseByGuard(
  { idHex, ip }: Pick<PendingConnection, 'idHex' | 'ip'>,
  guard: Guard,
): AdmissionRefusal | undefined {
  if (!guard.isAllowedAddress(ip)) return describeCause('not-netrestricted');
  const ban = guard.banOfNode(idHex) ?? guard.banOfAddress(ip);
  return ban === undefined ? undefined : describeCause('banned', banFacts(ban));
}

/** Returns the params of the cause `banned`. */
export function banFacts(ban: Ban): FactsOf<'banned'> {
  const { kind, value } = ban.target;
  return { ban: kind, network: kind === 'cidr' ? value : '', reason: banReason(ban) };
}

function refuseByLimit(
  { idHex, direction, makesRoom = false }: PendingConnection,
  view: AdmissionView,
): AdmissionRefusal | undefined {
  if (makesRoom || view.isTrusted(idHex)) return undefined;
  const { maxPeers } = view.limits;
  if (view.peerCount >= maxPeers) {
    const params = factsFor('too-many-peers-by-us', { count: view.peerCount, limit: maxPeers });
    return { code: 'too-many-peers', params };
  }
  const limit = maxInboundPeers(view.limits);
  if (direction === 'inbound' && view.inboundCount >= limit) {
    return describeCause('too-many-inbound-peers', { count: view.inboundCount, limit });
  }
  return undefined;
}

function refuseByIdentity(idHex: string, view: AdmissionView): AdmissionRefusal | undefined {
  if (view.isConnected(idHex)) return describeCause('already-connected');
  return view.isSelf(idHex) ? describeCause('self') : undefined;
}
