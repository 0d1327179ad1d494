import type { ByteStream, SocketAddress, StreamDialer, StreamListener } from '../base/network.ts';
import type { Clock, Timer, Unsubscribe } from '../base/runtime.ts';

/** Opens streams whose received bytes are late, as over a distance: a ping of the other side takes that much longer. */
export class SlowStreams {
  readonly #clock: Clock;
  readonly #latencyMs: number;

  /** @param latencyMs delay of received bytes, milliseconds */
  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  /** A dialer of such streams. */
  dialer(inner: StreamDialer): StreamDialer {
    return { dial: async (to, options) => this.#slow(await inner.dial(to, options)) };
  }

  /** A listener for such streams. */
  listener(inner: StreamListener): StreamListener {
    return {
      listen: (at, onStream) =>
        inner.listen(at, (stream) => {
          onStream(this.#slow(stream));
        }),
    };
  }

  #slow(stream: ByteStream): ByteStream {
    return new SlowStream(stream, this.#clock, this.#latencyMs);
  }
}

/** Delivers received chunks later, in their order. What is on its way when the stream closes is dropped. */
class SlowStream implements ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  readonly #inner: ByteStream;
  readonly #clock: Clock;
  readonly #latencyMs: number;
  /** Chunks with their due times. BOUNDED: by what arrives within the latency; a paused stream pauses the inner one. */
  readonly #waiting: { readonly dueAt: number; readonly chunk: Uint8Array }[] = [];
  #listener: ((chunk: Uint8Array) => void) | undefined;
  #timer: Timer | undefined;
  #isPaused = false;
  #isClosed = false;

  constructor(inner: ByteStream, clock: Clock, latencyMs: number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.remote = inner.remote;
    this.local = inner.local;
    inner.onClose(() => {
      this.#isClosed = true;
      this.#timer?.cancel();
      this.#waiting.length = 0;
    });
  }

  get queued(): number {
    return this.#inner.queued;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#listener = listener;
    this.#isPaused = false;
    this.#inner.onData((chunk) => {
      this.#waiting.push({ dueAt: this.#clock.monotonic() + this.#latencyMs, chunk });
      this.#deliverLater();
    });
    this.#deliverLater();
  }

  onClose(listener: (error: Error | undefined) => void): Unsubscribe {
    return this.#inner.onClose(listener);
  }

  pause(): void {
    this.#isPaused = true;
    this.#inner.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#inner.resume();
    this.#deliverLater();
  }

  write(bytes: Uint8Array): boolean {
    return this.#inner.write(bytes);
  }

  drained(): Promise<void> {
    return this.#inner.drained();
  }

  end(): void {
    this.#inner.end();
  }

  destroy(error?: Error): void {
    this.#inner.destroy(error);
  }

  #deliverLater(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#timer !== undefined || this.#isPaused || this.#isClosed) return;
    this.#timer = this.#clock.after(Math.max(0, next.dueAt - this.#clock.monotonic()), () => {
      this.#timer = undefined;
      this.#deliver();
    });
  }

  #deliver(): void {
    while (!this.#isPaused && !this.#isClosed) {
      const [next] = this.#waiting;
      if (next === undefined || next.dueAt > this.#clock.monotonic()) break;
      this.#waiting.shift();
      this.#listener?.(next.chunk);
    }
    this.#deliverLater();
  }
}
