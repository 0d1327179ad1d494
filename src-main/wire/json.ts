/** Values of a schema to JSON and back: integers as decimal strings, bytes as 0x-prefixed hex. */
import type { WireJson } from '../../shared/model/wire.ts';
import { hexToBytes, to0x, utf8ToBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { RawRlp } from '../base/rlp.ts';
import type {
  BytesSchema,
  ChoiceSchema,
  KeyedSchema,
  KeyedValue,
  ListSchema,
  Schema,
  StructSchema,
  UintSchema,
} from './schema.ts';

/** JSON that is not a value of the schema; `field` is the path of the wrong value. */
export class WireJsonError extends CodecError<'invalid-parameters'> {
  readonly field: string;

  constructor(field: string, reason: string) {
    super('invalid-parameters', `"${field === '' ? 'message' : field}" ${reason}`);
    this.field = field;
  }
}

/** The JSON of a value. */
export function toJson(schema: Schema, value: unknown): WireJson {
  switch (schema.kind) {
    case 'uint':
      return String(value);
    case 'bytes':
    case 'raw':
      return to0x(value as Uint8Array);
    case 'text':
    case 'boolean':
      return value as string | boolean;
    case 'list':
      return (value as readonly unknown[]).map((item) => toJson(schema.item, item));
    case 'struct': {
      const fields = value as Readonly<Record<string, unknown>>;
      const present = schema.fields.filter(([name]) => fields[name] !== undefined);
      return Object.fromEntries(present.map(([name, field]) => [name, toJson(field.schema, fields[name])]));
    }
    case 'choice': {
      const chosen = value as { readonly option: string; readonly value: unknown };
      const option = schema.options.find(([name]) => name === chosen.option);
      return option === undefined ? null : { [option[0]]: toJson(option[1], chosen.value) };
    }
    case 'envelope':
      return { [schema.prefixName]: to0x(schema.prefix), ...asObject(toJson(schema.body, value)) };
    case 'keyed': {
      const { head, entries } = value as KeyedValue;
      const first = schema.head.map(([name, field]) => [name, toJson(field, head[name])] as const);
      const rest = entries.map(([key, entry]) => [key, entryJson(schema.valueOf(key), entry)] as const);
      return Object.fromEntries([...first, ...rest]);
    }
  }
}

/**
 * The value that JSON describes.
 * @param path of the value, for errors
 * @throws WireJsonError with the path of the wrong field
 */
export function fromJson<Value>(schema: Schema<Value>, json: unknown, path = ''): Value {
  // Each reader returns the value of the schema that chose it.
  return read(schema, json, path) as Value;
}

function read(schema: Schema, json: unknown, path: string): unknown {
  switch (schema.kind) {
    case 'uint':
      return readUint(schema, json, path);
    case 'bytes':
      return readBytes(schema, json, path);
    case 'raw':
      return readHex(json, path);
    case 'text':
      if (typeof json !== 'string') throw new WireJsonError(path, 'must be text');
      if (utf8ToBytes(json).length > schema.max)
        throw new WireJsonError(path, `must have at most ${String(schema.max)} bytes`);
      return json;
    case 'boolean':
      if (typeof json !== 'boolean') throw new WireJsonError(path, 'must be true or false');
      return json;
    case 'list':
      return readList(schema, json, path);
    case 'struct':
      return readStruct(schema, json, path);
    case 'choice':
      return readChoice(schema, json, path);
    case 'envelope': {
      const { [schema.prefixName]: _, ...body } = readObject(json, path);
      return read(schema.body, body, path);
    }
    case 'keyed':
      return readKeyed(schema, json, path);
  }
}

function readUint({ bits }: UintSchema, json: unknown, path: string): bigint {
  const digits = typeof json === 'number' && Number.isSafeInteger(json) ? String(json) : json;
  if (typeof digits !== 'string' || !/^(0|[1-9]\d{0,77}|0x[0-9a-f]{1,64})$/i.test(digits)) {
    throw new WireJsonError(path, 'must be an unsigned integer');
  }
  const value = BigInt(digits);
  if (value >= 1n << BigInt(bits)) throw new WireJsonError(path, `must fit ${String(bits)} bits`);
  return value;
}

function readBytes({ min, max, lengths }: BytesSchema, json: unknown, path: string): Uint8Array {
  const value = readHex(json, path);
  const isAllowed = lengths?.includes(value.length) ?? (value.length >= min && value.length <= max);
  if (isAllowed) return value;
  const range = min === max ? `exactly ${String(min)}` : `${String(min)} to ${String(max)}`;
  const bound = lengths === undefined ? range : lengths.join(' or ');
  throw new WireJsonError(path, `must have ${bound} bytes, it has ${String(value.length)}`);
}

function readHex(json: unknown, path: string): Uint8Array {
  if (typeof json !== 'string' || !/^(0x)?(?:[0-9a-f]{2})*$/i.test(json)) {
    throw new WireJsonError(path, 'must be hex digits, two for each byte');
  }
  return hexToBytes(json);
}

function readList({ item, max }: ListSchema, json: unknown, path: string): unknown[] {
  if (!Array.isArray(json)) throw new WireJsonError(path, 'must be a list');
  if (json.length > max) throw new WireJsonError(path, `must have at most ${String(max)} items`);
  return json.map((entry, index) => read(item, entry, `${path}[${String(index)}]`));
}

function readStruct({ fields }: StructSchema, json: unknown, path: string): Record<string, unknown> {
  const given = readObject(json, path);
  const names = new Set(fields.map(([name]) => name));
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined)
    throw new WireJsonError(join(path, unknown.slice(0, 64)), 'is not a field of the message');
  const value: Record<string, unknown> = {};
  let ended: string | undefined;
  for (const [name, { schema, optional }] of fields) {
    const entry = given[name];
    if (entry === undefined) {
      if (!optional) throw new WireJsonError(join(path, name), 'is missing');
      ended ??= name;
      continue;
    }
    if (ended !== undefined) throw new WireJsonError(join(path, ended), `is required before ${name}`);
    value[name] = read(schema, entry, join(path, name));
  }
  return value;
}

function readChoice({ options }: ChoiceSchema, json: unknown, path: string): unknown {
  const given = Object.entries(readObject(json, path));
  const [entry] = given;
  const option = options.find(([name]) => name === entry?.[0]);
  if (given.length !== 1 || entry === undefined || option === undefined) {
    throw new WireJsonError(path, `must have one of: ${options.map(([name]) => name).join(', ')}`);
  }
  return { option: option[0], value: read(option[1], entry[1], join(path, option[0])) };
}

function readKeyed(schema: KeyedSchema, json: unknown, path: string): KeyedValue {
  const given = readObject(json, path);
  const heads = new Set(schema.head.map(([name]) => name));
  const head = schema.head.map(
    ([name, field]) => [name, read(field, given[name], join(path, name))] as const,
  );
  const entries = Object.entries(given)
    .filter(([key]) => !heads.has(key))
    .map(([key, entry]) => [key, read(schema.valueOf(key), entry, join(path, key))] as const);
  return { head: Object.fromEntries(head), entries };
}

function readObject(json: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw new WireJsonError(path, 'must be an object');
}

function entryJson(schema: Schema, entry: unknown): WireJson {
  return entry instanceof RawRlp ? to0x(entry.encoded) : toJson(schema, entry);
}

function asObject(json: WireJson): Readonly<Record<string, WireJson>> {
  return isObject(json) ? json : { value: json };
}

function isObject(json: WireJson): json is { readonly [name: string]: WireJson } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
