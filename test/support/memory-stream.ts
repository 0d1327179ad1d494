import type { ByteStream, SocketAddress } from '../../src-main/base/network.ts';
import type { Clock, Unsubscribe } from '../../src-main/base/runtime.ts';
import { NetworkError } from '../../src-main/base/errors.ts';

/** Queued bytes from which `write` returns false, as with the buffers of a socket. */
const HIGH_WATER_MARK = 64 * 1024;

/** One end of an in-memory connection; each end delivers to the other after the latency, in order. */
export class MemoryStream implements ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  readonly #clock: Clock;
  readonly #latency: () => number;
  #peer: MemoryStream | undefined;
  #consumer: ((chunk: Uint8Array) => void) | undefined;
  #paused = false;
  readonly #inbox: Uint8Array[] = [];
  #peerEnded = false;
  #ending = false;
  #closed = false;
  #error: Error | undefined;
  #queued = 0;
  #lastArrival = 0;
  readonly #closeListeners = new Set<(error: Error | undefined) => void>();
  readonly #drainWaiters = new Set<() => void>();

  /** A connected pair: first the dialling end, then the accepting one. */
  static pair(
    clock: Clock,
    dialling: SocketAddress,
    accepting: SocketAddress,
    latency: () => number = () => 0,
  ): [MemoryStream, MemoryStream] {
    const a = new MemoryStream(clock, dialling, accepting, latency);
    const b = new MemoryStream(clock, accepting, dialling, latency);
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  private constructor(clock: Clock, local: SocketAddress, remote: SocketAddress, latency: () => number) {
    this.#clock = clock;
    this.local = local;
    this.remote = remote;
    this.#latency = latency;
  }

  get queued(): number {
    return this.#queued;
  }

  get closed(): boolean {
    return this.#closed;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#consumer = listener;
    this.resume();
  }

  onClose(listener: (error: Error | undefined) => void): Unsubscribe {
    if (this.#closed) {
      queueMicrotask(() => {
        listener(this.#error);
      });
      return () => undefined;
    }
    this.#closeListeners.add(listener);
    return () => {
      this.#closeListeners.delete(listener);
    };
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    queueMicrotask(() => {
      this.#consume();
    });
  }

  write(bytes: Uint8Array): boolean {
    if (this.#closed || this.#ending) return true;
    const chunk = bytes.slice();
    this.#queued += chunk.length;
    this.#arrive(() => {
      this.#peer?.receive(chunk);
    });
    return this.#queued < HIGH_WATER_MARK;
  }

  drained(): Promise<void> {
    if (this.#closed || this.#queued < HIGH_WATER_MARK) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drainWaiters.add(resolve);
    });
  }

  end(): void {
    if (this.#closed || this.#ending) return;
    this.#ending = true;
    this.#arrive(() => {
      this.#peer?.receiveEnd();
    });
  }

  destroy(error?: Error): void {
    if (this.#closed) return;
    this.#arrive(() => {
      this.#peer?.reset();
    });
    this.#close(error);
  }

  /** Called by the other end when its bytes arrive. */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#inbox.push(chunk);
    this.#consume();
  }

  /** Called by the other end when its FIN arrives. */
  receiveEnd(): void {
    this.#peerEnded = true;
    this.#consume();
  }

  /** Called by the other end when its reset arrives. */
  reset(): void {
    if (this.#peerEnded) this.#close(undefined);
    else this.#close(new NetworkError('connection-reset', 'The other side broke the connection off'));
  }

  #consume(): void {
    while (!this.#closed && !this.#paused && this.#consumer !== undefined) {
      const chunk = this.#inbox.shift();
      if (chunk === undefined) break;
      this.#peer?.acknowledge(chunk.length);
      if (!this.#ending) this.#consumer(chunk);
    }
    if (this.#peerEnded && !this.#closed && (this.#inbox.length === 0 || this.#ending)) this.#finish();
  }

  /** Answers the end with an end, as sockets without half-open connections do, and closes. */
  #finish(): void {
    const peer = this.#peer;
    if (!this.#ending) this.end();
    this.#arrive(() => {
      peer?.reset();
    });
    this.#close(undefined);
  }

  /** Called by the other end when it has read bytes. */
  acknowledge(length: number): void {
    this.#queued -= length;
    if (this.#queued >= HIGH_WATER_MARK) return;
    for (const resolve of this.#drainWaiters) resolve();
    this.#drainWaiters.clear();
  }

  #arrive(action: () => void): void {
    this.#lastArrival = Math.max(this.#lastArrival, this.#clock.monotonic() + this.#latency());
    this.#clock.after(this.#lastArrival - this.#clock.monotonic(), action);
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#inbox.length = 0;
    this.#queued = 0;
    for (const resolve of this.#drainWaiters) resolve();
    this.#drainWaiters.clear();
    queueMicrotask(() => {
      for (const listener of [...this.#closeListeners]) listener(error);
      this.#closeListeners.clear();
    });
  }
}
