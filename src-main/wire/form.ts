/** The form with which a person composes a message of a schema. */
import type { WireFormField } from '../../shared/model/wire.ts';
import type { FieldSchema, Schema } from './schema.ts';
import { uintType } from './show.ts';

/** The form of a schema; envelopes and keyed lists are entered as hex. */
export function formOf(name: string, schema: Schema): WireFormField {
  switch (schema.kind) {
    case 'uint':
      return { name, type: uintType(schema), kind: 'uint', max: String((1n << BigInt(schema.bits)) - 1n) };
    case 'bytes':
      return { name, type: schema.type, kind: 'bytes', minBytes: schema.min, maxBytes: schema.max };
    case 'text':
      return { name, type: 'text', kind: 'text', maxBytes: schema.max };
    case 'boolean':
      return { name, type: 'boolean', kind: 'boolean' };
    case 'list':
      return { name, type: 'list', kind: 'list', item: formOf('', schema.item), maxItems: schema.max };
    case 'struct':
      return { name, type: 'struct', kind: 'struct', fields: schema.fields.map(fieldForm) };
    case 'choice':
      return {
        name,
        type: 'choice',
        kind: 'choice',
        fields: schema.options.map(([option, inner]) => formOf(option, inner)),
      };
    case 'envelope':
    case 'keyed':
    case 'raw':
      return { name, type: 'RLP', kind: 'raw' };
  }
}

function fieldForm([name, { schema, optional }]: readonly [string, FieldSchema]): WireFormField {
  const form = formOf(name, schema);
  return optional ? { ...form, optional } : form;
}
