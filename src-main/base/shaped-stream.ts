/** Streams that share a byte rate in each direction: the bandwidth caps. */
import type { ByteStream, SocketAddress, StreamDialer, StreamListener } from './network.ts';
import type { Clock, Unsubscribe } from './runtime.ts';
import { SharedRate } from './shared-rate.ts';

/** Bytes per second of all streams together; 0: no limit. */
export interface BandwidthCaps {
  readonly download: number;
  readonly upload: number;
}

/**
 * Bytes of each stream and direction that are charged but never wait. Our choice: more than the RLPx handshake, Hello and
 * Status, whose timeouts are short.
 */
const FREE_BYTES = 8 * 1024;

/** High-water mark of the bytes that wait for a turn, in bytes: our choice, that of a socket of Node. */
const HIGH_WATER_MARK = 64 * 1024;

/** Applies common caps to all streams that it opens. The caps may change at any time. */
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

  /** A dialer whose streams are under the caps. */
  dialer(inner: StreamDialer): StreamDialer {
    return { dial: async (to, options) => this.shape(await inner.dial(to, options)) };
  }

  /** A listener whose streams are under the caps. */
  listener(inner: StreamListener): StreamListener {
    return {
      listen: (at, onStream) =>
        inner.listen(at, (stream) => {
          onStream(this.shape(stream));
        }),
    };
  }

  /** Applies the caps to one stream. */
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

  /** Writes all waiting bytes without their turns: the last of them are the disconnect reason, which must not be late. */
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

/** Reads while there is budget, and pauses the stream while there is none. */
class PacedReader {
  readonly #inner: ByteStream;
  readonly #rate: SharedRate;
  #free = FREE_BYTES;
  /** Bytes that are charged already and not received yet; negative when received bytes are not charged yet. */
  #credit = 0;
  #isReading = true;
  #cancelWait: (() => void) | undefined;

  constructor(inner: ByteStream, rate: SharedRate) {
    this.#inner = inner;
    this.#rate = rate;
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#isReading = true;
    this.#inner.onData((chunk) => {
      this.#charge(chunk.length);
      listener(chunk);
    });
    if (this.#cancelWait !== undefined) this.#inner.pause();
  }

  pause(): void {
    this.#isReading = false;
    this.#inner.pause();
  }

  resume(): void {
    this.#isReading = true;
    if (this.#cancelWait === undefined) this.#inner.resume();
  }

  stop(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #charge(bytes: number): void {
    const free = Math.min(this.#free, bytes);
    this.#free -= free;
    this.#rate.spend(free);
    if (!this.#rate.isCapped || bytes === free) return;
    this.#credit -= bytes - free;
    if (this.#credit < 0 && this.#cancelWait === undefined) this.#takeTurns();
  }

  /** Takes turns until the credit is not negative; pauses the stream while it waits for one. */
  #takeTurns(): void {
    while (this.#rate.isCapped && this.#credit < 0) {
      if (!this.#rate.tryTurn()) {
        this.#inner.pause();
        this.#cancelWait = this.#rate.wait(() => {
          this.#cancelWait = undefined;
          this.#credit += this.#rate.turnBytes;
          this.#takeTurns();
        });
        return;
      }
      this.#credit += this.#rate.turnBytes;
    }
    if (!this.#rate.isCapped) this.#credit = 0;
    if (this.#isReading) this.#inner.resume();
  }
}

/** Writes the bytes of one turn at a time. BOUNDED: by callers that respect the result of `write` and `queued`. */
class PacedWriter {
  readonly #inner: ByteStream;
  readonly #rate: SharedRate;
  #free = FREE_BYTES;
  #parts: Uint8Array[] = [];
  #waiting = 0;
  #isStopped = false;
  /** Whether the inner stream is above its high-water mark. */
  #isBlocked = false;
  #cancelWait: (() => void) | undefined;
  #drainWaiters: (() => void)[] = [];

  constructor(inner: ByteStream, rate: SharedRate) {
    this.#inner = inner;
    this.#rate = rate;
  }

  /** Bytes that wait for a turn. */
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

  /** Writes all waiting bytes and stops. */
  flush(): void {
    this.#rate.spend(this.#waiting);
    this.#writeOut(this.#waiting);
    this.stop();
  }

  /** Drops the waiting bytes. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#parts = [];
    this.#waiting = 0;
    this.#release();
  }

  #proceed(): void {
    while (this.#waiting > 0 && !this.#isBlocked && this.#cancelWait === undefined) {
      if (!this.#rate.isCapped) {
        this.#writeOut(this.#waiting);
      } else if (this.#rate.tryTurn()) {
        this.#useTurn();
      } else {
        this.#cancelWait = this.#rate.wait(() => {
          this.#cancelWait = undefined;
          if (this.#rate.isCapped) this.#useTurn();
          this.#proceed();
        });
      }
    }
  }

  /** Uses a turn that is charged already, and returns the unused part of it. */
  #useTurn(): void {
    const { turnBytes } = this.#rate;
    const before = this.#waiting;
    this.#writeOut(turnBytes);
    this.#rate.spend(before - this.#waiting - turnBytes);
  }

  /** Writes up to `count` bytes to the inner stream. */
  #writeOut(count: number): void {
    let left = count;
    let hasRoom = true;
    while (left > 0) {
      const part = this.#parts.shift();
      if (part === undefined) break;
      const now = part.subarray(0, left);
      if (now.length < part.length) this.#parts.unshift(part.subarray(now.length));
      left -= now.length;
      this.#waiting -= now.length;
      hasRoom = this.#inner.write(now);
    }
    if (this.#waiting < HIGH_WATER_MARK) this.#release();
    if (!hasRoom && !this.#isStopped) this.#waitForDrain();
  }

  #waitForDrain(): void {
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
