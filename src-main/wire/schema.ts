/**
 * Schemas of messages: what a field is called, its type and unit, and how it is nested. decode.ts, encode.ts, json.ts and
 * form.ts interpret them; a schema itself holds no state.
 */

/** Type of a schema's value; never set. */
declare const VALUE: unique symbol;

interface Typed<Value> {
  readonly [VALUE]?: Value;
}

/** How an integer is written for people. */
export type Unit =
  'number' | 'block' | 'gas' | 'wei' | 'gwei' | 'seconds' | 'milliseconds' | 'bytes' | 'timestamp' | 'port';

/** An unsigned integer, shortest form. */
export interface UintSchema extends Typed<bigint> {
  readonly kind: 'uint';
  readonly bits: number;
  readonly unit: Unit;
  /** Whether the byte 0x00 is accepted for zero, although the shortest form is the empty byte string. */
  readonly acceptsZeroByte?: boolean;
}

/** A byte string. */
export interface BytesSchema extends Typed<Uint8Array> {
  readonly kind: 'bytes';
  readonly type: string;
  readonly min: number;
  readonly max: number;
  /** The only lengths that are allowed; every length from `min` to `max` where absent. */
  readonly lengths?: readonly number[];
  /** Bytes as text for people; hex where absent. */
  readonly show?: (bytes: Uint8Array) => string;
}

/** UTF-8 text. */
export interface TextSchema extends Typed<string> {
  readonly kind: 'text';
  readonly max: number;
  /** Whether invalid UTF-8 is read with replacement characters, as the session does. */
  readonly isLenient: boolean;
}

/** 0 or 1. */
export interface BooleanSchema extends Typed<boolean> {
  readonly kind: 'boolean';
}

/** Items of one schema. */
export interface ListSchema<Item = unknown> extends Typed<readonly Item[]> {
  readonly kind: 'list';
  readonly item: Schema<Item>;
  readonly max: number;
}

/** A value that is computed from the field and its bytes: the hash of a header, the sender of a transaction. */
export interface Derived {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Words for a struct. `raw` is its encoding, header included. */
export interface StructWords<Value> {
  /** Shown at the struct itself: "block 21,033,411". */
  readonly title?: (value: Value) => string;
  readonly derive?: (value: Value, raw: Uint8Array, hashesOnly: boolean) => readonly Derived[];
  /** What is wrong between the fields; null when they fit. */
  readonly check?: (value: Value) => string | null;
}

/** A named field of a struct. */
export interface FieldSchema<Value = unknown> extends Typed<Value> {
  readonly schema: Schema;
  /** Whether the list may end before this field; only the last fields of a struct can be optional. */
  readonly optional: boolean;
  /** Forms that an optional field does not have: such an item is additional data, and the field is absent (EIP-8). */
  readonly unless?: (item: ItemForm) => boolean;
  /** Note beside the value. */
  readonly note?: (value: never) => string | null;
}

/** A list of fields in a fixed order. */
export interface StructSchema<Value = unknown> extends Typed<Value> {
  readonly kind: 'struct';
  readonly fields: readonly (readonly [name: string, field: FieldSchema])[];
  /** Whether further items and bytes are accepted and ignored (EIP-8). */
  readonly tolerant: boolean;
  readonly words: StructWords<never>;
}

/** One of several schemas, chosen by the item's form. */
export interface ChoiceSchema<Value = unknown> extends Typed<Value> {
  readonly kind: 'choice';
  readonly options: readonly (readonly [name: string, schema: Schema])[];
  /** Name of the option; undefined for none. */
  readonly choose: (item: ItemForm) => string | undefined;
}

/** What a choice may look at. */
export interface ItemForm {
  readonly isList: boolean;
  /** Bytes of the payload. */
  readonly length: number;
  /** First byte of the payload; undefined for an empty one. */
  readonly first: number | undefined;
  /** First byte of the second item of a list; undefined where there is none. */
  readonly second: () => number | undefined;
}

/** A byte string that holds a fixed prefix and an encoded body: the type byte and the fields of EIP-2718. */
export interface EnvelopeSchema<Value = unknown> extends Typed<Value> {
  readonly kind: 'envelope';
  readonly type: string;
  readonly prefixName: string;
  readonly prefix: Uint8Array;
  readonly body: Schema<Value>;
  readonly words: StructWords<never>;
}

/** A list of fields, then alternating keys and values in any number (ENR). */
export interface KeyedSchema extends Typed<KeyedValue> {
  readonly kind: 'keyed';
  readonly type: string;
  readonly head: readonly (readonly [name: string, schema: Schema])[];
  readonly valueOf: (key: string) => Schema;
  readonly words: StructWords<KeyedValue>;
}

/** Value of a keyed list. An entry that does not have the form of its key is a RawRlp. */
export interface KeyedValue {
  readonly head: Readonly<Record<string, unknown>>;
  readonly entries: readonly (readonly [key: string, value: unknown])[];
}

/** Any RLP item; its value is its encoding. */
export interface RawSchema extends Typed<Uint8Array> {
  readonly kind: 'raw';
}

/** How one RLP item is read. */
export type Schema<Value = unknown> = (
  | UintSchema
  | BytesSchema
  | TextSchema
  | BooleanSchema
  | ListSchema
  | StructSchema
  | ChoiceSchema
  | EnvelopeSchema
  | KeyedSchema
  | RawSchema
) &
  Typed<Value>;

/** Type of a schema's value. */
export type ValueOf<S> = S extends Typed<infer Value> ? Value : never;

/** An integer of 8, 16, 32, 64 or 256 bits. */
export function uint(bits: 8 | 16 | 32 | 64 | 256, unit: Unit = 'number'): Schema<bigint> {
  return { kind: 'uint', bits, unit };
}

/** A byte string of exactly `length` bytes. */
export function fixed(
  length: number,
  type: string,
  show?: (bytes: Uint8Array) => string,
): Schema<Uint8Array> {
  return { kind: 'bytes', type, min: length, max: length, ...(show === undefined ? {} : { show }) };
}

/** A byte string of `min` to `max` bytes. */
export function bytes(
  max: number,
  type = 'bytes',
  options: { readonly min?: number; readonly show?: (bytes: Uint8Array) => string } = {},
): Schema<Uint8Array> {
  const { min = 0, show } = options;
  return { kind: 'bytes', type, min, max, ...(show === undefined ? {} : { show }) };
}

/** A byte string of one of some lengths. */
export function bytesOf(
  lengths: readonly number[],
  type: string,
  show?: (bytes: Uint8Array) => string,
): Schema<Uint8Array> {
  const [min, max] = [Math.min(...lengths), Math.max(...lengths)];
  return { kind: 'bytes', type, min, max, lengths, ...(show === undefined ? {} : { show }) };
}

/** UTF-8 text of at most `max` bytes. */
export function text(max: number): Schema<string> {
  return { kind: 'text', max, isLenient: false };
}

/** Text of at most `max` bytes, in which invalid UTF-8 becomes replacement characters. */
export function lenientText(max: number): Schema<string> {
  return { kind: 'text', max, isLenient: true };
}

/** 0 or 1. */
export const boolean: Schema<boolean> = { kind: 'boolean' };

/** Any RLP item, kept as it is. */
export const raw: Schema<Uint8Array> = { kind: 'raw' };

/** A list of at most `max` items. */
export function list<Item>(item: Schema<Item>, max: number): Schema<readonly Item[]> {
  const schema: ListSchema = { kind: 'list', item, max };
  return schema as Schema<readonly Item[]>;
}

type Fields = Readonly<Record<string, Schema | FieldSchema>>;
type FieldValue<F> = F extends FieldSchema<infer Value> ? Value : ValueOf<F>;
type StructValue<F extends Fields> = { readonly [Name in keyof F]: FieldValue<F[Name]> };

const isField = (field: Schema | FieldSchema): field is FieldSchema => 'schema' in field;

/** A list of named fields. Their order is the order of the object. */
export function struct<F extends Fields>(
  fields: F,
  words: StructWords<StructValue<F>> & { readonly tolerant?: boolean } = {},
): Schema<StructValue<F>> {
  const { tolerant = false, ...rest } = words;
  const named = Object.entries(fields).map(([name, field]): readonly [string, FieldSchema] => [
    name,
    isField(field) ? field : { schema: field, optional: false },
  ]);
  const schema: StructSchema = { kind: 'struct', fields: named, tolerant, words: rest };
  return schema as Schema<StructValue<F>>;
}

/** A field that a list may end before. */
export function optional<Value>(
  schema: Schema<Value>,
  unless?: (item: ItemForm) => boolean,
): FieldSchema<Value | undefined> {
  return { schema, optional: true, ...(unless === undefined ? {} : { unless }) };
}

/** A field with a note beside its value. */
export function noted<Value>(
  schema: Schema<Value>,
  note: (value: Value) => string | null,
): FieldSchema<Value> {
  return { schema, optional: false, note };
}

type Options = Readonly<Record<string, Schema>>;
/** Value of a choice: the option's name and its value. */
export type Chosen<O extends Options> = {
  readonly [Name in keyof O]: { readonly option: Name; readonly value: ValueOf<O[Name]> };
}[keyof O];

/** One of several schemas. */
export function choice<O extends Options>(
  options: O,
  choose: (item: ItemForm) => (keyof O & string) | undefined,
): Schema<Chosen<O>> {
  const schema: ChoiceSchema = { kind: 'choice', options: Object.entries(options), choose };
  return schema as Schema<Chosen<O>>;
}

/** A byte string with a prefix and an encoded body. */
export function envelope<Value>(
  parts: {
    readonly type: string;
    readonly prefixName: string;
    readonly prefix: Uint8Array;
    readonly body: Schema<Value>;
  },
  words: StructWords<Value> = {},
): Schema<Value> {
  const schema: EnvelopeSchema = { kind: 'envelope', ...parts, words };
  return schema as Schema<Value>;
}

/** A list of fields followed by keys and values. */
export function keyed(
  parts: Pick<KeyedSchema, 'type' | 'head' | 'valueOf'>,
  words: StructWords<KeyedValue> = {},
): Schema<KeyedValue> {
  return { kind: 'keyed', ...parts, words };
}
