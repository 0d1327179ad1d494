/**
 * Two nodes that dial each other at the same moment have two connections, and each end may keep another one: then both
 * refuse, and neither has a peer. go-ethereum lets that happen and tries again; two of ours agree.
 */
import type { Direction } from '../events/events.ts';

/**
 * How old a session may be to count as made at the same moment, milliseconds: the time that an encryption handshake
 * has, twice. Later, a second connection means that the node forgot the first; then the first stays until it is dead.
 */
export const TIE_WINDOW_MS = 10_000;

/** How clients begin that break ties as we do. */
const OUR_CLIENT = /^Enodeck\//;

/** What is known of the session that is there. */
export interface TiedSession {
  readonly direction: Direction;
  readonly clientName: string;
  readonly ageMs: number;
}

/**
 * Whether a new connection takes the place of the session that is there: of two connections, the one stays that the
 * node with the smaller ID dialled. Both ends know both IDs, so both keep the same.
 */
export function takesOver(
  candidate: { readonly idHex: string; readonly direction: Direction },
  existing: TiedSession,
  ownIdHex: string,
): boolean {
  if (existing.direction === candidate.direction || existing.ageMs > TIE_WINDOW_MS) return false;
  if (!OUR_CLIENT.test(existing.clientName)) return false;
  return candidate.direction === 'outbound' ? ownIdHex < candidate.idHex : candidate.idHex < ownIdHex;
}
