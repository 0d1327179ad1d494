/**
 * Messages of D-Bus, as far as method calls with strings and their replies go.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol
 */
import { concatBytes, utf8ToBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';

/** A call of a method whose arguments are strings. */
export interface DbusCall {
  /** From 1; the reply names it. */
  readonly serial: number;
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly args: readonly string[];
}

/** A message of the bus. */
export interface DbusMessage {
  readonly type: number;
  /** The serial of the call that this message answers; undefined for signals. */
  readonly replySerial: number | undefined;
  /** The body, in the byte order of the message. */
  readonly body: DataView;
  readonly littleEndian: boolean;
}

/** Message types. */
export const METHOD_RETURN = 2;
const METHOD_CALL = 1;

/** Codes of header fields. */
const FIELD = { path: 1, interface: 2, member: 3, replySerial: 5, destination: 6, signature: 8 } as const;

const PROTOCOL_VERSION = 1;
const LITTLE_ENDIAN = 0x6c;
const BIG_ENDIAN = 0x42;
/** Bytes in front of the header fields, with the length of their array. */
const FIXED_HEADER = 16;
/** BOUNDED: bytes of a message that is read; replies to our calls have less than 200. */
export const MAX_MESSAGE = 16_384;

/** Encodes a call, in little-endian order. */
export function encodeCall(call: DbusCall): Uint8Array {
  const body = concatAligned(call.args.map(stringValue), 4);
  const fields = [
    field(FIELD.path, 'o', stringValue(call.path)),
    field(FIELD.interface, 's', stringValue(call.interface)),
    field(FIELD.member, 's', stringValue(call.member)),
    field(FIELD.destination, 's', stringValue(call.destination)),
    ...(call.args.length === 0
      ? []
      : [field(FIELD.signature, 'g', signatureValue('s'.repeat(call.args.length)))]),
  ];
  const array = concatAligned(fields, 8);
  const head = new Uint8Array(FIXED_HEADER);
  head.set([LITTLE_ENDIAN, METHOD_CALL, 0, PROTOCOL_VERSION]);
  const view = new DataView(head.buffer);
  view.setUint32(4, body.length, true);
  view.setUint32(8, call.serial, true);
  view.setUint32(12, array.length, true);
  return concatAligned([concatBytes(head, array), body], 8);
}

/**
 * Reads the message at the start of `bytes`.
 * @returns the message and its length; undefined while it is incomplete
 * @throws CodecError `malformed` for what is no message, `too-long` for one above MAX_MESSAGE
 */
export function decodeMessage(
  bytes: Uint8Array,
): { readonly message: DbusMessage; readonly length: number } | undefined {
  if (bytes.length < FIXED_HEADER) return undefined;
  const order = bytes[0];
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN)
    throw new CodecError('malformed', 'The byte order is unknown');
  const littleEndian = order === LITTLE_ENDIAN;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodyLength = view.getUint32(4, littleEndian);
  const fieldsEnd = FIXED_HEADER + view.getUint32(12, littleEndian);
  const bodyStart = aligned(fieldsEnd, 8);
  const length = bodyStart + bodyLength;
  if (length > MAX_MESSAGE) throw new CodecError('too-long', 'The message is too long');
  if (bytes.length < length) return undefined;
  return {
    length,
    message: {
      type: bytes[1] ?? 0,
      replySerial: replySerialOf(view, fieldsEnd, littleEndian),
      body: new DataView(bytes.buffer, bytes.byteOffset + bodyStart, bodyLength),
      littleEndian,
    },
  };
}

/** The boolean that a body consists of, also within a variant; undefined for any other body. */
export function booleanOf({ body, littleEndian }: DbusMessage): boolean | undefined {
  const isVariant = body.byteLength === 8 && body.getUint8(0) === 1 && body.getUint8(1) === 0x62;
  if (!isVariant && body.byteLength !== 4) return undefined;
  const value = body.getUint32(isVariant ? 4 : 0, littleEndian);
  return value > 1 ? undefined : value === 1;
}

/** Finds the reply serial among the header fields, whose values are strings, signatures or 32-bit numbers. */
function replySerialOf(view: DataView, end: number, littleEndian: boolean): number | undefined {
  for (let at = FIXED_HEADER; at < end; at = aligned(at, 8)) {
    // A field is its code and a variant. The signature of the variant is here one type: its length, the type, and a NUL.
    if (at + 8 > end || view.getUint8(at + 1) !== 1)
      throw new CodecError('malformed', 'A header field is malformed');
    const code = view.getUint8(at);
    const type = String.fromCharCode(view.getUint8(at + 2));
    at += 4;
    if (type === 'u') {
      if (code === FIELD.replySerial) return view.getUint32(at, littleEndian);
      at += 4;
    } else if (type === 'g') at += view.getUint8(at) + 2;
    else if (type === 's' || type === 'o') at += 4 + view.getUint32(at, littleEndian) + 1;
    else throw new CodecError('malformed', 'A header field has an unexpected type');
  }
  return undefined;
}

const aligned = (offset: number, to: number): number => Math.ceil(offset / to) * to;

/** Joins values so that each starts at a multiple of `to`. */
function concatAligned(parts: readonly Uint8Array[], to: number): Uint8Array {
  return parts.reduce((joined, part) => {
    const result = new Uint8Array(aligned(joined.length, to) + part.length);
    result.set(joined);
    result.set(part, result.length - part.length);
    return result;
  }, new Uint8Array());
}

function stringValue(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  const result = new Uint8Array(4 + bytes.length + 1);
  new DataView(result.buffer).setUint32(0, bytes.length, true);
  result.set(bytes, 4);
  return result;
}

function signatureValue(text: string): Uint8Array {
  return Uint8Array.from([text.length, ...utf8ToBytes(text), 0]);
}

/** A header field: its code and the value as a variant, whose strings are aligned because four bytes precede them. */
function field(code: number, type: string, value: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.from([code]), signatureValue(type), value);
}
