/** A decoded message, as the Inspector, JSON-RPC and the Doctor show it. Offsets count bytes of the plain payload. */
import type { CauseCode } from '../causes/catalogue.ts';

/** One field of a message: a node of the decoded tree. */
export interface WireNode {
  /** The field's name in the specification; `[0]` for an item of a list. */
  readonly name: string;
  /** Type in the specification's words, with the unit: `hash`, `uint64`, `gas`, `list`. */
  readonly type: string;
  /** First byte of the field, its RLP header included. */
  readonly start: number;
  /** The byte after the field. Equal to `start` for a value that is computed and not in the message. */
  readonly end: number;
  /** The value as text; null for a list whose children say all. */
  readonly value: string | null;
  /** What helps to read the value: the date of a timestamp, the name of a fork; null for none. */
  readonly note: string | null;
  readonly children: readonly WireNode[];
  /** Children that the bound on the tree's size left out. */
  readonly omitted: number;
}

/** Why a message was not decoded to its end. */
export interface WireFault {
  readonly code: CauseCode;
  /** Byte at which decoding stopped. */
  readonly offset: number;
  /** Path of the field: `headers[3].mixHash`; empty for the message itself. */
  readonly path: string;
  /** A sentence without a final stop: "mixHash has 31 bytes, 32 are required". */
  readonly message: string;
}

/** A value in JSON: integers are decimal strings, bytes 0x-prefixed hex, an absent optional field is left out. */
export type WireJson = string | boolean | null | readonly WireJson[] | { readonly [name: string]: WireJson };

/** A message after decoding. */
export interface DecodedMessage {
  /** Root of the tree: the message itself. It holds the fields before the fault when there is one. */
  readonly tree: WireNode;
  /** One line: "#41, 192 headers, 21,033,411 down to 21,033,220". */
  readonly summary: string;
  /** Null unless decoding stopped early. */
  readonly fault: WireFault | null;
  /** Null when there is a fault. */
  readonly json: WireJson | null;
}

/** A field of the form with which a message is composed. */
export interface WireFormField {
  readonly name: string;
  readonly type: string;
  readonly kind: 'uint' | 'bytes' | 'text' | 'boolean' | 'list' | 'struct' | 'choice' | 'raw';
  /** Largest value of an integer, as decimal text. */
  readonly max?: string;
  /** Least and largest number of bytes. */
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** Fields of a struct, or the alternatives of a choice. */
  readonly fields?: readonly WireFormField[];
  /** The form of an item of a list. */
  readonly item?: WireFormField;
  readonly maxItems?: number;
  readonly optional?: boolean;
}
