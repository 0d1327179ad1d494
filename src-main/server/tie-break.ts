/**
 * Two nodes that dial each other at the same time have two connections. If each node keeps a different one, both
 * connections end. go-ethereum then dials again; two nodes of this client keep the same connection.
 */
import type { Direction } from '../events/events.ts';

/**
 * Largest age of a session that counts as made at the same time, milliseconds: twice the time limit of an encryption
 * handshake. A second connection to an older session is refused.
 */
export const TIE_WINDOW_MS = 10_000;

/** Client names of nodes that apply the same tie-break. */
const OUR_CLIENT = /^Enodeck\//;

/** The existing session. */
export interface TiedSession {
  readonly direction: Direction;
  readonly clientName: string;
  readonly ageMs: number;
}

/**
 * Whether a new connection replaces the existing session: the connection that was dialled by the node with the smaller ID
 * stays. Both sides know both IDs, so they keep the same connection.
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
