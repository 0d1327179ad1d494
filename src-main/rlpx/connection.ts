import { LoopShare } from '../base/loop-turns.ts';
import type { ByteStream, SocketAddress } from '../base/network.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import type { ConnectionTap } from '../events/connection-tap.ts';
import type { Direction } from '../events/events.ts';
import { FRAME_READ_TIMEOUT_MS, LAST_WRITE_TIMEOUT_MS } from './constants.ts';
import { RlpxError, streamEnd } from './errors.ts';
import { createFrameCiphers } from './frame-ciphers.ts';
import {
  compressPayload,
  decompressPayload,
  FrameDecoder,
  FrameEncoder,
  type FrameMessage,
} from './frame-codec.ts';
import type { HandshakeResult } from './handshake-exchange.ts';
import { Outbox } from './outbox.ts';
import { TappedFrames } from './tapped-frames.ts';

/** What a connection uses. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** Gets every message of the connection. */
  readonly tap?: ConnectionTap | undefined;
}

/** Receives the messages of a connection in order. */
export interface MessageConsumer {
  onMessage(message: FrameMessage): void;
  /**
   * No message follows. The consumer must still end the connection with `close` or `destroy`; it may send a
   * Disconnect with `close` when the peer caused the error.
   */
  onEnd(error: RlpxError): void;
}

/**
 * An encrypted connection that carries messages of a code and a payload. It reads from the socket only while it has a
 * consumer, so that TCP flow control holds back the peer otherwise.
 */
export class RlpxConnection {
  readonly direction: Direction;
  /** Static public key of the peer, 64 bytes, authenticated by the handshake. */
  readonly remotePublicKey: Uint8Array;
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** Resolves when the socket has closed. */
  readonly closed: Promise<void>;
  /** Records the messages; undefined where nothing can be recorded. */
  readonly tap: ConnectionTap | undefined;

  readonly #tapped: TappedFrames | undefined;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #encoder: FrameEncoder;
  readonly #decoder: FrameDecoder;
  readonly #outbox: Outbox;
  /** Reading and sending have a share each: a peer that floods us must not delay what we send it. */
  readonly #readShare: LoopShare;
  readonly #sendShare: LoopShare;
  /** Those who wait for the turn of sending. BOUNDED: the send queue of the session. */
  #sendWaiters: (() => void)[] | undefined;
  #compressing = false;
  #perhapsPlainCode: number | undefined;
  #consumer: MessageConsumer | undefined;
  #held = false;
  #pumping = false;
  #paused = true;
  #failure: RlpxError | undefined;
  #closing = false;
  #streamClosed = false;
  /** Set when reading has stopped for good: a frame did not decode, or a timeout or a limit was exceeded. */
  #broken = false;
  #bytesIn = 0;
  #bytesOut = 0;
  #lastFrameAt = 0;
  #readTimer: Timer | undefined;
  #closeTimer: Timer | undefined;

  constructor(
    stream: ByteStream,
    direction: Direction,
    handshake: HandshakeResult,
    { clock, tap }: ConnectionOptions,
  ) {
    this.#stream = stream;
    this.#clock = clock;
    this.tap = tap;
    this.#tapped = tap && new TappedFrames(tap, clock);
    this.direction = direction;
    this.remotePublicKey = handshake.remotePublicKey;
    this.remote = stream.remote;
    this.local = stream.local;
    const { sealer, opener } = createFrameCiphers(handshake.secrets);
    this.#encoder = new FrameEncoder(sealer);
    this.#decoder = new FrameDecoder(opener);
    this.#outbox = new Outbox(stream, clock, () => {
      this.#fail(new RlpxError('write-timeout'));
    });
    this.#readShare = new LoopShare(clock, () => {
      this.#pump();
    });
    this.#sendShare = new LoopShare(clock, () => {
      this.#releaseSenders();
    });
    this.#decoder.push(handshake.rest);
    this.closed = new Promise((resolve) => {
      stream.onClose((error) => {
        this.#onStreamClose(error);
        resolve();
      });
    });
    stream.onData((chunk) => {
      this.#bytesIn += chunk.length;
      if (this.#closing) return;
      this.#tapped?.arrived();
      this.#decoder.push(chunk);
      this.#pump();
    });
    stream.pause();
  }

  /** Bytes received since the handshake, including framing. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  /** Bytes sent since the handshake, including framing. */
  get bytesOut(): number {
    return this.#bytesOut;
  }

  /**
   * Compresses messages from now on; the Hello versions of both sides decide it. A message of `perhapsPlainCode` that
   * does not decompress is delivered as received, because clients differ in whether they compress it.
   */
  enableCompression(perhapsPlainCode?: number): void {
    this.#compressing = true;
    this.#perhapsPlainCode = perhapsPlainCode;
  }

  /** Bytes of frames that are queued and not yet accepted by the operating system. */
  get queuedBytes(): number {
    return this.#outbox.queued;
  }

  /** Whether a sender should await `drained`: the queue is long, or other connections have their turn first. */
  get congested(): boolean {
    return this.#outbox.congested || (!this.#closing && this.#sendShare.isSpent());
  }

  /** Resolves when the connection is not congested, or has closed. */
  async drained(): Promise<void> {
    await this.#outbox.drained();
    if (this.#closing || this.#streamClosed || !this.#sendShare.isSpent()) return;
    await new Promise<void>((resolve) => {
      (this.#sendWaiters ??= []).push(resolve);
    });
  }

  /**
   * Sends a message. Messages of one turn of the event loop are written together.
   * @param queuedAt when it entered the queue of the caller, for the recording; monotonic milliseconds
   * @returns length of the frame, bytes
   * @throws RlpxError `message-too-large`; `closed-by-us`, or the error that ended the connection
   */
  send(code: number, payload: Uint8Array, queuedAt?: number): number {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing) throw new RlpxError('closed-by-us');
    return this.#queue(code, payload, queuedAt);
  }

  /**
   * Reads the next message.
   * @throws RlpxError the error that ended the connection
   */
  read(): Promise<FrameMessage> {
    return new Promise((resolve, reject) => {
      this.consume({
        onMessage: (message) => {
          this.#detach();
          resolve(message);
        },
        onEnd: reject,
      });
    });
  }

  /** Delivers all further messages to `consumer`, which replaces the one before. */
  consume(consumer: MessageConsumer): void {
    this.#consumer = consumer;
    this.#touch();
    this.#pump();
  }

  /** Stops reading until `release`, because the consumer is full. */
  hold(): void {
    this.#held = true;
  }

  /** Resumes reading. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#touch();
    this.#pump();
  }

  /**
   * Sends the last message, if given, and closes the connection gracefully. Destroys the socket when the peer has not
   * acknowledged the close after LAST_WRITE_TIMEOUT_MS. Stops reading.
   */
  close(last?: { readonly code: number; readonly payload: Uint8Array }): Promise<void> {
    if (this.#closing) return this.closed;
    const takesLast = !this.#streamClosed && this.#failure?.code !== 'outbound-overflow';
    if (last !== undefined && takesLast) this.#queue(last.code, last.payload);
    this.#outbox.flush();
    this.#stop();
    if (this.#streamClosed) return this.closed;
    this.#stream.end();
    this.#closeTimer = this.#clock.after(LAST_WRITE_TIMEOUT_MS, () => {
      this.#stream.destroy();
    });
    return this.closed;
  }

  /** Closes immediately and drops unsent data. */
  destroy(): void {
    this.#stop();
    this.#stream.destroy();
  }

  /** Undefined while nothing is recorded. */
  get #activeTap(): TappedFrames | undefined {
    return this.#tapped?.isOn === true ? this.#tapped : undefined;
  }

  #queue(code: number, payload: Uint8Array, queuedAt?: number): number {
    const tapped = this.#activeTap;
    tapped?.compressing(queuedAt);
    const wire = this.#compressing ? compressPayload(payload) : payload;
    tapped?.encrypting();
    const parts = this.#encoder.encode(code, wire);
    const before = this.#bytesOut;
    for (const part of parts) this.#bytesOut += part.length;
    const frameBytes = this.#bytesOut - before;
    this.#sendShare.spend(frameBytes);
    const compressedBytes = this.#compressing ? wire.length : null;
    tapped?.sent(code, { payload, wireBytes: frameBytes, compressedBytes });
    if (!this.#outbox.push(parts)) {
      this.#fail(new RlpxError('outbound-overflow'));
    }
    return frameBytes;
  }

  /**
   * Delivers the complete messages until the share is spent, then resumes or pauses the stream. A consumer that throws gets the
   * messages after that one all the same: the stream may be paused, so that nothing else would deliver them.
   */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#reading() && !this.#broken && !this.#readShare.isSpent() && this.#deliverNext());
    } catch (error) {
      if (!(error instanceof RlpxError)) {
        this.#pumpSoon();
        throw error;
      }
      this.#broken = true;
      this.#failure ??= error;
      this.#tapped?.failed(error, this.#decoder.fault);
    } finally {
      this.#pumping = false;
    }
    this.#afterPump();
  }

  /** Reads and delivers the next frame. @returns whether there was one */
  #deliverNext(): boolean {
    const tapped = this.#activeTap;
    tapped?.started();
    const frame = this.#decoder.next();
    if (frame === undefined) return false;
    this.#readShare.spend(frame.frameBytes);
    this.#lastFrameAt = this.#clock.monotonic();
    const message = this.#compressing ? this.#decompress(frame) : frame;
    tapped?.received(frame, message, this.#lastFrameAt, this.#decoder.buffered);
    this.#consumer?.onMessage(message);
    return true;
  }

  #decompress(message: FrameMessage): FrameMessage {
    try {
      return { ...message, payload: decompressPayload(message.payload) };
    } catch (error) {
      if (message.code === this.#perhapsPlainCode) return message;
      this.#decoder.failedAtPayload(message);
      throw error;
    }
  }

  #afterPump(): void {
    const reading = this.#reading() && !this.#readShare.isWaiting;
    // A consumer that holds or has no turn gets the failure after its unread messages, unless reading has stopped for good.
    if (this.#failure !== undefined && (reading || (this.#broken && !this.#closing))) {
      const consumer = this.#consumer;
      this.#detach();
      this.#decoder.release();
      this.#stream.pause();
      consumer?.onEnd(this.#failure);
      return;
    }
    if (this.#closing || reading !== this.#paused) return;
    this.#paused = !reading;
    if (reading) this.#stream.resume();
    else this.#stream.pause();
  }

  #reading(): boolean {
    return this.#consumer !== undefined && !this.#held && !this.#closing;
  }

  #detach(): void {
    this.#consumer = undefined;
    this.#readTimer?.cancel();
    this.#readTimer = undefined;
  }

  /** Restarts the timeout for the next frame. */
  #touch(): void {
    this.#lastFrameAt = this.#clock.monotonic();
    if (this.#readTimer === undefined && !this.#closing) this.#watchReads(FRAME_READ_TIMEOUT_MS);
  }

  #watchReads(delayMs: number): void {
    this.#readTimer = this.#clock.after(delayMs, () => {
      this.#readTimer = undefined;
      if (!this.#reading()) return;
      const left = this.#lastFrameAt + FRAME_READ_TIMEOUT_MS - this.#clock.monotonic();
      if (left > 0) this.#watchReads(left);
      else this.#fail(new RlpxError('read-timeout'));
    });
  }

  #fail(error: RlpxError): void {
    this.#failure ??= error;
    // A consumer that holds may wait for a peer that does not read; only the end of the connection releases it.
    this.#broken = true;
    // The pump reports the end, so that `onEnd` is never called from within the consumer's own `send`.
    this.#pumpSoon();
  }

  #pumpSoon(): void {
    queueMicrotask(() => {
      this.#pump();
    });
  }

  #onStreamClose(error: Error | undefined): void {
    this.#streamClosed = true;
    this.#outbox.close();
    this.#encoder.release();
    this.#sendShare.close();
    this.#releaseSenders();
    this.#closeTimer?.cancel();
    if (this.#closing) return;
    this.#failure ??= streamEnd(error);
    this.#pump();
    // No frame can follow, unless a consumer has yet to read what has arrived.
    if (this.#decoder.buffered === 0) this.#decoder.release();
  }

  #releaseSenders(): void {
    const waiters = this.#sendWaiters;
    this.#sendWaiters = undefined;
    for (const resolve of waiters ?? []) resolve();
  }

  #stop(): void {
    this.#closing = true;
    this.#detach();
    this.#encoder.release();
    this.#decoder.release();
    this.#readShare.close();
    this.#sendShare.close();
    this.#releaseSenders();
  }
}
