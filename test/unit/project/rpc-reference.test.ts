import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { rpcReferencePage } from '../../support/rpc-reference-page.ts';
import { schemaWords, type WordedSchema } from '../../support/schema-words.ts';

test('docs/rpc-reference.md lists every method and subscription of JSON-RPC', async () => {
  const options = await resolveConfig(import.meta.filename);
  const page = await format(rpcReferencePage(), { ...options, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot('../../../docs/rpc-reference.md');
});

const strings = (count: number): Record<string, WordedSchema> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`member${String(at)}`, { type: 'string' }]));

test.each<[WordedSchema, string]>([
  [{}, 'any'],
  [{ not: {} }, 'none'],
  [{ const: false }, 'false'],
  [{ enum: ['v4', 'v5'] }, '"v4" or "v5"'],
  [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer ≥ 0'],
  [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
  [{ type: 'integer', minimum: 0, maximum: 5 }, 'integer 0 to 5'],
  [{ type: 'number', maximum: 1 }, 'number ≤ 1'],
  [{ type: 'string', pattern: '^0x[0-9a-f]{64}$' }, 'hex with 0x'],
  [{ type: 'string', pattern: '^(?:[0-9a-f]{2})*$' }, 'hex'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{ anyOf: [{}, { type: 'null' }] }, 'any'],
  [{ type: 'array', items: { type: ['string', 'null'] } }, 'array of (string or null)'],
  [
    { type: 'array', items: { type: 'object', properties: { a: { type: ['string', 'null'] } } } },
    'array of {a?: string or null}',
  ],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'object of string'],
  [{ type: 'object', properties: { a: {}, b: {} }, required: ['a'] }, '{a: any, b?: any}'],
  [{ type: 'object', properties: { a: {} }, additionalProperties: {} }, '{a?: any, …}'],
])('a schema in words: %j', (schema, words) => {
  expect(schemaWords(schema)).toBe(words);
});

test('a long object has the names of its members, a longer one none', () => {
  const named = { type: 'object', properties: strings(8), required: ['member0'] };
  expect(schemaWords(named)).toMatch(/^\{member0, member1\?, .*member7\?\}$/);
  const long = { type: 'object', properties: strings(40) };
  expect(schemaWords(long)).toBe('object');
  expect(schemaWords({ type: 'array', items: long })).toBe('array of object');
  expect(schemaWords({ type: 'array', items: named })).toMatch(/^array of \{member0, /);
  expect(schemaWords({ enum: Object.keys(strings(40)) })).toBe('string');
});
