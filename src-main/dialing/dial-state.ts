import type { EndCause } from '../events/events.ts';
import type { DialRefusal } from './dial-policy.ts';

/** The state of a node in the dial scheduler. */
export interface DialState {
  readonly state: 'connected' | 'dialing' | 'waiting' | 'queued' | 'refused';
  /** What a queued node waits for: a dial slot or a peer slot. Undefined in every other state. */
  readonly waitsFor: 'dial-slot' | 'peer-place' | undefined;
  /** Why it is not dialled now. */
  readonly refusal: DialRefusal | undefined;
  /** When it may be dialled again, Unix milliseconds. */
  readonly nextTryAt: number | undefined;
  /** The last failure, and the number of consecutive failures. */
  readonly cause: EndCause | undefined;
  readonly failures: number;
}

/** The scheduler in figures. */
export interface DialTotals {
  readonly dialing: number;
  /** Slots free for further dials. */
  readonly freeSlots: number;
  /** Slots that could be used at once at the present number of dialled peers. */
  readonly slots: number;
  readonly dialedPeers: number;
  readonly static: number;
  /** Nodes that wait for the end of the dial history or of a backoff. */
  readonly waiting: number;
}

/** The state that follows from a verdict of the dial check. */
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
