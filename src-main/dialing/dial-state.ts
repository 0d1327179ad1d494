import type { EndCause } from '../events/events.ts';
import type { DialRefusal } from './dial-policy.ts';

/** The state of a node in the dial scheduler. */
export interface DialState {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'queued' | 'refused';
  /** What a queued node waits for: a dial slot or a peer slot. Undefined in every other state. */
  readonly waitsFor: 'dial-slot' | 'peer-slot' | undefined;
  /** Why the node is not dialled now; undefined when it is allowed. */
  readonly refusal: DialRefusal | undefined;
  /** Time from which it may be dialled again, Unix milliseconds. */
  readonly nextTryAt: number | undefined;
  /** The last failure, and the number of consecutive failures. */
  readonly cause: EndCause | undefined;
  readonly failures: number;
}

/** Figures of the scheduler. */
export interface DialTotals {
  readonly dialing: number;
  /** Number of free slots for dials. */
  readonly freeSlots: number;
  /** Number of slots at the current number of outbound peers. */
  readonly slots: number;
  readonly dialedPeers: number;
  readonly static: number;
  /** Nodes that wait for the end of the dial history or of a backoff. */
  readonly waiting: number;
}

/** Returns the state for a result of the dial check. */
export function dialStateOf(verdict: 'allowed' | DialRefusal): DialState['state'] {
  switch (verdict) {
    case 'allowed':
      return 'queued';
    case 'already-connected':
      return 'connected';
    case 'already-dialing':
    case 'pending-inbound':
      return 'dialing';
    case 'recently-dialed':
    case 'backing-off':
      return 'waiting';
    default:
      return 'refused';
  }
}
