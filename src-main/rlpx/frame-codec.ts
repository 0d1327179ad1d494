/**
 * Codec of RLPx frames, with one encoder and one decoder per connection: from messages to bytes and back. `frame-layout.ts` has
 * the form of a frame.
 */
import type { TappedFault } from '../events/connection-tap.ts';
import { EMPTY_BYTES, readUint, writeUint } from '../base/bytes.ts';
import { compressSnappy, decompressSnappy, SnappyError } from '../base/snappy.ts';
import { ByteQueue } from './byte-queue.ts';
import { MAX_RLPX_MESSAGE_SIZE } from './constants.ts';
import { RlpxError } from './errors.ts';
import {
  CONTENT_OFFSET,
  FRAME_OVERHEAD,
  HEADER_LENGTH,
  MAC_LENGTH,
  paddingOf,
  type FrameOpener,
  type FrameSealer,
} from './frame-layout.ts';

/** RLP of zero: the empty byte string. */
const RLP_ZERO = 0x80;

/** The encoded codes of one byte. Shared: not to be changed. */
const SHORT_CODES = Array.from({ length: RLP_ZERO }, (_, code) =>
  Uint8Array.of(code === 0 ? RLP_ZERO : code),
);

/** Length of the frame of a message with a code below 128, bytes. @param payload uncompressed */
export function frameBytesOf(payload: Uint8Array): number {
  const length = 1 + compressSnappy(payload).length;
  return FRAME_OVERHEAD + length + paddingOf(length);
}

/** A decoded frame. */
export interface FrameMessage {
  readonly code: number;
  readonly payload: Uint8Array;
  /** Length of the whole frame, bytes. */
  readonly frameBytes: number;
}

/** Encodes the frames of the sending direction. */
export class FrameEncoder {
  readonly #sealer: FrameSealer;

  constructor(sealer: FrameSealer) {
    this.#sealer = sealer;
  }

  /**
   * Encodes a message as a frame, in parts to be sent in order. `payload` is already compressed on a connection that
   * uses compression.
   * @throws RlpxError `message-too-large`
   */
  encode(code: number, payload: Uint8Array): readonly Uint8Array[] {
    const codeBytes = encodeCode(code);
    const length = codeBytes.length + payload.length;
    if (length > MAX_RLPX_MESSAGE_SIZE) throw tooLarge(length);
    return this.#sealer.seal(codeBytes, payload);
  }

  /** Erases the secrets. The encoder cannot be used afterwards. May be called again. */
  release(): void {
    this.#sealer.release();
  }
}

/** Decodes the frames of the receiving direction. */
export class FrameDecoder {
  readonly #opener: FrameOpener;
  readonly #queue = new ByteQueue();
  /** Bytes of the frames that were read. */
  #consumed = 0;
  #fault: TappedFault | undefined;
  #released = false;
  /** Length of the content to read next; undefined while the decoder waits for a header. */
  #contentLength: number | undefined;

  constructor(opener: FrameOpener) {
    this.#opener = opener;
  }

  /** Bytes received and not yet returned by `next`. */
  get buffered(): number {
    return this.#queue.length;
  }

  /** Where a frame failed; undefined while none has. */
  get fault(): TappedFault | undefined {
    return this.#fault;
  }

  /** The payload of the last returned message could not be read. */
  failedAtPayload({ code, payload, frameBytes }: FrameMessage): void {
    const offset = CONTENT_OFFSET + encodeCode(code).length;
    this.#fault = { frameStart: this.#consumed - frameBytes, offset, frameBytes, payload };
  }

  /** Erases the secrets, and drops what was received. From then on there is no frame. May be called again. */
  release(): void {
    this.#released = true;
    this.#queue.takeAll();
    this.#opener.release();
  }

  /** Adds received bytes. */
  push(chunk: Uint8Array): void {
    if (!this.#released) this.#queue.push(chunk);
  }

  /**
   * Returns the next complete frame, or undefined while there is none. The decoder cannot be used after an error.
   * @throws RlpxError `bad-header-mac`, `bad-frame-mac`, `invalid-message-code`
   */
  next(): FrameMessage | undefined {
    this.#contentLength ??= this.#readHeader();
    const length = this.#contentLength;
    if (length === undefined) return undefined;
    const padded = length + paddingOf(length);
    const frame = this.#queue.take(padded + MAC_LENGTH);
    if (frame === undefined) return undefined;
    this.#contentLength = undefined;
    const frameBytes = FRAME_OVERHEAD + padded;
    const content = this.#opener.openContent(frame, length);
    if (content === undefined) {
      throw this.#failed(new RlpxError('bad-frame-mac'), CONTENT_OFFSET + padded, frameBytes);
    }
    const decoded = decodeCode(content);
    if (decoded === undefined) {
      throw this.#failed(new RlpxError('invalid-message-code', null), CONTENT_OFFSET, frameBytes);
    }
    const payload = content.subarray(decoded.codeLength);
    this.#consumed += frameBytes;
    return { code: decoded.code, payload, frameBytes };
  }

  #readHeader(): number | undefined {
    const header = this.#queue.take(HEADER_LENGTH + MAC_LENGTH);
    if (header === undefined) return undefined;
    const length = this.#opener.openHeader(header);
    if (length === undefined) throw this.#failed(new RlpxError('bad-header-mac'), HEADER_LENGTH, null);
    this.#queue.expect(length + paddingOf(length) + MAC_LENGTH);
    return length;
  }

  #failed(error: RlpxError, offset: number, frameBytes: number | null): RlpxError {
    this.#fault = { frameStart: this.#consumed, offset, frameBytes, payload: EMPTY_BYTES };
    return error;
  }
}

/**
 * Compresses a payload for the wire.
 * @throws RlpxError `message-too-large`
 */
export function compressPayload(payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_RLPX_MESSAGE_SIZE) throw tooLarge(payload.length);
  return compressSnappy(payload);
}

/**
 * Decompresses a payload from the wire.
 * @throws RlpxError `message-too-large`, `invalid-compression`
 */
export function decompressPayload(payload: Uint8Array): Uint8Array {
  try {
    return decompressSnappy(payload, MAX_RLPX_MESSAGE_SIZE);
  } catch (cause) {
    if (!(cause instanceof SnappyError)) throw cause;
    if (cause.code === 'too-long') throw tooLarge(cause.size);
    throw new RlpxError('invalid-compression', { detail: cause.message }, { cause });
  }
}

function encodeCode(code: number): Uint8Array {
  const short = SHORT_CODES[code];
  if (short !== undefined) return short;
  const width = code < 0x100 ? 1 : code < 0x1_0000 ? 2 : code < 0x100_0000 ? 3 : 4;
  const encoded = new Uint8Array(1 + width);
  encoded[0] = RLP_ZERO + width;
  writeUint(encoded, 1, width, code);
  return encoded;
}

/**
 * Reads the message code, an RLP integer. Returns undefined for a code of more than four bytes, and for an encoding that is not
 * the shortest.
 */
function decodeCode(content: Uint8Array): { code: number; codeLength: number } | undefined {
  const first = content[0];
  if (first === RLP_ZERO) return { code: 0, codeLength: 1 };
  if (first !== undefined && first > 0 && first < RLP_ZERO) return { code: first, codeLength: 1 };
  const width = first === undefined ? 0 : first - RLP_ZERO;
  if (width < 1 || width > 4 || content.length <= width) return undefined;
  const code = readUint(content, 1, width as 1 | 2 | 3 | 4);
  if (code < RLP_ZERO || code < 256 ** (width - 1)) return undefined;
  return { code, codeLength: 1 + width };
}

function tooLarge(length: number): RlpxError {
  return new RlpxError('message-too-large', { size: length, limit: MAX_RLPX_MESSAGE_SIZE });
}
