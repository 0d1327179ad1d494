import { z } from 'zod';
import { RIGHTS, type Right } from '../../shared/model/access.ts';
import { lowerRights, rightOfEveryCall } from './needed-right.ts';
import type { RpcParam, TableFeed, TableMethod } from './rpc-method.ts';

/** Version of the specification: https://spec.open-rpc.org */
const OPENRPC_VERSION = '1.3.2';

const NAME = 'result';

/** What the document describes. */
interface DescribedApi {
  /** Version of the program. */
  readonly version: string;
  readonly methods: ReadonlyMap<string, TableMethod>;
  readonly feeds: ReadonlyMap<string, TableFeed>;
}

/** The OpenRPC document of these methods, as a JSON value; without `rpc.discover`, which every service has. */
export function openRpcDocument({ version, methods, feeds }: DescribedApi): object {
  const described = [...methods]
    .filter(([name]) => name !== 'rpc.discover')
    .map(([name, entry]) => methodObject(name, entry));
  const namespaces = [...new Set([...feeds.keys()].map((name) => name.slice(0, name.indexOf('_'))))];
  const subscriptions = namespaces.flatMap((namespace) => subscriptionMethods(namespace, feeds));
  return {
    openrpc: OPENRPC_VERSION,
    info: {
      title: 'Enodeck JSON-RPC',
      version,
      description: 'Methods of a devp2p node. Arguments are by position.',
    },
    methods: [...described, ...subscriptions].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** A method object of OpenRPC. */
interface MethodObject {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly paramStructure: 'by-position';
  readonly params: readonly object[];
  readonly result: object;
  /** The right that the token of the caller needs for every call. */
  readonly 'x-right': Right;
  /** Calls that need less, by the schema of their first argument. */
  readonly 'x-lower-rights'?: readonly { readonly right: Right; readonly first: object }[];
}

function methodObject(name: string, { document, right }: TableMethod): MethodObject {
  const { summary, params, result } = document;
  const lower = lowerRights(right).map((calls) => ({ ...calls, first: schemaOf(calls.first, 'input') }));
  return {
    ...{ name, summary, paramStructure: 'by-position' },
    params: params.map(paramObject),
    result: { name: NAME, schema: schemaOf(result, 'output') },
    'x-right': rightOfEveryCall(right),
    ...(lower.length > 0 && { 'x-lower-rights': lower }),
  };
}

const paramObject = ({ name, schema }: RpcParam): object => ({
  name,
  required: !schema.safeParse(undefined).success,
  schema: schemaOf(schema, 'input'),
});

/** `NAMESPACE_subscribe` and `NAMESPACE_unsubscribe`, which the dispatcher has for every namespace with subscriptions. */
function subscriptionMethods(namespace: string, feeds: DescribedApi['feeds']): MethodObject[] {
  const own = [...feeds].filter(([name]) => name.startsWith(`${namespace}_`));
  const names = own.map(([name]) => name.slice(namespace.length + 1));
  const id = { name: 'subscription', schema: { type: 'string' } };
  const further = own.map(([, { document }]) => document.params.map(paramObject));
  const [first = [], ...others] = further;
  const [least = 'admin'] = RIGHTS.filter((right) => own.some(([, entry]) => entry.right === right));
  return [
    {
      ...{ name: `${namespace}_subscribe`, summary: 'Starts a subscription; needs a WebSocket or IPC' },
      description: own
        .map(([, { document }], index) => `${names[index] ?? ''}: ${document.summary}.`)
        .join('\n'),
      paramStructure: 'by-position',
      params: [
        { name: 'name', required: true, schema: { type: 'string', enum: names } },
        // Which arguments follow depends on the name.
        ...(others.length === 0 ? first : [{ name: 'argument', required: false, schema: {} }]),
      ],
      result: id,
      'x-right': least,
    },
    {
      ...{ name: `${namespace}_unsubscribe`, summary: 'Ends a subscription' },
      paramStructure: 'by-position',
      params: [{ ...id, required: true }],
      result: { name: NAME, schema: { type: 'boolean' } },
      'x-right': least,
    },
  ];
}

/** Transforms and checks by code have no JSON schema: their type stays open there. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    ...{ target: 'draft-7', unrepresentable: 'any', io },
  });
  return rest;
}
