/** Bytes on one line of a hex view. */
export const LINE_BYTES = 16;

/** How a byte is drawn: chosen, wrong, or not read. */
export type ByteTone = 'lit' | 'wrong' | 'unread' | null;

/** One byte of a hex view. */
export interface HexByte {
  readonly at: number;
  readonly hex: string;
  /** The ASCII character, a middle dot for others. */
  readonly text: string;
  readonly tone: ByteTone;
}

/** A span of bytes, the end excluded. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** The bytes that are drawn differently. */
export interface HexMarks {
  /** The bytes of the chosen field. */
  readonly lit: ByteSpan | null;
  /** The bytes of the field that could not be read. */
  readonly wrong: ByteSpan | null;
}

/** Number of lines for `length` bytes. */
export const lineCount = (length: number): number => Math.ceil(length / LINE_BYTES);

/** The bytes of a line. */
export function hexLine(bytes: Uint8Array, line: number, marks: HexMarks): readonly HexByte[] {
  const from = line * LINE_BYTES;
  return Array.from(bytes.subarray(from, from + LINE_BYTES), (byte, index) => ({
    at: from + index,
    hex: byte.toString(16).padStart(2, '0'),
    text: byte > 32 && byte < 127 ? String.fromCharCode(byte) : '·',
    tone: toneOf(from + index, marks),
  }));
}

function toneOf(at: number, { lit, wrong }: HexMarks): ByteTone {
  if (wrong !== null && at >= wrong.start)
    return at < wrong.end ? 'wrong' : within(lit, at) ? 'lit' : 'unread';
  return within(lit, at) ? 'lit' : null;
}

const within = (span: ByteSpan | null, at: number): boolean =>
  span !== null && at >= span.start && at < span.end;

/** The offset of a line: six hex digits. */
export const lineLabel = (line: number): string => (line * LINE_BYTES).toString(16).padStart(6, '0');

/** How an RLP item divides into its header and its payload; null when `span` is not exactly one item. */
export function rlpParts(
  bytes: Uint8Array,
  { start, end }: ByteSpan,
): { readonly header: number; readonly payload: number } | null {
  const first = bytes[start];
  if (first === undefined || end > bytes.length || end <= start) return null;
  const length = end - start;
  if (first < 0x80) return length === 1 ? { header: 0, payload: 1 } : null;
  const base = first < 0xc0 ? 0x80 : 0xc0;
  const short = first - base;
  if (short <= 55) return length === 1 + short ? { header: 1, payload: short } : null;
  const header = 1 + short - 55;
  const payload = bytes.subarray(start + 1, start + header).reduce((sum, byte) => sum * 256 + byte, 0);
  return length === header + payload ? { header, payload } : null;
}
