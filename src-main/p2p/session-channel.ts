import type { Clock, Logger } from '../base/runtime.ts';
import type { Offence } from '../events/events.ts';
import { ChannelClosedError, type ProtocolError } from './errors.ts';
import { MessageFifo } from './message-fifo.ts';
import type { Channel, ChannelPeer, ProtocolMessage, ProtocolState } from './protocol.ts';

/** What a channel uses of its session. */
export interface ChannelHost {
  readonly peer: ChannelPeer;
  readonly clock: Clock;
  readonly logger: Logger;
  isCongested(): boolean;
  send(code: number, payload: Uint8Array): void;
  ready(): Promise<void>;
  /** The channel has become full, or has room again. */
  onPressure(): void;
  /** The handshake of the protocol is complete. */
  onEstablished(): void;
  /** Reports an offence that does not end the session. */
  report(offence: Offence, detail: string): void;
  /** Ends the session. */
  onFailure(error: unknown): void;
}

/** BOUNDED: unread messages and bytes of a protocol at which its session stops reading. */
const MAX_WAITING_MESSAGES = 256;
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

/** Channel of one protocol on one session. */
export class SessionChannel implements Channel {
  readonly #host: ChannelHost;
  /** BOUNDED: the session stops reading at MAX_WAITING_MESSAGES and MAX_WAITING_BYTES. */
  readonly #waiting = new MessageFifo<ProtocolMessage>();
  #receiver: { resolve: (message: ProtocolMessage) => void; reject: (error: Error) => void } | undefined;
  #state: ProtocolState | undefined;
  #closed = false;
  #onClose: (() => void) | undefined;
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

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose = listener;
  }

  get congested(): boolean {
    return !this.#closed && this.#host.isCongested();
  }

  /** Whether the session must stop reading. */
  isFull(): boolean {
    return (
      !this.#closed &&
      (this.#waiting.length >= MAX_WAITING_MESSAGES || this.#waiting.bytes >= MAX_WAITING_BYTES)
    );
  }

  get isEstablished(): boolean {
    return this.#established;
  }

  /** Detail that the protocol reported with `established`. */
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

  fail(error: ProtocolError): void {
    if (!this.#closed) this.#host.onFailure(error);
  }

  established(detail?: string): void {
    if (this.#established || this.#closed) return;
    this.#established = true;
    this.#detail = detail;
    this.#host.onEstablished();
  }

  /** Delivers a message to the protocol. */
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

  /** Rejects a pending `receive` and drops unread messages. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose?.();
    this.#onClose = undefined;
    this.#waiting.clear();
    this.#receiver?.reject(new ChannelClosedError());
    this.#receiver = undefined;
  }
}
