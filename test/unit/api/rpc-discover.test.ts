import * as openRpc from '@open-rpc/meta-schema';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend } from '../../support/fake-backend.ts';

interface DescribedMethod {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: readonly { readonly name: string; readonly required: boolean; readonly schema: object }[];
  readonly result: { readonly name: string; readonly schema: object };
  readonly 'x-right': string;
  readonly 'x-lower-rights'?: readonly { readonly right: string; readonly first: object }[];
}
interface OpenRpc {
  readonly openrpc: string;
  readonly info: { readonly version: string };
  readonly methods: readonly DescribedMethod[];
}

const table = (admin: boolean): ReturnType<typeof createRpcTable> => createRpcTable(new FakeBackend(), admin);
const documentOf = (admin: boolean): OpenRpc =>
  JSON.parse(JSON.stringify(table(admin).methods.get('rpc_discover')?.([]))) as OpenRpc;
const found = (name: string): DescribedMethod | undefined =>
  documentOf(true).methods.find((described) => described.name === name);

/** The schema of OpenRPC. It refers to a copy of the schema of JSON Schema draft 7, in whose place stands the original. */
function openRpcValidator(): Ajv.ValidateFunction {
  // The types of the package lack its value.
  const { openrpcDocument } = openRpc as unknown as { readonly openrpcDocument: Record<string, unknown> };
  const { $schema: _draft7, ...schema } = openrpcDocument;
  return new Ajv()
    .addSchema({ $id: 'https://meta.json-schema.tools', $ref: 'https://meta.json-schema.tools/' })
    .addSchema({
      $id: 'https://meta.json-schema.tools/',
      definitions: { JSONSchemaObject: { properties: { $ref: { type: 'string' } } } },
      allOf: [{ $ref: 'http://json-schema.org/draft-07/schema#' }],
    })
    .compile(schema);
}

describe('rpc_discover', () => {
  test.each([true, false])('is a valid OpenRPC document, with the admin methods: %s', (admin) => {
    const validate = openRpcValidator();
    const document = documentOf(admin);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.info.version).toBe('0.1.0');
    // The validator finds a fault.
    const [first] = document.methods;
    for (const change of [{ name: 1 }, { result: { name: 'a', schema: { type: 'colour' } } }, { more: 1 }])
      expect(validate({ ...document, methods: [{ ...first, ...change }] })).toBe(false);
  });

  test.each([true, false])('describes every method once, and no other: admin %s', (admin) => {
    const { methods, feeds } = table(admin);
    const namespaces = new Set([...feeds.keys()].map((name) => name.slice(0, name.indexOf('_'))));
    const expected = [
      ...[...methods.keys()].filter((name) => name !== 'rpc.discover'),
      ...[...namespaces].flatMap((namespace) => [`${namespace}_subscribe`, `${namespace}_unsubscribe`]),
    ];
    expect(documentOf(admin).methods.map(({ name }) => name)).toEqual(expected.sort());
    expect(methods.get('rpc.discover')).toBe(methods.get('rpc_discover'));
  });

  test('each method has a summary, and named arguments of which the optional ones come last', () => {
    for (const { name, summary, params } of documentOf(true).methods) {
      expect(summary, name).toMatch(/^\w.{5,200}[^.]$/);
      expect(new Set(params.map((param) => param.name)).size, name).toBe(params.length);
      const firstOptional = params.findIndex(({ required }) => !required);
      if (firstOptional !== -1)
        expect(
          params.slice(firstOptional).every(({ required }) => !required),
          name,
        ).toBe(true);
    }
  });

  test('the types are those that check the arguments', () => {
    expect(found('enodeck_table')?.params).toEqual([
      { name: 'protocol', required: true, schema: { type: 'string', enum: ['v4', 'v5'] } },
    ]);
    expect(found('debug_verbosity')?.params[0]?.schema).toMatchObject({
      type: 'integer',
      minimum: 0,
      maximum: 5,
    });
    expect(found('enodeck_ban')?.params).toMatchObject([
      { name: 'target', required: true },
      { name: 'duration', required: false, schema: { default: 'day' } },
      { name: 'reason', required: false },
    ]);
    expect(found('enodeck_startCrawl')?.params[0]?.schema).toMatchObject({
      type: 'object',
      required: ['protocol', 'seconds', 'nodes'],
      additionalProperties: false,
    });
    expect(found('net_listening')?.result.schema).toEqual({ type: 'boolean' });
  });

  test('names the right that each method needs', () => {
    expect(found('net_version')?.['x-right']).toBe('read');
    expect(found('admin_addPeer')?.['x-right']).toBe('operate');
    expect(found('enodeck_updateSettings')?.['x-right']).toBe('admin');
    expect(found('net_version')?.['x-lower-rights']).toBeUndefined();
    expect(found('enodeck_setSetting')).toMatchObject({
      'x-right': 'admin',
      'x-lower-rights': [{ right: 'operate', first: { enum: ['logLevel', 'logModules'] } }],
    });
    expect(found('enodeck_subscribe')?.['x-right']).toBe('read');
    expect(found('enodeck_unsubscribe')?.['x-right']).toBe('read');
  });

  test('names the subscriptions', () => {
    const subscribe = found('enodeck_subscribe');
    expect(subscribe?.params[0]?.schema).toEqual({
      type: 'string',
      enum: ['records', 'doctor', 'health', 'sessions'],
    });
    expect(subscribe?.description).toContain('records: New records that match a filter');
  });

  test('the answers of the methods without arguments have the described types', async () => {
    const { methods } = table(true);
    const without = [...methods].filter(([, { document }]) => document.params.length === 0);
    expect(without.length).toBeGreaterThan(35);
    for (const [name, call] of without) {
      if (name.startsWith('admin_st')) continue;
      const checked = call.document.result.safeParse(await call([]));
      expect(checked.error, name).toBeUndefined();
    }
  });
});
