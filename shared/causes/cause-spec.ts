import type { DisconnectReason } from './disconnect-reasons.ts';
import type { Offence } from './offences.ts';

/** The side that a cause lies on: ours, so that the user can act; theirs; the network path between; none: normal operation. */
export type Fault = 'ours' | 'theirs' | 'network' | 'none';

/**
 * The kind of an outcome, which the window shows as a colour: no free slot, no response, a broken connection, a rejected
 * peer, or a violation of a protocol.
 */
export type CauseKind = 'full' | 'silent' | 'broken' | 'rejected' | 'breach';

/** The part of the node that a cause belongs to. */
export type CauseLayer =
  | 'network'
  | 'handshake'
  | 'p2p'
  | 'admission'
  | 'eth'
  | 'dial'
  | 'progress'
  | 'reputation'
  | 'discovery'
  | 'dns'
  | 'codec'
  | 'start'
  | 'store'
  | 'settings'
  | 'api'
  | 'ban'
  | 'nat'
  | 'request'
  | 'doctor'
  | 'sentry';

/** How long a node is left alone after an end; the milliseconds are BACKOFF_MS in src-main/dialing/backoff.ts. */
export type BackoffClass = 'none' | 'low' | 'medium' | 'high';

/**
 * The words of one code. Texts with `{name}` are templates: sentences.ts fills them from the params of the cause, and
 * FactsOf derives the names of the params that a code needs.
 */
export interface CauseSpec {
  readonly layer: CauseLayer;
  /** Whose side the cause lies on. */
  readonly fault: Fault;
  /** For a table cell or an event line: "Too many peers". At most 40 characters. */
  readonly title: string;
  /** One or two sentences: what happened, and what it means. */
  readonly meaning: string;
  /** What happened in this case, as a template without a final stop; absent where the title says all. */
  readonly sentence?: string;
  /** What a person can do, as a phrase; absent where nothing can be done. */
  readonly advice?: string;
  /** What a person should know next, as a template; it takes precedence over `advice`. */
  readonly hint?: string;
  /** Absent where the outcome is part of normal operation. */
  readonly kind?: CauseKind;
  /** What happens next with a node that has this cause, as a phrase. */
  readonly next?: string;
  /** A dial refusal that stays true of the node until its record, a list or a setting changes. */
  readonly lasting?: true;
}

/** The offence that the end of a connection is, by its stage. An absent stage costs no reputation. */
export interface EndOffences {
  /** We found it in the encryption handshake of a node that we dialled. */
  readonly dialed?: Offence;
  /** We found it at Hello. */
  readonly hello?: Offence;
  /** We found it in a session. */
  readonly session?: Offence;
  /** The session ended without a Disconnect, and not by us. */
  readonly broken?: Offence;
}

/** Words and policy of a code that can end a connection. */
export interface EndSpec extends CauseSpec {
  /** Of an end that counts against the node. */
  readonly backoff: BackoffClass;
  /** Whether it says nothing against the node when this node ends the connection: then there is no backoff. */
  readonly harmless: boolean;
  /** Whether it is part of the normal life of the network, so that logs show it as quiet. */
  readonly usual: boolean;
  readonly offences: EndOffences;
  /** The reason of the Disconnect message that this node sends; null: none, the connection is only closed. */
  readonly disconnect: DisconnectReason | null;
  /** A reason that the remote side sends for many faults: evidence may name a more precise cause. */
  readonly unspecific?: true;
}
