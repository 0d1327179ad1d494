import type { RecordTiming } from '../../shared/model/recording.ts';
import type { Clock } from '../base/runtime.ts';
import type { ConnectionTap, TappedFault } from '../events/connection-tap.ts';
import type { RlpxError } from './errors.ts';
import type { FrameMessage } from './frame-codec.ts';

/** A message that was sent, and its sizes, bytes. */
export interface SentFrame {
  readonly payload: Uint8Array;
  /** Of the whole frame. */
  readonly wireBytes: number;
  /** Null without compression. */
  readonly compressedBytes: number | null;
}

/**
 * Reports the messages of a connection to its tap, with where their time went. The owner reports messages only while the tap
 * is on; `arrived` and `failed` may be called at any time.
 */
export class TappedFrames {
  readonly #tap: ConnectionTap;
  readonly #clock: Clock;
  /** Arrival of the first byte of the frame that is read next; undefined when it was not seen. */
  #firstAt: number | undefined;
  /** Arrival of the newest bytes. */
  #lastAt: number | undefined;
  #startedAt = 0;
  #queuedAt: number | undefined;
  #compressingAt = 0;
  #encryptingAt = 0;

  constructor(tap: ConnectionTap, clock: Clock) {
    this.#tap = tap;
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#tap.isOn;
  }

  /** Bytes have arrived. To be called for all of them: while nothing is recorded, it forgets the times of earlier ones. */
  arrived(): void {
    this.#lastAt = this.isOn ? this.#clock.monotonic() : undefined;
    if (this.#lastAt === undefined) this.#firstAt = undefined;
    else this.#firstAt ??= this.#lastAt;
  }

  /** The next frame is read, if it is complete. */
  started(): void {
    this.#startedAt = this.#clock.monotonic();
  }

  /**
   * A message was received.
   * @param frame as it was read
   * @param message the same, decompressed
   * @param decryptedAt when `frame` was read, by the monotonic clock
   * @param buffered bytes of later frames that have arrived
   */
  received(frame: FrameMessage, message: FrameMessage, decryptedAt: number, buffered: number): void {
    const isCompressed = message !== frame;
    const [first, last] = [this.#firstAt, this.#lastAt];
    this.#firstAt = buffered > 0 ? last : undefined;
    const timing: RecordTiming = {
      receivingMs: first === undefined || last === undefined ? null : last - first,
      waitingMs: last === undefined ? null : this.#startedAt - last,
      cipherMs: decryptedAt - this.#startedAt,
      snappyMs: isCompressed ? this.#clock.monotonic() - decryptedAt : null,
    };
    this.#tap.message(message.code, {
      direction: 'in',
      payload: message.payload,
      wireBytes: frame.frameBytes,
      compressedBytes: isCompressed ? frame.payload.length : null,
      timing,
    });
  }

  /** A message is compressed next. @param queuedAt when it entered the send queue; undefined when it did not wait in one */
  compressing(queuedAt: number | undefined): void {
    this.#queuedAt = queuedAt;
    this.#compressingAt = this.#clock.monotonic();
  }

  /** The same message is encrypted next. */
  encrypting(): void {
    this.#encryptingAt = this.#clock.monotonic();
  }

  /** The same message was encrypted. */
  sent(code: number, { payload, wireBytes, compressedBytes }: SentFrame): void {
    const queuedAt = this.#queuedAt;
    const timing: RecordTiming = {
      receivingMs: null,
      waitingMs: queuedAt === undefined ? null : this.#compressingAt - queuedAt,
      cipherMs: this.#clock.monotonic() - this.#encryptingAt,
      snappyMs: compressedBytes === null ? null : this.#encryptingAt - this.#compressingAt,
    };
    this.#tap.message(code, { direction: 'out', payload, wireBytes, compressedBytes, timing });
  }

  /** Reading has ended. @param fault of the frame that could not be read; undefined for another end */
  failed({ code, message }: RlpxError, fault: TappedFault | undefined): void {
    if (fault !== undefined) this.#tap.badFrame(code, message, fault);
  }
}
