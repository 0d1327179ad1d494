import type { SocketAddress } from '../base/network.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { Direction, EndCause, Offence } from '../events/events.ts';
import type { SizedCapability } from './capabilities.ts';
import type { MessageClass } from './message-class.ts';

/**
 * A protocol above the base protocol, as one value: registering it is all that a session needs to speak it.
 * Versions of one name are values of their own.
 */
export interface Protocol extends SizedCapability {
  /** The message's name for counters and logs; codes are relative to the protocol and below `length`. */
  messageName(code: number): string;
  /**
   * The message's class, in both directions: its place in the outbound queue, and the limit that it counts against. A
   * protocol without it, or a message without one, is sent in order and limited by what the protocol takes.
   */
  classOf?(code: number): MessageClass | undefined;
  /**
   * Speaks the protocol on one session until the session ends. A throw ends the session, with the reason that a
   * ProtocolError names; so does a return.
   */
  run(channel: Channel): Promise<void>;
}

/** A message of one protocol; `code` is relative to it. */
export interface ProtocolMessage {
  readonly code: number;
  /** Decompressed. */
  readonly payload: Uint8Array;
}

/** The other side, as protocols know it. */
export interface ChannelPeer {
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
  readonly publicKey: Uint8Array;
  readonly clientName: string;
  readonly direction: Direction;
  readonly remote: SocketAddress;
}

/** What a running protocol lets others see of its side of the session. */
export interface ProtocolState {
  /**
   * A truer cause than the wire's, where the protocol knows one: a peer that says "subprotocol error" after both
   * Status messages differ has a reason that only the two of them show.
   */
  explainEnd?(cause: EndCause): EndCause | undefined;
}

/** A protocol's side of a session. */
export interface Channel {
  readonly peer: ChannelPeer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The next message. @throws ChannelClosedError when the session has ended */
  receive(): Promise<ProtocolMessage>;
  /**
   * Sends a message; it leaves together with others of the same turn, an announcement with others of the next
   * milliseconds. Announcements that find no room are dropped. Does nothing when the session has ended.
   */
  send(code: number, payload: Uint8Array): void;
  /** Whether so much waits to be sent that the protocol should await `ready`. */
  readonly congested: boolean;
  /** Resolves when there is room to send, or when the session has ended. */
  ready(): Promise<void>;
  /** Shows the protocol's state to whoever holds the session (`PeerSession.state`). */
  publish(state: ProtocolState): void;
  /**
   * Tells that the protocol's own handshake is done, with the facts for people (`fork 07c9462e`); the session runs when
   * every protocol has said so.
   */
  established(detail?: string): void;
  /** States that the peer did what costs reputation and does not end the session. */
  report(offence: Offence, detail: string): void;
}
