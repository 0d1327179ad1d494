import { CryptoError } from '../base/crypto-error.ts';
import { NetworkError } from '../base/errors.ts';
import type { ByteStream, SocketAddress } from '../base/network.ts';
import type { Clock, Random, Timer } from '../base/runtime.ts';
import type { Direction } from '../events/events.ts';
import {
  ENCRYPTION_HANDSHAKE_TIMEOUT_MS,
  FRAME_READ_TIMEOUT_MS,
  LAST_WRITE_TIMEOUT_MS,
} from './constants.ts';
import { RlpxError } from './errors.ts';
import {
  compressPayload,
  createFrameCodecs,
  decompressPayload,
  type FrameDecoder,
  type FrameEncoder,
  type FrameMessage,
} from './frame-codec.ts';
import { initiate, PacketSource, respond, type HandshakeResult } from './handshake-exchange.ts';
import { Outbox } from './outbox.ts';

/** What both directions of the encryption handshake need. */
export interface SecureOptions {
  /** Our static key, 32 bytes. */
  readonly privateKey: Uint8Array;
  readonly random: Random;
  readonly clock: Clock;
  /** Time for the whole encryption handshake; 5 s as a rule. */
  readonly timeoutMs?: number;
}

/** Reads the messages of a connection, one after the other. */
export interface MessageConsumer {
  onMessage(message: FrameMessage): void;
  /**
   * No message will follow. The consumer still ends the connection with `close` or `destroy`: after an error of the
   * other side's making it may want to say so in a last message.
   */
  onEnd(error: RlpxError): void;
}

/**
 * Performs the initiator's handshake on an open stream, whose owner it becomes.
 * @throws RlpxError; the stream is destroyed then
 */
export function secureOutbound(
  stream: ByteStream,
  options: SecureOptions & { readonly remotePublicKey: Uint8Array },
): Promise<RlpxConnection> {
  return secure(stream, 'outbound', options, (source) => initiate(source, stream, options));
}

/**
 * Performs the recipient's handshake on an accepted stream, whose owner it becomes. A handshake in the form of before
 * EIP-8 is taken only with `acceptPreEip8`.
 * @throws RlpxError; the stream is destroyed then
 */
export function secureInbound(
  stream: ByteStream,
  options: SecureOptions & { readonly acceptPreEip8?: boolean },
): Promise<RlpxConnection> {
  const acceptPreEip8 = options.acceptPreEip8 ?? false;
  return secure(stream, 'inbound', options, (source) =>
    respond(source, stream, { ...options, acceptPreEip8 }),
  );
}

async function secure(
  stream: ByteStream,
  direction: Direction,
  options: SecureOptions,
  handshake: (source: PacketSource) => Promise<HandshakeResult>,
): Promise<RlpxConnection> {
  const source = new PacketSource(stream);
  const timer = options.clock.after(options.timeoutMs ?? ENCRYPTION_HANDSHAKE_TIMEOUT_MS, () => {
    source.fail(new RlpxError('handshake-timeout', 'The encryption handshake took too long'));
  });
  const forget = stream.onClose((error) => {
    const silent = direction === 'outbound' && error === undefined && source.isEmpty;
    source.fail(silent ? new RlpxError('auth-unanswered', 'The peer closed in silence') : streamEnd(error));
  });
  try {
    const result = await handshake(source);
    return new RlpxConnection(stream, direction, result, options.clock);
  } catch (error) {
    stream.destroy();
    if (!(error instanceof CryptoError)) throw error;
    throw new RlpxError('invalid-public-key', 'The public key of the other side is not valid', {
      cause: error,
    });
  } finally {
    timer.cancel();
    forget();
  }
}

/**
 * An encrypted connection that carries messages of a code and a payload. Nothing is read while nobody asks: bytes of
 * the other side wait in its own queue then.
 */
export class RlpxConnection {
  readonly direction: Direction;
  /** Static public key of the other side, 64 bytes: proven by the handshake. */
  readonly remotePublicKey: Uint8Array;
  readonly remote: SocketAddress;
  readonly local: SocketAddress;
  /** Resolves when the socket has closed. */
  readonly closed: Promise<void>;

  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #encoder: FrameEncoder;
  readonly #decoder: FrameDecoder;
  readonly #outbox: Outbox;
  #compressing = false;
  #perhapsPlainCode: number | undefined;
  #consumer: MessageConsumer | undefined;
  #held = false;
  #pumping = false;
  #paused = true;
  #failure: RlpxError | undefined;
  #closing = false;
  #streamClosed = false;
  /** Set when nothing more is read: a frame did not decode, or a time or a limit of ours has passed. */
  #broken = false;
  #bytesIn = 0;
  #bytesOut = 0;
  #lastFrameAt = 0;
  #readTimer: Timer | undefined;
  #closeTimer: Timer | undefined;

  constructor(stream: ByteStream, direction: Direction, handshake: HandshakeResult, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    this.direction = direction;
    this.remotePublicKey = handshake.remotePublicKey;
    this.remote = stream.remote;
    this.local = stream.local;
    const { encoder, decoder } = createFrameCodecs(handshake.secrets);
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#outbox = new Outbox(stream, clock, () => {
      this.#fail(new RlpxError('write-timeout', 'The peer took nothing of what was sent for 20 seconds'));
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
      this.#decoder.push(chunk);
      this.#pump();
    });
    stream.pause();
  }

  /** Bytes received and sent since the handshake, frames and all. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  get bytesOut(): number {
    return this.#bytesOut;
  }

  /**
   * Compresses messages from now on; both sides decide it by their Hello. Messages of `perhapsPlainCode` are taken as
   * they are when they do not decompress: clients have disagreed on when compression begins for them.
   */
  enableCompression(perhapsPlainCode?: number): void {
    this.#compressing = true;
    this.#perhapsPlainCode = perhapsPlainCode;
  }

  /** Bytes of frames that wait to be handed to the system. */
  get queuedBytes(): number {
    return this.#outbox.queued;
  }

  /** Whether so much waits to be sent that a sender should await `drained`. */
  get congested(): boolean {
    return this.#outbox.congested;
  }

  /** Resolves when a sender need not wait, or when the connection has closed. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /**
   * Sends a message; it leaves together with others of the same turn.
   * @returns length of the payload as it goes on the wire
   * @throws RlpxError `message-too-large`; `closed-by-us` and whatever ended the connection when it has ended
   */
  send(code: number, payload: Uint8Array): number {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing) throw new RlpxError('closed-by-us', 'The connection is closing');
    return this.#queue(code, payload);
  }

  /**
   * The next message.
   * @throws RlpxError whatever ended the connection instead
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

  /** Hands all further messages to `consumer`, until another takes its place. */
  consume(consumer: MessageConsumer): void {
    this.#consumer = consumer;
    this.#touch();
    this.#pump();
  }

  /** Stops reading until `release`: the consumer has as much as it can hold. */
  hold(): void {
    this.#held = true;
  }

  /** Reads again. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#touch();
    this.#pump();
  }

  /**
   * Sends a last message where one is given, then closes in good order; a peer that does not take it within a second
   * is cut off. Nothing more is read.
   */
  close(last?: { readonly code: number; readonly payload: Uint8Array }): Promise<void> {
    if (this.#closing) return this.closed;
    if (last !== undefined && this.#failure?.code !== 'outbound-overflow')
      this.#queue(last.code, last.payload);
    this.#outbox.flush();
    this.#stop();
    if (this.#streamClosed) return this.closed;
    this.#stream.end();
    this.#closeTimer = this.#clock.after(LAST_WRITE_TIMEOUT_MS, () => {
      this.#stream.destroy();
    });
    return this.closed;
  }

  /** Closes at once; what was not sent is lost. */
  destroy(): void {
    this.#stop();
    this.#stream.destroy();
  }

  #queue(code: number, payload: Uint8Array): number {
    const wire = this.#compressing ? compressPayload(payload) : payload;
    const parts = this.#encoder.encode(code, wire);
    for (const part of parts) this.#bytesOut += part.length;
    if (!this.#outbox.push(parts)) {
      this.#fail(new RlpxError('outbound-overflow', 'More waits to be sent than the connection holds'));
    }
    return wire.length;
  }

  /** Delivers what has arrived whole, then lets more arrive. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#reading() && !this.#broken) {
        const message = this.#decoder.next();
        if (message === undefined) break;
        this.#lastFrameAt = this.#clock.monotonic();
        this.#consumer?.onMessage(this.#compressing ? this.#decompress(message) : message);
      }
    } catch (error) {
      if (!(error instanceof RlpxError)) throw error;
      this.#broken = true;
      this.#failure ??= error;
    } finally {
      this.#pumping = false;
    }
    this.#afterPump();
  }

  #decompress(message: FrameMessage): FrameMessage {
    const { code, payload, wireBytes, frameBytes } = message;
    try {
      return { code, payload: decompressPayload(payload), wireBytes, frameBytes };
    } catch (error) {
      if (code === this.#perhapsPlainCode) return message;
      throw error;
    }
  }

  #afterPump(): void {
    const reading = this.#reading();
    // A consumer that holds hears of its failure only after what is still unread, unless nothing more is read.
    if (this.#failure !== undefined && (reading || (this.#broken && !this.#closing))) {
      const consumer = this.#consumer;
      this.#detach();
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

  /** Starts the time within which the next frame must come. */
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
      else this.#fail(new RlpxError('read-timeout', 'The peer sent nothing for 30 seconds'));
    });
  }

  #fail(error: RlpxError): void {
    this.#failure ??= error;
    // Whoever holds may be waiting for a peer that takes nothing: only the end frees him.
    this.#broken = true;
    // A consumer is told from the pump, so that it never hears of an end within its own call to send.
    queueMicrotask(() => {
      this.#pump();
    });
  }

  #onStreamClose(error: Error | undefined): void {
    this.#streamClosed = true;
    this.#outbox.close();
    this.#closeTimer?.cancel();
    if (this.#closing) return;
    this.#failure ??= streamEnd(error);
    this.#pump();
  }

  #stop(): void {
    this.#closing = true;
    this.#detach();
  }
}

function streamEnd(error: Error | undefined): RlpxError {
  if (error === undefined) return new RlpxError('closed-by-remote', 'The peer closed the connection');
  const detail = error instanceof NetworkError ? error.message : 'The connection broke';
  return new RlpxError('connection-lost', detail, { cause: error });
}
