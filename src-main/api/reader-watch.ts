import type { Socket } from 'node:net';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';

/** Bytes that may wait for all connections together. */
export const MAX_WAITING = 67_108_864;
/** A connection that takes nothing of what waits for it this long is cut, in milliseconds. */
export const STALL_MS = 20_000;
/** How often progress is looked for. */
const LOOK_MS = 5_000;

/** One connection, as the watch sees it. */
export interface Reader {
  /** Bytes that wait for the other side to take them. */
  waiting(): number;
  /** Any number that changes when the other side has taken something. */
  progress(): number;
  /** Ends the connection and drops what waits. */
  cut(): void;
}

interface Watched {
  progress: number;
  /** Monotonic time at which it was last seen to take something, or to have nothing waiting. */
  at: number;
}

/**
 * Bounds what waits for the connections of the page and of JSON-RPC: their sum, and how long one of them may take
 * nothing. BOUNDED: by the connections that its owner lets in.
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

  /** Bytes that wait now. */
  get waiting(): number {
    let sum = 0;
    for (const reader of this.#readers.keys()) sum += reader.waiting();
    return sum;
  }

  /** Watches a connection until the returned end. */
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

  /** To be called after something was queued: cuts those for whom most waits until the sum is within its bound. */
  check(): void {
    let sum = this.waiting;
    while (sum > MAX_WAITING) {
      const [largest] = [...this.#readers.keys()].sort((a, b) => b.waiting() - a.waiting());
      if (largest === undefined) return;
      sum -= largest.waiting();
      this.#cut(largest, 'too much waits for connections that do not read');
    }
  }

  #arm(): void {
    this.#timer = this.#clock.after(LOOK_MS, () => {
      this.#timer = undefined;
      this.#look();
      if (this.#readers.size > 0) this.#arm();
    });
  }

  #look(): void {
    this.check();
    const now = this.#clock.monotonic();
    for (const [reader, watched] of this.#readers) {
      const progress = reader.progress();
      if (reader.waiting() === 0 || progress !== watched.progress) {
        watched.progress = progress;
        watched.at = now;
      } else if (now - watched.at >= STALL_MS) {
        this.#cut(reader, 'a connection has taken nothing for 20 seconds');
      }
    }
  }

  #cut(reader: Reader, reason: string): void {
    this.#readers.delete(reader);
    this.#logger.warn('a connection was cut because it does not read', { reason, waiting: reader.waiting() });
    reader.cut();
  }
}

/** The part of a handle of node:net that tells how far a write has come: node's own timeout reads it too. */
interface WriteHandle {
  readonly writeQueueSize?: number;
}

/** A TCP connection as a reader, and what its owner has for it that has not reached the socket yet. */
export class SocketReader implements Reader {
  readonly #socket: Socket;
  /** Bytes of answers that are under way: those of pipelined requests wait outside of the socket. */
  held = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  waiting(): number {
    return Math.max(this.held, this.#socket.writableLength);
  }

  /** A large write reaches the system piece by piece; the handle alone tells of the pieces. */
  progress(): number {
    const handle = (this.#socket as { readonly _handle?: WriteHandle | null })._handle;
    return this.#socket.bytesWritten - this.#socket.writableLength - (handle?.writeQueueSize ?? 0);
  }

  cut(): void {
    this.#socket.destroy();
  }
}
