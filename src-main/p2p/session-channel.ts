import type { Clock, Logger } from '../base/runtime.ts';
import type { Offence } from '../events/events.ts';
import { ChannelClosedError } from './errors.ts';
import { MessageFifo } from './message-fifo.ts';
import type { Channel, ChannelPeer, ProtocolMessage, ProtocolState } from './protocol.ts';

/** What a channel asks of its session. */
export interface ChannelHost {
  readonly peer: ChannelPeer;
  readonly clock: Clock;
  readonly logger: Logger;
  isCongested(): boolean;
  send(code: number, payload: Uint8Array): void;
  ready(): Promise<void>;
  /** The channel has more than it should hold, or room again. */
  onPressure(): void;
  /** The protocol's own handshake is done. */
  onEstablished(): void;
  /** The peer did what costs reputation and does not end the session. */
  report(offence: Offence, detail: string): void;
}

/** BOUNDED: messages and bytes that may wait for a protocol before its session stops reading. */
const MAX_WAITING_MESSAGES = 256;
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

/** One protocol's side of a session. */
export class SessionChannel implements Channel {
  readonly #host: ChannelHost;
  /** BOUNDED: the session stops reading at MAX_WAITING_MESSAGES and MAX_WAITING_BYTES. */
  readonly #waiting = new MessageFifo<ProtocolMessage>();
  #receiver: { resolve: (message: ProtocolMessage) => void; reject: (error: Error) => void } | undefined;
  #state: ProtocolState | undefined;
  #closed = false;
  #established = false;
  #detail: string | undefined;

  constructor(host: ChannelHost) {
    this.#host = host;
  }

  get peer(): ChannelPeer {
    return this.#host.peer;
  }

  get clock(): Clock {
    return this.#host.clock;
  }

  get logger(): Logger {
    return this.#host.logger;
  }

  get congested(): boolean {
    return !this.#closed && this.#host.isCongested();
  }

  /** Whether the session should stop reading for the time being. */
  isFull(): boolean {
    return (
      !this.#closed &&
      (this.#waiting.length >= MAX_WAITING_MESSAGES || this.#waiting.bytes >= MAX_WAITING_BYTES)
    );
  }

  get isEstablished(): boolean {
    return this.#established;
  }

  /** What the protocol said of its own handshake. */
  get detail(): string | undefined {
    return this.#detail;
  }

  get state(): ProtocolState | undefined {
    return this.#state;
  }

  receive(): Promise<ProtocolMessage> {
    if (this.#closed) return Promise.reject(new ChannelClosedError());
    const wasFull = this.isFull();
    const message = this.#waiting.shift();
    if (message === undefined) {
      return new Promise((resolve, reject) => {
        this.#receiver = { resolve, reject };
      });
    }
    if (wasFull && !this.isFull()) this.#host.onPressure();
    return Promise.resolve(message);
  }

  send(code: number, payload: Uint8Array): void {
    if (!this.#closed) this.#host.send(code, payload);
  }

  ready(): Promise<void> {
    return this.#host.ready();
  }

  publish(state: ProtocolState): void {
    this.#state = state;
  }

  report(offence: Offence, detail: string): void {
    if (!this.#closed) this.#host.report(offence, detail);
  }

  established(detail?: string): void {
    if (this.#established || this.#closed) return;
    this.#established = true;
    this.#detail = detail;
    this.#host.onEstablished();
  }

  /** Hands the protocol a message. */
  deliver(message: ProtocolMessage): void {
    if (this.#closed) return;
    const receiver = this.#receiver;
    if (receiver !== undefined) {
      this.#receiver = undefined;
      receiver.resolve(message);
      return;
    }
    this.#waiting.push(message);
    if (this.isFull()) this.#host.onPressure();
  }

  /** Ends the protocol's waiting; what was not received is dropped. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#receiver?.reject(new ChannelClosedError());
    this.#receiver = undefined;
  }
}
