import { bytesToUtf8, concatBytes } from './bytes.ts';
import { CodecError } from './errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isWhiteSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** Bytes that are no stream of JSON texts, or a text of more than the allowed bytes. */
export class JsonStreamError extends CodecError<'invalid-json' | 'too-large'> {}

/**
 * Splits the bytes of an IPC socket into JSON texts: clients write one object or array after the other, with or without
 * white space between them. It counts brackets and does not parse.
 */
export class JsonSplitter {
  readonly #maxBytes: number;
  /** The beginning of a text that is not complete. BOUNDED: #maxBytes. */
  #parts: Uint8Array[] = [];
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** @param maxBytes size of one text */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The texts that are complete with `chunk`.
   * @throws JsonStreamError; the stream is of no use afterwards
   */
  push(chunk: Uint8Array): readonly string[] {
    const texts: string[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (!this.#take(chunk[at] ?? 0)) continue;
      if (this.#depth === 0 && !this.#inString) {
        texts.push(this.#finish(chunk.slice(from, at + 1)));
        from = at + 1;
      }
    }
    this.#keep(chunk.slice(from));
    return texts;
  }

  /** Takes a byte; whether it closed a bracket. */
  #take(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (isOpening(byte)) {
      this.#depth += 1;
      return false;
    }
    if (this.#depth === 0) {
      if (isWhiteSpace(byte)) return false;
      throw new JsonStreamError('invalid-json', 'the stream is not a sequence of JSON objects');
    }
    if (byte === QUOTE) this.#inString = true;
    if (!isClosing(byte)) return false;
    this.#depth -= 1;
    return true;
  }

  #keep(part: Uint8Array): void {
    if (this.#depth === 0) return;
    this.#length += part.length;
    if (this.#length > this.#maxBytes) throw this.#tooLarge();
    this.#parts.push(part);
  }

  #finish(part: Uint8Array): string {
    if (this.#length + part.length > this.#maxBytes) throw this.#tooLarge();
    const bytes = this.#parts.length === 0 ? part : concatBytes(...this.#parts, part);
    this.#parts = [];
    this.#length = 0;
    try {
      return bytesToUtf8(bytes).trimStart();
    } catch (cause) {
      if (!(cause instanceof CodecError)) throw cause;
      throw new JsonStreamError('invalid-json', 'it is not UTF-8 text', { cause });
    }
  }

  #tooLarge(): JsonStreamError {
    return new JsonStreamError('too-large', `the text has more than ${String(this.#maxBytes)} bytes`);
  }
}
