/**
 * Reader of HTTP/1 responses of routers. It is more lenient than RFC 9112: lines may end in LF, white space may
 * follow a header name, the reason phrase may be missing, headers may be folded or have no colon, and Content-Length
 * may contradict the chunks.
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
import { concatBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';

/** BOUNDED: status line and headers, including those of interim responses, bytes. */
const MAX_HEAD_SIZE = 16 * 1024;

/** BOUNDED: length of a chunk size line, bytes. */
const MAX_CHUNK_LINE = 256;

const LF = 0x0a;

/** A response that is not HTTP, is too long or is cut off. */
export class HttpAnswerError extends CodecError<'not-http' | 'too-long' | 'cut-off'> {}

/** Status and headers. Names are in lower case; the first value of a repeated header counts. */
export interface HttpHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** A complete response. */
export interface HttpAnswer extends HttpHead {
  readonly body: Uint8Array;
}

/**
 * Parses the lines of a head up to the first empty line.
 * @throws HttpAnswerError `not-http`
 */
export function parseHttpHead(lines: readonly string[]): HttpHead {
  const first = lines.findIndex((line) => line.trim() !== '');
  const status = /^\s*HTTP\/\d(?:\.\d)?\s+(\d{3})(?:\s|$)/i.exec(lines[first] ?? '')?.[1];
  if (status === undefined) throw new HttpAnswerError('not-http', 'it does not begin with an HTTP status');
  const headers = new Map<string, string>();
  let name: string | undefined;
  for (const line of lines.slice(first + 1)) {
    if (line.trim() === '') break;
    if (/^[ \t]/.test(line)) {
      if (name !== undefined) headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`.trim());
      continue;
    }
    name = undefined;
    const colon = line.indexOf(':');
    const written = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (written === '' || headers.has(written)) continue;
    name = written;
    headers.set(name, line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

/** Splits a text into lines that end in LF or CRLF. */
export function httpLines(text: string): string[] {
  return text.split(/\r*\n/);
}

/** Part of the response that the reader expects next. */
type Stage = 'head' | 'length' | 'to-end' | 'chunk-size' | 'chunk-data' | 'done';

/** Reads one response from the bytes of a connection, in pieces of any size. */
export class HttpAnswerReader {
  /** BOUNDED: by the size given to the constructor and MAX_HEAD_SIZE. */
  readonly #bytes: Uint8Array;
  readonly #lines: string[] = [];
  readonly #chunks: Uint8Array[] = [];
  #head: HttpHead | undefined;
  #size = 0;
  #at = 0;
  #bodyAt = 0;
  #left = 0;
  #stage: Stage = 'head';

  /** @param maxBytes limit of the body, including chunk size lines */
  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(MAX_HEAD_SIZE + maxBytes);
  }

  /**
   * Adds bytes. Returns the response when it is complete.
   * @throws HttpAnswerError `not-http` or `too-long`
   */
  push(bytes: Uint8Array): HttpAnswer | undefined {
    if (this.#stage === 'done') return this.#answer();
    const fits = bytes.subarray(0, this.#bytes.length - this.#size);
    this.#bytes.set(fits, this.#size);
    this.#size += fits.length;
    while (this.#step());
    if (this.#isDone()) return this.#answer();
    if (this.#size === this.#bytes.length) throw new HttpAnswerError('too-long', 'it is too long');
    return undefined;
  }

  /**
   * Ends the response at the end of the connection, regardless of the declared length.
   * @throws HttpAnswerError `cut-off` when it ended within the head
   */
  end(): HttpAnswer {
    if (this.#head === undefined || this.#stage === 'head')
      throw new HttpAnswerError('cut-off', 'it ends within its headers');
    if (this.#stage === 'chunk-data') this.#chunks.push(this.#bytes.slice(this.#at, this.#size));
    // The header announces chunks, but none arrived.
    if (this.#stage === 'chunk-size' && this.#chunks.length === 0) this.#stage = 'to-end';
    return this.#answer();
  }

  #isDone(): boolean {
    return this.#stage === 'done';
  }

  #answer(): HttpAnswer {
    const { status, headers } = this.#head ?? { status: 0, headers: new Map<string, string>() };
    return { status, headers, body: concatBytes(...this.#chunks, this.#unframed()) };
  }

  /** The body, if it is not chunked. */
  #unframed(): Uint8Array {
    if (this.#stage !== 'to-end' && this.#stage !== 'length') return new Uint8Array(0);
    return this.#bytes.slice(this.#bodyAt, this.#size);
  }

  /** Reads one part; false when it needs more bytes or is done. */
  #step(): boolean {
    switch (this.#stage) {
      case 'head':
        return this.#readHeadLine();
      case 'chunk-size':
        return this.#readChunkSize();
      case 'chunk-data':
        return this.#readChunk();
      case 'length':
        return this.#readLength();
      case 'to-end':
      case 'done':
        return false;
    }
  }

  #readHeadLine(): boolean {
    const line = this.#line(MAX_HEAD_SIZE);
    if (line === undefined) return false;
    if (this.#at > MAX_HEAD_SIZE) throw new HttpAnswerError('too-long', 'its headers are too long');
    // Some routers send an empty line before the status.
    if (line === '' && this.#lines.length === 0) return true;
    this.#lines.push(line);
    if (this.#lines.length === 1 || line === '') this.#head = parseHttpHead(this.#lines);
    if (line === '') this.#beginBody(this.#head);
    return true;
  }

  #beginBody(head: HttpHead | undefined): void {
    if (head === undefined) return;
    const { status } = head;
    if (status < 200) {
      // An interim response: the final one follows.
      this.#lines.length = 0;
      this.#head = undefined;
      return;
    }
    this.#bodyAt = this.#at;
    if (status === 204 || status === 304) this.#stage = 'done';
    else if (/\bchunked\b/i.test(head.headers.get('transfer-encoding') ?? '')) this.#stage = 'chunk-size';
    else this.#beginUnframed(head);
  }

  #beginUnframed({ headers }: HttpHead): void {
    const length = /^\d{1,9}(?=\s*(?:,|$))/.exec(headers.get('content-length') ?? '')?.[0];
    this.#stage = length === undefined ? 'to-end' : 'length';
    this.#left = Number(length ?? 0);
  }

  #readLength(): boolean {
    if (this.#size - this.#bodyAt < this.#left) return false;
    this.#chunks.push(this.#bytes.slice(this.#bodyAt, this.#bodyAt + this.#left));
    this.#stage = 'done';
    return false;
  }

  #readChunkSize(): boolean {
    const line = this.#line(MAX_CHUNK_LINE);
    if (line === undefined) return false;
    // Some pad the size with zeros to eight digits.
    const size = /^\s*0*([0-9a-f]{1,7})\s*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) {
      if (line === '' && this.#chunks.length > 0) return true;
      // The header announces chunks, but the body has none: Content-Length or the end of the connection delimits it.
      if (this.#chunks.length > 0 || this.#head === undefined)
        throw new HttpAnswerError('not-http', 'its chunks cannot be read');
      this.#beginUnframed(this.#head);
      return true;
    }
    this.#left = Number.parseInt(size, 16);
    // Trailers after the last chunk are not needed.
    this.#stage = this.#left === 0 ? 'done' : 'chunk-data';
    return this.#left > 0;
  }

  #readChunk(): boolean {
    if (this.#size - this.#at < this.#left) return false;
    this.#chunks.push(this.#bytes.slice(this.#at, this.#at + this.#left));
    this.#at += this.#left;
    this.#stage = 'chunk-size';
    return true;
  }

  /** Returns the next line without its end; undefined while it is incomplete. */
  #line(limit: number): string | undefined {
    const end = this.#bytes.subarray(0, this.#size).indexOf(LF, this.#at);
    if ((end < 0 ? this.#size : end) - this.#at > limit) {
      if (this.#stage === 'head') throw new HttpAnswerError('too-long', 'its headers are too long');
      return '-';
    }
    if (end < 0) return undefined;
    // Headers are ASCII; other bytes are kept as Latin-1.
    const line = String.fromCharCode(...this.#bytes.subarray(this.#at, end)).replace(/\r+$/, '');
    this.#at = end + 1;
    return line;
  }
}
