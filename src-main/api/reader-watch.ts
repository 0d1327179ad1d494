import type { Socket } from 'node:net';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';

/** BOUNDED: bytes queued for all connections together. */
export const MAX_WAITING = 67_108_864;
/** A connection that reads nothing of its queue for this long is closed, milliseconds. */
export const STALL_MS = 20_000;
/** Interval between checks of progress, milliseconds. */
const CHECK_INTERVAL_MS = 5_000;

/** A watched connection. */
export interface Reader {
  /** Bytes queued for the client. */
  waiting(): number;
  /** A number that changes when the client has read something. */
  progress(): number;
  /** Closes the connection and drops its queue. */
  cut(): void;
}

interface Watched {
  progress: number;
  /** Monotonic time of the last progress or empty queue. */
  at: number;
}

/**
 * Limits the queued bytes of all connections of the page and of JSON-RPC, and the time without progress of each.
 * BOUNDED: by the connections that its owner accepts.
 */
export class ReaderWatch {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #readers = new Map<Reader, Watched>();
  #timer: Timer | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Bytes queued for all connections. */
  get waiting(): number {
    let sum = 0;
    for (const reader of this.#readers.keys()) sum += reader.waiting();
    return sum;
  }

  /** Watches a connection. @returns a function that ends the watch */
  add(reader: Reader): Unsubscribe {
    this.#readers.set(reader, { progress: reader.progress(), at: this.#clock.monotonic() });
    if (this.#timer === undefined) this.#arm();
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  /** Must be called after data was queued. Closes the connections with the longest queues until the sum is within MAX_WAITING. */
  check(): void {
    let sum = this.waiting;
    while (sum > MAX_WAITING) {
      const [largest] = [...this.#readers.keys()].sort((a, b) => b.waiting() - a.waiting());
      if (largest === undefined) return;
      sum -= largest.waiting();
      this.#cut(largest, 'too many bytes are queued for connections that do not read');
    }
  }

  #arm(): void {
    this.#timer = this.#clock.after(CHECK_INTERVAL_MS, () => {
      this.#timer = undefined;
      this.#checkProgress();
      if (this.#readers.size > 0) this.#arm();
    });
  }

  #checkProgress(): void {
    this.check();
    const now = this.#clock.monotonic();
    for (const [reader, watched] of this.#readers) {
      const progress = reader.progress();
      if (reader.waiting() === 0 || progress !== watched.progress) {
        watched.progress = progress;
        watched.at = now;
      } else if (now - watched.at >= STALL_MS) {
        this.#cut(reader, 'a connection has read nothing for 20 seconds');
      }
    }
  }

  #cut(reader: Reader, reason: string): void {
    this.#readers.delete(reader);
    this.#logger.warn('a connection was cut because it does not read', { reason, waiting: reader.waiting() });
    reader.cut();
  }
}

/** The part of a node:net handle that has the progress of a write. Node's own socket timeout uses it too. */
interface WriteHandle {
  readonly writeQueueSize?: number;
}

/** A TCP connection as a reader, with the bytes that have not reached the socket yet. */
export class SocketReader implements Reader {
  readonly #socket: Socket;
  /** Bytes of pending answers: those of pipelined requests are queued outside the socket. */
  held = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  waiting(): number {
    return Math.max(this.held, this.#socket.writableLength);
  }

  /** A large write reaches the operating system in pieces, which only the handle shows. */
  progress(): number {
    const handle = (this.#socket as { readonly _handle?: WriteHandle | null })._handle;
    return this.#socket.bytesWritten - this.#socket.writableLength - (handle?.writeQueueSize ?? 0);
  }

  cut(): void {
    this.#socket.destroy();
  }
}
