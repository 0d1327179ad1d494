/** Whether a node may be dialled now, and if not, the one named reason: a pure check (geth p2p/dial.go checkDial). */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';

/** Why a node is not dialled, in the order in which the reasons are checked. */
export const DIAL_REFUSALS = [
  'self',
  'banned',
  'no-address',
  'no-port',
  'not-netrestricted',
  'other-network',
  'already-connected',
  'dials-off',
  'already-dialing',
  'pending-inbound',
  'recently-dialed',
  'backing-off',
] as const satisfies readonly EndCode[];

/** One of DIAL_REFUSALS. */
export type DialRefusal = (typeof DIAL_REFUSALS)[number];

/** Whether a requested dial ignores a refusal: one that is temporary, or that rests on a guess. */
export function isWaived(refusal: DialRefusal): boolean {
  return refusal === 'backing-off' || refusal === 'other-network';
}

/** What a node is dialled for: it is on the static list, or discovery found it. */
export type DialKind = 'static' | 'dynamic';

/** How many connections may be made. */
export interface DialLimits {
  /** Sessions that we dialled. */
  readonly maxDialed: number;
  /** Dials under way. */
  readonly maxActive: number;
}

/** What the user says of dials; every part may change while the scheduler runs. */
export interface DialSettings {
  /** Whether candidates of discovery are dialled; static nodes are in any case. */
  readonly dynamicDials: boolean;
  /** No dials at all, static nodes included. */
  readonly noDial: boolean;
  /** With no peer for so long, bootnodes are dialled too, milliseconds; 0: never. */
  readonly bootnodeFallbackMs: number;
}

/** What the check asks of the scheduler's present state and of the settings. */
export interface DialView {
  isSelf(idHex: string): boolean;
  isConnected(idHex: string): boolean;
  isDialing(idHex: string): boolean;
  isPendingInbound(idHex: string): boolean;
  wasDialedRecently(idHex: string): boolean;
  isBackingOff(idHex: string): boolean;
  isBanned(node: Node): boolean;
  /** Whether no node at all is dialled. */
  isOff(): boolean;
  /** Whether the address is within the networks that the user allows. */
  isAllowedAddress(ip: string): boolean;
  /** Whether the record's fork ID is of another network; false where the record says nothing. */
  isOfOtherNetwork(node: Node): boolean;
}

/**
 * The check. A static node without an address passes: its address is looked for when its turn comes.
 * What is wrong with the node itself comes before what the moment forbids.
 */
export function checkDial(node: Node, kind: DialKind, view: DialView): 'allowed' | DialRefusal {
  return refuseNode(node, kind, view) ?? refuseMoment(node.idHex, view) ?? 'allowed';
}

function refuseNode(node: Node, kind: DialKind, view: DialView): DialRefusal | undefined {
  if (view.isSelf(node.idHex)) return 'self';
  if (view.isBanned(node)) return 'banned';
  if (node.ip === undefined) {
    if (kind === 'dynamic') return 'no-address';
  } else {
    if (node.tcp === 0) return 'no-port';
    if (!view.isAllowedAddress(node.ip)) return 'not-netrestricted';
  }
  // A node that the user requests is dialled whatever fork its record has; Status decides.
  return kind === 'dynamic' && view.isOfOtherNetwork(node) ? 'other-network' : undefined;
}

function refuseMoment(idHex: string, view: DialView): DialRefusal | undefined {
  if (view.isConnected(idHex)) return 'already-connected';
  if (view.isOff()) return 'dials-off';
  if (view.isDialing(idHex)) return 'already-dialing';
  if (view.isPendingInbound(idHex)) return 'pending-inbound';
  if (view.wasDialedRecently(idHex)) return 'recently-dialed';
  return view.isBackingOff(idHex) ? 'backing-off' : undefined;
}
