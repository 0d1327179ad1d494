/**
 * Positions of RLP items within a message. Unlike base/rlp.ts it reads a prefix of a message too: of a long message only the
 * first bytes are kept.
 */
import type { WireFault } from '../../shared/model/wire.ts';
import { CodecError } from '../base/errors.ts';
import { BYTES_OFFSET, LIST_OFFSET, MAX_LENGTH_BYTES, SHORT_LENGTH } from '../base/rlp.ts';
import type { ItemForm } from './schema.ts';

/** Codes with which decoding can stop. */
export type FaultCode = Extract<
  WireFault['code'],
  | 'truncated'
  | 'trailing-bytes'
  | 'non-minimal-length'
  | 'non-minimal-integer'
  | 'expected-bytes'
  | 'expected-list'
  | 'expected-boolean'
  | 'wrong-length'
  | 'too-long'
  | 'too-many-items'
  | 'too-deep'
  | 'integer-too-large'
  | 'invalid-text'
  | 'missing-item'
  | 'unknown-message'
  | 'unknown-type'
  | 'not-kept'
>;

/** Stops decoding. It is thrown and caught within this folder only. */
export class Fault extends CodecError<FaultCode> {
  /** Byte in the message. */
  readonly offset: number;

  constructor(code: FaultCode, offset: number, message: string) {
    super(code, message);
    this.offset = offset;
  }
}

/** The bytes of a message that were kept, and its whole length. */
export interface Kept {
  readonly bytes: Uint8Array;
  /** Bytes of the whole message; the kept ones are its first. */
  readonly total: number;
}

/** Positions of an item, in bytes of the message. */
export interface Item {
  readonly isList: boolean;
  readonly start: number;
  readonly payload: number;
  readonly end: number;
}

/**
 * The item at `start`, within a container that ends at `end`.
 * @throws Fault `truncated`, `non-minimal-length`, `not-kept`
 */
export function itemAt(kept: Kept, start: number, end: number): Item {
  const first = byteAt(kept, start);
  if (first < BYTES_OFFSET) return { isList: false, start, payload: start, end: start + 1 };
  const isList = first >= LIST_OFFSET;
  const size = first - (isList ? LIST_OFFSET : BYTES_OFFSET);
  const width = size <= SHORT_LENGTH ? 0 : size - SHORT_LENGTH;
  const payload = start + 1 + width;
  const length = width === 0 ? size : longLength(kept, start, width, end);
  if (length > end - payload) {
    const left = Math.max(0, end - payload);
    throw new Fault('truncated', start, `has ${count(length)}, ${are(left)} left`);
  }
  if (size === 1 && !isList && byteAt(kept, payload) < BYTES_OFFSET) {
    throw new Fault('non-minimal-length', start, 'is a single byte below 0x80 with a length before it');
  }
  return { isList, start, payload, end: payload + length };
}

function longLength(kept: Kept, start: number, width: number, end: number): number {
  if (width > end - start - 1) throw new Fault('truncated', start, 'ends within its length');
  if (byteAt(kept, start + 1) === 0) {
    throw new Fault('non-minimal-length', start + 1, 'has a length with a leading zero byte');
  }
  if (width > MAX_LENGTH_BYTES) throw new Fault('truncated', start, 'has a length of more than 4 bytes');
  let length = 0;
  for (let at = start + 1; at <= start + width; at++) length = length * 256 + byteAt(kept, at);
  if (length <= SHORT_LENGTH) {
    throw new Fault('non-minimal-length', start, 'has a long length for a short item');
  }
  return length;
}

/** The payload of an item. @throws Fault `not-kept` */
export function payloadOf(kept: Kept, { payload, end }: Item): Uint8Array {
  if (end > kept.bytes.length) throw notKept(kept, payload);
  return kept.bytes.subarray(payload, end);
}

/** The encoding of an item, header included. @throws Fault `not-kept` */
export function encodingOf(kept: Kept, { start, end }: Pick<Item, 'start' | 'end'>): Uint8Array {
  if (end > kept.bytes.length) throw notKept(kept, start);
  return kept.bytes.subarray(start, end);
}

/** What a choice may read of an item. @throws Fault `not-kept`, `truncated` */
export function formOf(kept: Kept, item: Item): ItemForm {
  const { isList, payload, end } = item;
  const length = end - payload;
  const first = length === 0 ? undefined : byteAt(kept, payload);
  const second = () => (isList && length > 0 ? secondOf(kept, payload, end) : undefined);
  return { isList, length, first, second };
}

function secondOf(kept: Kept, payload: number, end: number): number | undefined {
  const at = itemAt(kept, payload, end).end;
  return at < end ? byteAt(kept, at) : undefined;
}

/** "1 byte", "32 bytes". */
export function count(length: number): string {
  return length === 1 ? '1 byte' : `${String(length)} bytes`;
}

/** "1 is", "32 are". */
export function are(length: number): string {
  return `${String(length)} ${length === 1 ? 'is' : 'are'}`;
}

function byteAt(kept: Kept, at: number): number {
  const byte = kept.bytes[at];
  if (byte !== undefined) return byte;
  if (at < kept.total) throw notKept(kept, at);
  throw new Fault('truncated', at, 'is missing: the message ends here');
}

function notKept(kept: Kept, at: number): Fault {
  const { bytes, total } = kept;
  return new Fault(
    'not-kept',
    Math.max(at, 0),
    `was not kept: the recording has the first ${String(bytes.length)} of ${count(total)}`,
  );
}
