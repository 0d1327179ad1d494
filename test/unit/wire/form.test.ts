import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireFormField, WireJson } from '../../../shared/model/wire.ts';
import { formOf } from '../../../src-main/wire/form.ts';
import { toJson } from '../../../src-main/wire/json.ts';
import { PROTOCOL_SCHEMAS } from '../../../src-main/wire/registry.ts';
import { valuesOf } from '../../support/wire-values.ts';

/** Whether a person can enter this JSON in the form. */
function fits(form: WireFormField, json: WireJson): boolean {
  switch (form.kind) {
    case 'uint':
      return typeof json === 'string' && BigInt(json) <= BigInt(form.max ?? 0);
    case 'bytes':
      return typeof json === 'string' && json.length / 2 - 1 <= (form.maxBytes ?? 0);
    case 'text':
      return typeof json === 'string';
    case 'boolean':
      return typeof json === 'boolean';
    case 'list': {
      const { item } = form;
      return item !== undefined && Array.isArray(json) && json.every((each: WireJson) => fits(item, each));
    }
    case 'struct':
      return hasFields(form.fields ?? [], json);
    case 'choice':
      return (form.fields ?? []).some(
        (option) => isObject(json) && option.name in json && fits(option, json[option.name] ?? null),
      );
    case 'raw':
      return true;
  }
}

const isObject = (json: WireJson): json is { readonly [name: string]: WireJson } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

function hasFields(fields: readonly WireFormField[], json: WireJson): boolean {
  if (!isObject(json)) return false;
  const names = new Set(fields.map(({ name }) => name));
  if (!Object.keys(json).every((name) => names.has(name))) return false;
  return fields.every((field) => {
    const value = json[field.name];
    return value === undefined ? field.optional === true : fits(field, value);
  });
}

describe('formOf', () => {
  it('takes every value of every message', () => {
    for (const { name, messages } of PROTOCOL_SCHEMAS) {
      for (const message of messages) {
        const form = formOf(message.name, message.schema);
        for (const value of fc.sample(valuesOf(message.schema), { numRuns: 5, seed: 3 })) {
          expect(fits(form, toJson(message.schema, value)), `${name} ${message.name}`).toBe(true);
        }
      }
    }
  });

  it('names the fields of a message, their types and bounds', () => {
    const query = PROTOCOL_SCHEMAS.find(({ name }) => name === 'eth/69')?.message(3);
    if (query === undefined) throw new Error('no schema');
    expect(formOf(query.name, query.schema)).toMatchObject({
      kind: 'struct',
      fields: [
        { name: 'requestId', kind: 'uint', max: '18446744073709551615' },
        {
          name: 'query',
          fields: [
            {
              name: 'startBlock',
              kind: 'choice',
              fields: [{ name: 'hash', minBytes: 32 }, { name: 'number' }],
            },
            { name: 'limit' },
            { name: 'skip' },
            { name: 'reverse', kind: 'boolean' },
          ],
        },
      ],
    });
  });
});
