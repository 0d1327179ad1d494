/** Encodes the value of a schema: for the composer, and for the tests that hold schemas and codecs equal. */
import { concatBytes } from '../base/bytes.ts';
import { encodeRlp, RawRlp, type RlpInput } from '../base/rlp.ts';
import type { KeyedValue, Schema } from './schema.ts';

/** The RLP encoding of a value. */
export function encodeMessage<Value>(schema: Schema<Value>, value: Value): Uint8Array {
  return encodeRlp(inputOf(schema, value));
}

function inputOf(schema: Schema, value: unknown): RlpInput {
  switch (schema.kind) {
    case 'uint':
    case 'bytes':
    case 'text':
    case 'boolean':
      return value as bigint | Uint8Array | string | boolean;
    case 'raw':
      return new RawRlp(value as Uint8Array);
    case 'list':
      return (value as readonly unknown[]).map((item) => inputOf(schema.item, item));
    case 'struct': {
      const fields = value as Readonly<Record<string, unknown>>;
      const present = schema.fields.filter(([name]) => fields[name] !== undefined);
      return present.map(([name, field]) => inputOf(field.schema, fields[name]));
    }
    case 'choice': {
      const chosen = value as { readonly option: string; readonly value: unknown };
      const option = schema.options.find(([name]) => name === chosen.option);
      if (option === undefined) throw new RangeError(`no option ${chosen.option}`);
      return inputOf(option[1], chosen.value);
    }
    case 'envelope':
      return concatBytes(schema.prefix, encodeRlp(inputOf(schema.body, value)));
    case 'keyed': {
      const { head, entries } = value as KeyedValue;
      const first = schema.head.map(([name, field]) => inputOf(field, head[name]));
      return [...first, ...entries.flatMap(([key, entry]) => [key, entryOf(schema.valueOf(key), entry)])];
    }
  }
}

function entryOf(schema: Schema, entry: unknown): RlpInput {
  return entry instanceof RawRlp ? entry : inputOf(schema, entry);
}
