/** Streams that share a budget of bytes a second in each direction. */
import type { ByteStream, SocketAddress, StreamDialer, StreamListener } from './network.ts';
import type { Clock, Unsubscribe } from './runtime.ts';
import { SharedRate } from './shared-rate.ts';

/** Bytes a second of all streams together; 0: no limit. */
export interface BandwidthCaps {
  readonly download: number;
  readonly upload: number;
}

/**
 * Bytes of each stream and direction that never wait, though they count: our choice, more than both RLPx handshakes,
 * Hello and Status, whose deadlines are short.
 */
const FREE_BYTES = 8 * 1024;

/** Bytes that wait for their turn from which a writer is asked to hold on, as a socket's own buffer does. */
const HIGH_WATER_MARK = 64 * 1024;

/** Puts all streams that it opens under common caps, which may change at any time. */
export class StreamShaper {
  readonly #download: SharedRate;
  readonly #upload: SharedRate;

  constructor(clock: Clock) {
    this.#download = new SharedRate(clock);
    this.#upload = new SharedRate(clock);
  }

  /** Sets both caps. */
  setCaps({ download, upload }: BandwidthCaps): void {
    this.#download.setLimit(download);
    this.#upload.setLimit(upload);
  }

  /** Opens what `inner` opens, under the caps. */
  dialer(inner: StreamDialer): StreamDialer {
    return { dial: async (to, options) => this.shape(await inner.dial(to, options)) };
  }

  /** Accepts what `inner` accepts, under the caps. */
  listener(inner: StreamListener): StreamListener {
    return {
      listen: (at, onStream) =>
        inner.listen(at, (stream) => {
          onStream(this.shape(stream));
        }),
    };
  }

  /** Puts one stream under the caps. */
  shape(stream: ByteStream): ByteStream {
    return new ShapedStream(stream, this.#download, this.#upload);
  }
}

class ShapedStream implements ByteStream {
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  readonly #inner: ByteStream;
  readonly #reading: PacedReader;
  readonly #writing: PacedWriter;

  constructor(inner: ByteStream, download: SharedRate, upload: SharedRate) {
    this.#inner = inner;
    this.remote = inner.remote;
    this.local = inner.local;
    this.#reading = new PacedReader(inner, download);
    this.#writing = new PacedWriter(inner, upload);
    inner.onClose(() => {
      this.#reading.stop();
      this.#writing.stop();
    });
  }

  get queued(): number {
    return this.#writing.waiting + this.#inner.queued;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#reading.onData(listener);
  }

  onClose(listener: (error: Error | undefined) => void): Unsubscribe {
    return this.#inner.onClose(listener);
  }

  pause(): void {
    this.#reading.pause();
  }

  resume(): void {
    this.#reading.resume();
  }

  write(bytes: Uint8Array): boolean {
    return this.#writing.write(bytes);
  }

  drained(): Promise<void> {
    return this.#writing.drained();
  }

  /** What waits leaves at once: it ends with the reason of the end, which must not come too late. */
  end(): void {
    this.#writing.flush();
    this.#reading.stop();
    this.#inner.end();
  }

  destroy(error?: Error): void {
    this.#reading.stop();
    this.#writing.stop();
    this.#inner.destroy(error);
  }
}

/** Lets bytes in while there is budget, and pauses the stream while there is none. */
class PacedReader {
  readonly #inner: ByteStream;
  readonly #rate: SharedRate;
  #free = FREE_BYTES;
  /** Bytes that are paid for and have not come. */
  #credit = 0;
  #isWanted = true;
  #giveUp: (() => void) | undefined;

  constructor(inner: ByteStream, rate: SharedRate) {
    this.#inner = inner;
    this.#rate = rate;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#isWanted = true;
    this.#inner.onData((chunk) => {
      this.#pay(chunk.length);
      listener(chunk);
    });
    if (this.#giveUp !== undefined) this.#inner.pause();
  }

  pause(): void {
    this.#isWanted = false;
    this.#inner.pause();
  }

  resume(): void {
    this.#isWanted = true;
    if (this.#giveUp === undefined) this.#inner.resume();
  }

  stop(): void {
    this.#giveUp?.();
    this.#giveUp = undefined;
  }

  #pay(bytes: number): void {
    const free = Math.min(this.#free, bytes);
    this.#free -= free;
    this.#rate.spend(free);
    if (!this.#rate.isCapped || bytes === free) return;
    this.#credit -= bytes - free;
    if (this.#credit < 0 && this.#giveUp === undefined) this.#earn();
  }

  #earn(): void {
    while (this.#rate.isCapped && this.#credit < 0) {
      if (!this.#rate.tryTurn()) {
        this.#inner.pause();
        this.#giveUp = this.#rate.wait(() => {
          this.#giveUp = undefined;
          this.#credit += this.#rate.turnBytes;
          this.#earn();
        });
        return;
      }
      this.#credit += this.#rate.turnBytes;
    }
    if (!this.#rate.isCapped) this.#credit = 0;
    if (this.#isWanted) this.#inner.resume();
  }
}

/** Lets bytes out a turn at a time. BOUNDED: by writers that heed `write` and `queued`. */
class PacedWriter {
  readonly #inner: ByteStream;
  readonly #rate: SharedRate;
  #free = FREE_BYTES;
  #parts: Uint8Array[] = [];
  #waiting = 0;
  #isStopped = false;
  /** Whether the stream beneath asked to hold on. */
  #isBlocked = false;
  #giveUp: (() => void) | undefined;
  #drainWaiters: (() => void)[] = [];

  constructor(inner: ByteStream, rate: SharedRate) {
    this.#inner = inner;
    this.#rate = rate;
  }

  /** Bytes that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isStopped) return true;
    if (this.#waiting === 0 && (!this.#rate.isCapped || bytes.length <= this.#free)) {
      this.#free = Math.max(0, this.#free - bytes.length);
      this.#rate.spend(bytes.length);
      return this.#inner.write(bytes);
    }
    this.#parts.push(bytes);
    this.#waiting += bytes.length;
    this.#proceed();
    return this.#waiting + this.#inner.queued < HIGH_WATER_MARK;
  }

  async drained(): Promise<void> {
    if (!this.#isStopped && this.#waiting >= HIGH_WATER_MARK) {
      await new Promise<void>((resolve) => {
        this.#drainWaiters.push(resolve);
      });
    }
    await this.#inner.drained();
  }

  /** Lets everything out at once. */
  flush(): void {
    this.#rate.spend(this.#waiting);
    this.#let(this.#waiting);
    this.stop();
  }

  /** Forgets what waits. */
  stop(): void {
    this.#isStopped = true;
    this.#giveUp?.();
    this.#giveUp = undefined;
    this.#parts = [];
    this.#waiting = 0;
    this.#release();
  }

  #proceed(): void {
    while (this.#waiting > 0 && !this.#isBlocked && this.#giveUp === undefined) {
      if (!this.#rate.isCapped) {
        this.#let(this.#waiting);
      } else if (this.#rate.tryTurn()) {
        this.#takeTurn();
      } else {
        this.#giveUp = this.#rate.wait(() => {
          this.#giveUp = undefined;
          if (this.#rate.isCapped) this.#takeTurn();
          this.#proceed();
        });
      }
    }
  }

  /** Uses a turn that is paid for, and gives back what it did not need. */
  #takeTurn(): void {
    const { turnBytes } = this.#rate;
    const before = this.#waiting;
    this.#let(turnBytes);
    this.#rate.spend(before - this.#waiting - turnBytes);
  }

  /** Hands up to `count` bytes to the stream beneath. */
  #let(count: number): void {
    let left = count;
    let isWelcome = true;
    while (left > 0) {
      const part = this.#parts.shift();
      if (part === undefined) break;
      const now = part.subarray(0, left);
      if (now.length < part.length) this.#parts.unshift(part.subarray(now.length));
      left -= now.length;
      this.#waiting -= now.length;
      isWelcome = this.#inner.write(now);
    }
    if (this.#waiting < HIGH_WATER_MARK) this.#release();
    if (!isWelcome && !this.#isStopped) this.#holdOn();
  }

  #holdOn(): void {
    this.#isBlocked = true;
    void this.#inner.drained().then(() => {
      this.#isBlocked = false;
      this.#proceed();
    });
  }

  #release(): void {
    const waiters = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
