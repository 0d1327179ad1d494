/**
 * LevelDB's log format, the format of write-ahead logs and the MANIFEST. LevelDB itself drops the rest of a 32 KiB block
 * after a damaged record; this reader reads every record with a valid checksum.
 * @see https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
import { concatBytes } from '../../base/bytes.ts';
import { maskedCrcOf } from './crc32c.ts';

const BLOCK_SIZE = 32_768;
/** Checksum (4 bytes), length (2 bytes) and type (1 byte), little-endian. */
const HEADER_SIZE = 7;

/** Fragment types; MIDDLE is 3. */
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** The content of a file in the log format. */
export interface LogReading {
  /** The records with valid checksums, in order. */
  readonly records: readonly Uint8Array[];
  /** Bytes that are not part of a valid record. */
  readonly damaged: number;
  /** Bytes of an incomplete last record: the process was killed while it wrote. LevelDB ignores it too. */
  readonly torn: number;
}

interface Fragment {
  readonly start: number;
  readonly end: number;
  readonly type: number;
}

/** Reads all records of a file. */
export function readLogFile(bytes: Uint8Array): LogReading {
  const reader = new LogReader(bytes);
  return reader.read();
}

class LogReader {
  readonly #bytes: Uint8Array;
  readonly #records: Uint8Array[] = [];
  /** Fragments of the current record. */
  #parts: Uint8Array[] = [];
  #partsSize = 0;
  #damaged = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): LogReading {
    const { length } = this.#bytes;
    let at = 0;
    while (at < length) {
      const blockEnd = Math.min(at - (at % BLOCK_SIZE) + BLOCK_SIZE, length);
      // A block ends with padding where no header fits.
      if (blockEnd - at < HEADER_SIZE && blockEnd < length) {
        at = blockEnd;
        continue;
      }
      const fragment = this.#fragmentAt(at, blockEnd);
      if (fragment !== undefined) {
        this.#take(fragment);
        at = fragment.end;
        continue;
      }
      const next = this.#nextFragment(at + 1, blockEnd) ?? blockEnd;
      if (next === length && this.#isTorn(at)) {
        return this.#result(length - at + this.#partsSize);
      }
      this.#breakRecord();
      this.#damaged += next - at;
      at = next;
    }
    return this.#result(this.#partsSize);
  }

  #result(torn: number): LogReading {
    return { records: this.#records, damaged: this.#damaged, torn };
  }

  /** The fragment at an offset; undefined when its checksum is invalid. */
  #fragmentAt(at: number, blockEnd: number): Fragment | undefined {
    const bytes = this.#bytes;
    const start = at + HEADER_SIZE;
    const type = bytes[at + 6] ?? 0;
    if (start > blockEnd || type < FULL || type > LAST) return undefined;
    const end = start + (bytes[at + 4] ?? 0) + (bytes[at + 5] ?? 0) * 256;
    if (end > blockEnd) return undefined;
    return maskedCrcOf(bytes, at + 6, end) === this.#fixed32(at) ? { start, end, type } : undefined;
  }

  #nextFragment(from: number, blockEnd: number): number | undefined {
    for (let at = from; at + HEADER_SIZE <= blockEnd; at++) {
      if (this.#fragmentAt(at, blockEnd) !== undefined) return at;
    }
    return undefined;
  }

  /** Whether the file ends within the header or the payload of the fragment at an offset. */
  #isTorn(at: number): boolean {
    const { length } = this.#bytes;
    if (at + HEADER_SIZE > length) return true;
    const type = this.#bytes[at + 6] ?? 0;
    const end = at + HEADER_SIZE + (this.#bytes[at + 4] ?? 0) + (this.#bytes[at + 5] ?? 0) * 256;
    const blockEnd = at - (at % BLOCK_SIZE) + BLOCK_SIZE;
    return type >= FULL && type <= LAST && end > length && end <= blockEnd;
  }

  #take({ start, end, type }: Fragment): void {
    const part = this.#bytes.subarray(start, end);
    if (type === FULL || type === FIRST) this.#breakRecord();
    else if (this.#parts.length === 0) {
      // The first fragment of its record is lost.
      this.#damaged += HEADER_SIZE + part.length;
      return;
    }
    this.#parts.push(part);
    this.#partsSize += HEADER_SIZE + part.length;
    if (type !== FULL && type !== LAST) return;
    this.#records.push(this.#parts.length === 1 ? part : concatBytes(...this.#parts));
    this.#parts = [];
    this.#partsSize = 0;
  }

  /** Drops the current record, whose last fragment is missing. */
  #breakRecord(): void {
    this.#damaged += this.#partsSize;
    this.#parts = [];
    this.#partsSize = 0;
  }

  #fixed32(at: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(at, at + 4);
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }
}
