/**
 * The form of RLPx frames: header ciphertext (16) | header MAC (16) | content ciphertext, padded to 16 | content MAC (16). The
 * plain header begins with the content's length, three bytes big-endian. The content is the message code as an RLP integer,
 * followed by the payload.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#framing
 */

/** Length of a header, bytes. */
export const HEADER_LENGTH = 16;

/** Length of a header or content MAC, bytes. */
export const MAC_LENGTH = 16;

/** Where the content of a frame begins, bytes from its start. */
export const CONTENT_OFFSET = HEADER_LENGTH + MAC_LENGTH;

/** Bytes of a frame in addition to its padded content. */
export const FRAME_OVERHEAD = CONTENT_OFFSET + MAC_LENGTH;

/** Content is padded to a multiple of this length, bytes. */
const BLOCK_LENGTH = 16;

/** The AES-CTR key is ephemeral, so both directions start at counter zero. */
export const ZERO_IV: Uint8Array = new Uint8Array(BLOCK_LENGTH);

/** RLP of [0, 0]: capability ID and context ID, which no client uses. */
const HEADER_DATA = Uint8Array.of(0xc2, 0x80, 0x80);

/** Encrypts and authenticates the frames of the sending direction. */
export interface FrameSealer {
  /** The frame of a content, given in two parts: its code and its payload. The result is in parts, to be sent in order. */
  seal(code: Uint8Array, payload: Uint8Array): readonly Uint8Array[];
  /** Erases the secrets. The sealer cannot be used afterwards. May be called again. */
  release(): void;
}

/** Verifies and decrypts the frames of the receiving direction. It verifies each MAC before it decrypts. */
export interface FrameOpener {
  /** The length of the content, from a header and its MAC; undefined when the MAC does not match. */
  openHeader(header: Uint8Array): number | undefined;
  /**
   * The content, from its padded ciphertext and its MAC; undefined when the MAC does not match.
   * @param length of the content without padding, bytes
   */
  openContent(sealed: Uint8Array, length: number): Uint8Array | undefined;
  /** Erases the secrets. The opener cannot be used afterwards. May be called again. */
  release(): void;
}

/** Length of the padding of a content, bytes. */
export function paddingOf(length: number): number {
  return -length & (BLOCK_LENGTH - 1);
}

/** Writes the plain header of a content of `length` bytes to `at`. */
export function writeHeader(into: Uint8Array, at: number, length: number): void {
  into[at] = length >>> 16;
  into[at + 1] = length >>> 8;
  into[at + 2] = length;
  into.set(HEADER_DATA, at + 3);
  into.fill(0, at + 3 + HEADER_DATA.length, at + HEADER_LENGTH);
}
