import fc from 'fast-check';
import { encodeRlp } from '../../src-main/base/rlp.ts';
import { encodeMessage } from '../../src-main/wire/encode.ts';
import { formOf, itemAt } from '../../src-main/wire/item.ts';
import type { ChoiceSchema, FieldSchema, Schema } from '../../src-main/wire/schema.ts';

/** Most items of a list, and most bytes of a byte string, in a made value. */
const MAX_ITEMS = 3;
const MAX_BYTES = 40;

/** Values that a schema describes. */
export function valuesOf<Value>(schema: Schema<Value>): fc.Arbitrary<Value> {
  return anyValue(schema) as fc.Arbitrary<Value>;
}

function anyValue(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.kind) {
    case 'uint':
      return fc.bigInt({ min: 0n, max: (1n << BigInt(schema.bits)) - 1n });
    case 'bytes':
      return bytesOf(schema.lengths ?? lengthsBetween(schema.min, schema.max));
    case 'text':
      return fc.string({ maxLength: 12 });
    case 'boolean':
      return fc.boolean();
    case 'list':
      return fc.array(anyValue(schema.item), { maxLength: Math.min(schema.max, MAX_ITEMS) });
    case 'struct':
      // The words belong to the schema of the value.
      return structOf(schema.fields).filter(
        (value) => (schema.words.check?.(value as never) ?? null) === null,
      );
    case 'choice':
      return choiceOf(schema);
    case 'envelope':
      return anyValue(schema.body);
    case 'keyed':
      return keyedOf(schema.head, schema.valueOf);
    case 'raw':
      return fc
        .array(fc.uint8Array({ maxLength: 4 }), { maxLength: MAX_ITEMS })
        .map((items) => encodeRlp(items));
  }
}

function lengthsBetween(min: number, max: number): readonly number[] {
  const longest = min === max ? max : Math.min(max, Math.max(min + 2, MAX_BYTES));
  return min === longest ? [min] : [min, min + 1, longest];
}

function bytesOf(lengths: readonly number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .constantFrom(...lengths)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length, size: 'max' }));
}

function structOf(fields: readonly (readonly [string, FieldSchema])[]): fc.Arbitrary<unknown> {
  const required = fields.filter(([, { optional }]) => !optional).length;
  const all = fc.tuple(...fields.map(([, { schema }]) => anyValue(schema)));
  return fc
    .tuple(all, fc.integer({ min: required, max: fields.length }))
    .map(([values, count]) =>
      Object.fromEntries(fields.slice(0, count).map(([name], index) => [name, values[index]])),
    );
}

/** Only values whose encoding chooses their own option. */
function choiceOf(schema: ChoiceSchema): fc.Arbitrary<unknown> {
  const options = schema.options.map(([option, inner]) =>
    anyValue(inner)
      .map((value) => ({ option, value }))
      .filter(({ value }) => {
        const bytes = encodeMessage(inner, value);
        const kept = { bytes, total: bytes.length };
        return schema.choose(formOf(kept, itemAt(kept, 0, bytes.length))) === option;
      }),
  );
  return fc.oneof(...options);
}

const RECORD_KEYS = ['client', 'eth', 'id', 'ip', 'ip6', 'secp256k1', 'snap', 'tcp', 'udp', 'zz'] as const;

function keyedOf(
  head: readonly (readonly [string, Schema])[],
  valueOf: (key: string) => Schema,
): fc.Arbitrary<unknown> {
  const heads = fc.tuple(...head.map(([, schema]) => anyValue(schema)));
  const entries = fc
    .subarray([...RECORD_KEYS])
    .chain((keys) =>
      fc
        .tuple(...keys.map((key) => anyValue(valueOf(key))))
        .map((values) => keys.map((key, index) => [key, values[index]])),
    );
  return fc.tuple(heads, entries).map(([values, list]) => ({
    head: Object.fromEntries(head.map(([name], index) => [name, values[index]])),
    entries: list,
  }));
}
