/**
 * Whether a connection whose identity is known may become a session: asked after the encryption handshake and again
 * after Hello, as the peers may have changed meanwhile (geth p2p/server.go postHandshakeChecks, addPeerChecks).
 */
import type { Ban } from '../../shared/model/ban.ts';
import type { DisconnectReason } from '../p2p/disconnect-reason.ts';
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

/** A refusal: the reason on the wire, and our own message. */
export interface AdmissionRefusal {
  readonly reason: DisconnectReason;
  /** The cause's code; it tells the two limits apart. */
  readonly code: string;
  readonly message: string;
}

/** Words for an address that the user's networks do not hold. */
export const NOT_ALLOWED_TEXT = 'The address is outside the networks of the setting “Allowed networks”';

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

/** Why the user's networks or bans keep a peer out; the wire has no word for it (reth says as much to banned peers). */
export function refuseByGuard(
  { idHex, ip }: Pick<Applicant, 'idHex' | 'ip'>,
  guard: Guard,
): AdmissionRefusal | undefined {
  const reason = 'disconnect-requested';
  if (!guard.isAllowedAddress(ip)) return { reason, code: 'not-netrestricted', message: NOT_ALLOWED_TEXT };
  const ban = guard.banOfNode(idHex) ?? guard.banOfAddress(ip);
  return ban === undefined ? undefined : { reason, code: 'banned', message: describeBan(ban) };
}

/** A ban in words: whom it holds, and why. */
export function describeBan({ target, reason }: Ban): string {
  const whom =
    target.kind === 'node'
      ? 'The node'
      : target.kind === 'ip'
        ? 'Its address'
        : `Its network ${target.value}`;
  return `${whom} is banned here${reason === '' ? '' : `: ${reason}`}`;
}

function refuseByLimit(
  { idHex, direction, makesRoom = false }: Applicant,
  view: AdmissionView,
): AdmissionRefusal | undefined {
  if (makesRoom || view.isTrusted(idHex)) return undefined;
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
