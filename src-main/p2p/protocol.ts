import type { SocketAddress } from '../base/network.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { Direction, EndCause, Offence } from '../events/events.ts';
import type { SizedCapability } from './capabilities.ts';
import type { ProtocolError } from './errors.ts';
import type { MessageClass } from './message-class.ts';

/** One version of a subprotocol. Registering this value is all that a session needs to run it. */
export interface Protocol extends SizedCapability {
  /** Name of a message for counters and logs; `code` is relative to the protocol and below `length`. */
  messageName(code: number): string;
  /**
   * Class of a message in both directions: its priority in the outbound queue and its inbound limit. A message
   * without a class is sent as `answer` and has no inbound limit beyond backpressure.
   */
  classOf?(code: number): MessageClass | undefined;
  /**
   * Runs the protocol on one session until the session ends. The session ends when it throws, with the reason of a
   * ProtocolError, and when it returns.
   */
  run(channel: Channel): Promise<void>;
}

/** A message of one protocol; `code` is relative to the protocol. */
export interface ProtocolMessage {
  readonly code: number;
  /** Decompressed. */
  readonly payload: Uint8Array;
}

/** The peer, as protocols see it. */
export interface ChannelPeer {
  /** Node ID, 64 hex digits. */
  readonly idHex: string;
  readonly publicKey: Uint8Array;
  readonly clientName: string;
  readonly direction: Direction;
  readonly remote: SocketAddress;
}

/** State that a running protocol publishes for other parts of the node. */
export interface ProtocolState {
  /**
   * Returns a more specific cause than the received Disconnect, if the protocol knows one. Example: "subprotocol
   * error" after two Status messages that differ.
   */
  explainEnd?(cause: EndCause): EndCause | undefined;
}

/** Interface between a protocol and its session. */
export interface Channel {
  readonly peer: ChannelPeer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Calls `listener`, which replaces an earlier one, when the session has ended. */
  onClose(listener: () => void): void;
  /** Resolves with the next message. @throws ChannelClosedError when the session has ended */
  receive(): Promise<ProtocolMessage>;
  /**
   * Sends a message. Messages of one turn of the event loop are written together; announcements are collected for
   * ANNOUNCEMENT_DELAY_MS. Announcements are dropped when the queue is full. Does nothing after the session has
   * ended.
   */
  send(code: number, payload: Uint8Array): void;
  /** Whether the outbound queue is so long that the protocol should await `ready`. */
  readonly congested: boolean;
  /** Resolves when the queue is not congested, or the session has ended. */
  ready(): Promise<void>;
  /** Publishes the state of the protocol for `PeerSession.state`. */
  publish(state: ProtocolState): void;
  /**
   * Reports that the handshake of the protocol is complete, with a detail for display (`fork 07c9462e`). The session
   * is established when all protocols have reported.
   */
  established(detail?: string): void;
  /** Reports an offence of the peer that does not end the session. */
  report(offence: Offence, detail: string): void;
  /** Ends the session as a ProtocolError of `run` does, for what is found out outside of it. */
  fail(error: ProtocolError): void;
}
