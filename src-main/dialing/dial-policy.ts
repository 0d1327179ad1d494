/** The dial check: whether a node may be dialled now, else the reason (go-ethereum p2p/dial.go, checkDial). */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { Node } from '../node-record/node.ts';

/** Reasons for which a node is not dialled, in the order of the checks. */
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

/** Whether a requested dial ignores a refusal, because it is temporary or uncertain. */
export function isWaived(refusal: DialRefusal): boolean {
  return refusal === 'backing-off' || refusal === 'other-network';
}

/** Kind of a dial: a node of the static list, or a candidate of discovery. */
export type DialKind = 'static' | 'dynamic';

/** Limits of dials. */
export interface DialLimits {
  /** Largest number of outbound sessions. */
  readonly maxDialed: number;
  /** Largest number of concurrent dials. */
  readonly maxActive: number;
}

/** Settings of dials; each may change while the scheduler runs. */
export interface DialSettings {
  /** Whether candidates of discovery are dialled; no effect on static nodes. */
  readonly dynamicDials: boolean;
  /** Whether no node is dialled, static nodes included. */
  readonly noDial: boolean;
  /** Time without a peer after which bootnodes are dialled, milliseconds; 0: never. */
  readonly bootnodeFallbackMs: number;
}

/** State and settings that the check reads. */
export interface DialView {
  isSelf(idHex: string): boolean;
  isConnected(idHex: string): boolean;
  isDialing(idHex: string): boolean;
  isPendingInbound(idHex: string): boolean;
  wasDialedRecently(idHex: string): boolean;
  isBackingOff(idHex: string): boolean;
  isBanned(node: Node): boolean;
  /** Whether dials are switched off (--nodial). */
  isOff(): boolean;
  /** Whether the allowed networks (--netrestrict) contain the address. */
  isAllowedAddress(ip: string): boolean;
  /** Whether the fork ID in the ENR is of another network; false without a fork ID. */
  isOfOtherNetwork(node: Node): boolean;
}

/**
 * Checks a dial: first properties of the node, then the current state. A static node without an address is allowed,
 * because its address is searched when it is dialled.
 */
export function checkDial(node: Node, kind: DialKind, view: DialView): 'allowed' | DialRefusal {
  return refuseNode(node, kind, view) ?? refuseByState(node.idHex, view) ?? 'allowed';
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
  // A static node is dialled for any fork ID in its ENR; Status decides.
  return kind === 'dynamic' && view.isOfOtherNetwork(node) ? 'other-network' : undefined;
}

function refuseByState(idHex: string, view: DialView): DialRefusal | undefined {
  if (view.isConnected(idHex)) return 'already-connected';
  if (view.isOff()) return 'dials-off';
  if (view.isDialing(idHex)) return 'already-dialing';
  if (view.isPendingInbound(idHex)) return 'pending-inbound';
  if (view.wasDialedRecently(idHex)) return 'recently-dialed';
  return view.isBackingOff(idHex) ? 'backing-off' : undefined;
}
