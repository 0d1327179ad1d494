import type { ByteStream } from '../base/network.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import { concatBytes } from '../base/bytes.ts';
import { FRAME_WRITE_TIMEOUT_MS, OUTBOUND_HIGH_WATER, OUTBOUND_LIMIT } from './constants.ts';

/** Queued bytes from which the outbox writes to the stream without waiting for more. */
const FLUSH_THRESHOLD = 64 * 1024;

/** Parts of at least this size are written unchanged; joining them would cost more than another write, bytes. */
const LARGE_PART = 16 * 1024;

/**
 * Queue of outbound frames. It joins the frames of one turn of the event loop into one write, because a system call
 * costs more than a small frame. It watches the progress of the stream to detect a peer that does not read. BOUNDED:
 * OUTBOUND_LIMIT bytes here and in the stream together.
 */
export class Outbox {
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #onStuck: () => void;
  readonly #parts: Uint8Array[] = [];
  #waiting = 0;
  #scheduled = false;
  #handedOver = 0;
  #watch: Timer | undefined;
  /** Bytes that the operating system had accepted when progress was last seen. */
  #taken = 0;
  /** Time of the last progress, monotonic milliseconds. */
  #progressAt: number;
  #closed = false;

  constructor(stream: ByteStream, clock: Clock, onStuck: () => void) {
    this.#stream = stream;
    this.#clock = clock;
    this.#onStuck = onStuck;
    // The stream may still hold bytes of the handshake, which did not pass through this outbox.
    this.#progressAt = clock.monotonic();
  }

  /** Bytes that the operating system has not accepted yet. */
  get queued(): number {
    return this.#waiting + this.#stream.queued;
  }

  /** Whether a sender should await `drained`. */
  get congested(): boolean {
    return this.queued > OUTBOUND_HIGH_WATER;
  }

  /** Queues the parts of a frame. Returns false when the limit is exceeded and the connection must end. */
  push(parts: readonly Uint8Array[]): boolean {
    if (this.#closed) return true;
    for (const part of parts) {
      this.#parts.push(part);
      this.#waiting += part.length;
    }
    if (this.queued > OUTBOUND_LIMIT) return false;
    if (this.#waiting >= FLUSH_THRESHOLD) this.flush();
    else this.#schedule();
    return true;
  }

  /** Writes all queued parts to the stream. */
  flush(): void {
    if (this.#closed || this.#parts.length === 0) return;
    const parts = this.#parts.splice(0);
    if (this.#stream.queued === 0) this.#noteProgress(this.#handedOver);
    this.#handedOver += this.#waiting;
    this.#waiting = 0;
    for (const run of joinSmall(parts)) this.#stream.write(this.#stream.queued > 0 ? withoutSlab(run) : run);
    if (this.#stream.queued > 0) this.#watchProgress();
  }

  /** Resolves when the outbox is not congested, or the stream has closed. */
  async drained(): Promise<void> {
    this.flush();
    if (this.congested) await this.#stream.drained();
  }

  /** Drops the queue and stops watching the stream. */
  close(): void {
    this.#closed = true;
    this.#parts.length = 0;
    this.#waiting = 0;
    this.#watch?.cancel();
    this.#watch = undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  #noteProgress(taken: number): void {
    this.#taken = taken;
    this.#progressAt = this.#clock.monotonic();
  }

  #watchProgress(): void {
    if (this.#watch !== undefined) return;
    const deadline = this.#progressAt + FRAME_WRITE_TIMEOUT_MS;
    this.#watch = this.#clock.after(deadline - this.#clock.monotonic(), () => {
      this.#watch = undefined;
      const { queued } = this.#stream;
      if (queued === 0) return;
      const taken = this.#handedOver - queued;
      if (taken > this.#taken) this.#noteProgress(taken);
      if (this.#clock.monotonic() < this.#progressAt + FRAME_WRITE_TIMEOUT_MS) this.#watchProgress();
      else this.#onStuck();
    });
  }
}

/** The bytes, for a stream that keeps them: a small frame is a piece of a slab (`briefBytes`), and would keep all of it. */
function withoutSlab(bytes: Uint8Array): Uint8Array {
  const isPiece = bytes.length < LARGE_PART && bytes.length < bytes.buffer.byteLength;
  return isPiece ? new Uint8Array(bytes) : bytes;
}

/** Joins runs of small parts and leaves large parts unchanged. */
function joinSmall(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  if (parts.length === 1) return parts;
  const writes: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  for (const part of parts) {
    if (part.length < LARGE_PART) {
      run.push(part);
      continue;
    }
    if (run.length > 0) writes.push(concatBytes(...run));
    run = [];
    writes.push(part);
  }
  if (run.length > 0) writes.push(concatBytes(...run));
  return writes;
}
