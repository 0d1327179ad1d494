/**
 * Whether a connection whose identity is known may become a session: asked after the encryption handshake and again
 * after Hello, as the peers may have changed meanwhile (geth p2p/server.go postHandshakeChecks, addPeerChecks).
 */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import { describeCause, factsFor, type DescribedCause, type FactsOf } from '../../shared/causes/facts.ts';
import type { Ban } from '../../shared/model/ban.ts';
import type { Direction } from '../events/events.ts';
import { maxInboundPeers, type PeerLimitSettings } from './limits.ts';

/** Who wants in. */
export interface Applicant {
  readonly idHex: string;
  /** Where it is, canonical. */
  readonly ip: string;
  readonly direction: Direction;
  /** Another peer gives its place to it where all are taken. */
  readonly makesRoom?: boolean;
}

/** Bans and address restrictions. */
export interface Guard {
  /** Whether the user's networks hold the address. */
  isAllowedAddress(ip: string): boolean;
  /** The ban of an address, or of the network around it. */
  banOfAddress(ip: string): Ban | undefined;
  banOfNode(idHex: string): Ban | undefined;
}

/** What the check asks of the present peers. */
export interface AdmissionView {
  readonly limits: PeerLimitSettings;
  readonly peerCount: number;
  readonly inboundCount: number;
  readonly guard: Guard;
  isConnected(idHex: string): boolean;
  isTrusted(idHex: string): boolean;
  isSelf(idHex: string): boolean;
  /** Whether it would take the place of the session that there is with it. */
  takesOver(applicant: Applicant): boolean;
}

/** Why a connection is not admitted; the catalogue has the reason on the wire. */
export type AdmissionRefusal = DescribedCause<EndCode>;

/**
 * The check, in go-ethereum's order; undefined when the connection may go on. Whom the user keeps out comes first: a
 * full node that has banned a peer should say so.
 */
export function refuseAdmission(applicant: Applicant, view: AdmissionView): AdmissionRefusal | undefined {
  const forbidden = refuseByGuard(applicant, view.guard);
  if (forbidden !== undefined) return forbidden;
  // It brings no peer more, and the other end lets go of the other connection, counting on this one.
  if (view.takesOver(applicant)) return undefined;
  return refuseByLimit(applicant, view) ?? refuseByIdentity(applicant.idHex, view);
}

/**
 * Why the user's networks or bans keep a peer out. The protocol has no reason for it: the Disconnect message says
 * "disconnect requested" (reth answers banned peers in the same way).
 */
export function refuseByGuard(
  { idHex, ip }: Pick<Applicant, 'idHex' | 'ip'>,
  guard: Guard,
): AdmissionRefusal | undefined {
  if (!guard.isAllowedAddress(ip)) return describeCause('not-netrestricted');
  const ban = guard.banOfNode(idHex) ?? guard.banOfAddress(ip);
  return ban === undefined ? undefined : describeCause('banned', banFacts(ban));
}

/** The facts of a ban that keeps a connection out. */
export function banFacts({ target, reason }: Ban): FactsOf<'banned'> {
  return { ban: target.kind, network: target.kind === 'cidr' ? target.value : '', reason };
}

function refuseByLimit(
  { idHex, direction, makesRoom = false }: Applicant,
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
