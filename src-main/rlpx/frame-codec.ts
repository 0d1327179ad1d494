/**
 * Codec of RLPx frames, with one encoder and one decoder per connection. A frame is header ciphertext (16) | header
 * MAC (16) | content ciphertext, padded to 16 | content MAC (16). The plain header begins with the content's length,
 * three bytes big-endian. The content is the message code as an RLP integer, followed by the payload.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#framing
 */
import type { TappedFault } from '../events/connection-tap.ts';
import { concatBytes, EMPTY_BYTES, equalBytes, readUint, writeUint, xorBytes } from '../base/bytes.ts';
import type { RunningKeccak } from '../base/keccak.ts';
import { compressSnappy, decompressSnappy, SnappyError } from '../base/snappy.ts';
import { createAesCtr, type StreamCipher } from '../base/symmetric.ts';
import { ByteQueue } from './byte-queue.ts';
import { MAX_RLPX_MESSAGE_SIZE } from './constants.ts';
import { RlpxError } from './errors.ts';
import type { SessionSecrets } from './handshake.ts';
import { MAC_LENGTH, MacState } from './mac-state.ts';

const HEADER_LENGTH = 16;
const BLOCK_LENGTH = 16;

/** Bytes of a frame in addition to its padded content. */
export const FRAME_OVERHEAD = HEADER_LENGTH + 2 * MAC_LENGTH;

/** Where the content of a frame begins, bytes from its start. */
const CONTENT_OFFSET = HEADER_LENGTH + MAC_LENGTH;

/** RLP of [0, 0]: capability ID and context ID, which no client uses. */
const HEADER_DATA = Uint8Array.of(0xc2, 0x80, 0x80);

/** The AES-CTR key is ephemeral, so both directions start at counter zero. */
const ZERO_IV = new Uint8Array(BLOCK_LENGTH);

/** Content up to this size is copied behind its header and encrypted with it in one call; above it the copy costs more, bytes. */
const SMALL_CONTENT = 16 * 1024;

/** Scratch buffer for header and content of a small frame; used only during one call of `encode`. */
const smallPlain = new Uint8Array(HEADER_LENGTH + SMALL_CONTENT);

/** RLP of zero: the empty byte string. */
const RLP_ZERO = 0x80;

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
  readonly #cipher: StreamCipher;
  readonly #mac: MacState;

  constructor(keys: {
    readonly aesKey: Uint8Array;
    readonly macKey: Uint8Array;
    readonly mac: RunningKeccak;
  }) {
    this.#cipher = createAesCtr(keys.aesKey, ZERO_IV);
    this.#mac = new MacState(keys.macKey, keys.mac);
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
    const padding = paddingOf(length);
    return length <= SMALL_CONTENT
      ? this.#encodeSmall(codeBytes, payload, length + padding)
      : this.#encodeLarge(codeBytes, payload, padding);
  }

  #encodeSmall(codeBytes: Uint8Array, payload: Uint8Array, padded: number): readonly Uint8Array[] {
    const length = codeBytes.length + payload.length;
    const plain = smallPlain.subarray(0, HEADER_LENGTH + padded);
    plain.fill(0, 0, HEADER_LENGTH);
    writeHeader(plain, length);
    plain.set(codeBytes, HEADER_LENGTH);
    plain.set(payload, HEADER_LENGTH + codeBytes.length);
    plain.fill(0, HEADER_LENGTH + length);
    const ciphertext = this.#cipher.update(plain);
    const header = ciphertext.subarray(0, HEADER_LENGTH);
    const content = ciphertext.subarray(HEADER_LENGTH);
    return [header, this.#mac.header(header), content, this.#mac.frame(content)];
  }

  #encodeLarge(codeBytes: Uint8Array, payload: Uint8Array, padding: number): readonly Uint8Array[] {
    const header = new Uint8Array(HEADER_LENGTH);
    writeHeader(header, codeBytes.length + payload.length);
    const headerCiphertext = this.#cipher.update(header);
    const headerMac = this.#mac.header(headerCiphertext);
    const start = this.#cipher.update(codeBytes);
    const middle = this.#cipher.update(payload);
    const end = this.#cipher.update(new Uint8Array(padding));
    const contentMac = this.#mac.frame(start, middle, end);
    return [concatBytes(headerCiphertext, headerMac, start), middle, concatBytes(end, contentMac)];
  }
}

/** Decodes the frames of the receiving direction. It verifies the MAC of each part before it uses the part. */
export class FrameDecoder {
  readonly #cipher: StreamCipher;
  readonly #mac: MacState;
  readonly #queue = new ByteQueue();
  /** Key stream for the next header. */
  #headerStream: Uint8Array;
  /** Bytes of the frames that were read. */
  #consumed = 0;
  #fault: TappedFault | undefined;
  /** Length of the content to read next; undefined while the decoder waits for a header. */
  #contentLength: number | undefined;

  constructor(keys: {
    readonly aesKey: Uint8Array;
    readonly macKey: Uint8Array;
    readonly mac: RunningKeccak;
  }) {
    this.#cipher = createAesCtr(keys.aesKey, ZERO_IV);
    this.#headerStream = this.#cipher.update(new Uint8Array(HEADER_LENGTH));
    this.#mac = new MacState(keys.macKey, keys.mac);
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

  /** Adds received bytes. */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
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
    const ciphertext = frame.subarray(0, padded);
    if (!equalBytes(this.#mac.frame(ciphertext), frame.subarray(padded))) {
      throw this.#failed(new RlpxError('bad-frame-mac'), CONTENT_OFFSET + padded, frameBytes);
    }
    const content = this.#decipher(frame, padded).subarray(0, length);
    const decoded = decodeCode(content);
    if (decoded === undefined) {
      throw this.#failed(new RlpxError('invalid-message-code', null), CONTENT_OFFSET, frameBytes);
    }
    const payload = content.subarray(decoded.codeLength);
    this.#consumed += frameBytes;
    return { code: decoded.code, payload, frameBytes };
  }

  /**
   * Decrypts the content of a frame. The same cipher call yields the key stream for the next header: the MAC is not
   * encrypted and has the length of a header, so the cipher's output for it, XORed with it, is that key stream.
   */
  #decipher(frame: Uint8Array, padded: number): Uint8Array {
    const plain = this.#cipher.update(frame);
    this.#headerStream = xorBytes(plain.subarray(padded), frame.subarray(padded));
    return plain;
  }

  #readHeader(): number | undefined {
    const header = this.#queue.take(HEADER_LENGTH + MAC_LENGTH);
    if (header === undefined) return undefined;
    const ciphertext = header.subarray(0, HEADER_LENGTH);
    if (!equalBytes(this.#mac.header(ciphertext), header.subarray(HEADER_LENGTH))) {
      throw this.#failed(new RlpxError('bad-header-mac'), HEADER_LENGTH, null);
    }
    const length = readUint(xorBytes(ciphertext, this.#headerStream), 0, 3);
    this.#queue.expect(length + paddingOf(length) + MAC_LENGTH);
    return length;
  }

  #failed(error: RlpxError, offset: number, frameBytes: number | null): RlpxError {
    this.#fault = { frameStart: this.#consumed, offset, frameBytes, payload: EMPTY_BYTES };
    return error;
  }
}

/** Creates the codecs of both directions from the secrets of one side. */
export function createFrameCodecs(secrets: SessionSecrets): { encoder: FrameEncoder; decoder: FrameDecoder } {
  const { aesKey, macKey } = secrets;
  return {
    encoder: new FrameEncoder({ aesKey, macKey, mac: secrets.egress }),
    decoder: new FrameDecoder({ aesKey, macKey, mac: secrets.ingress }),
  };
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

function writeHeader(into: Uint8Array, contentLength: number): void {
  writeUint(into, 0, 3, contentLength);
  into.set(HEADER_DATA, 3);
}

function paddingOf(length: number): number {
  return (BLOCK_LENGTH - (length % BLOCK_LENGTH)) % BLOCK_LENGTH;
}

function encodeCode(code: number): Uint8Array {
  if (code === 0) return Uint8Array.of(RLP_ZERO);
  if (code < RLP_ZERO) return Uint8Array.of(code);
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
