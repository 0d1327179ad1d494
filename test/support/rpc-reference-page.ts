import { RIGHTS, type Right } from '../../shared/model/access.ts';
import { openRpcDocument } from '../../src-main/api/rpc-discover.ts';
import type { TableFeed, TableMethod } from '../../src-main/api/rpc-method.ts';
import { createRpcTable } from '../../src-main/api/rpc-methods.ts';
import { FakeBackend } from './fake-backend.ts';
import { markdownRow } from './markdown-row.ts';
import { schemaWords, type WordedSchema } from './schema-words.ts';

/** What the OpenRPC document says of a method. */
interface Described {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: WordedSchema;
  }[];
  readonly result: { readonly schema: WordedSchema };
  readonly 'x-right': Right;
  readonly 'x-lower-rights'?: readonly { readonly right: Right }[];
}

/** docs/rpc-reference.md: the methods by namespace, the subscriptions, and the methods that need more than the right to read. */
export function rpcReferencePage(): string {
  const { methods, feeds } = createRpcTable(new FakeBackend(), true);
  const described = describe(methods);
  return [
    ...['# JSON-RPC reference', '', ...INTRODUCTION],
    ...namespacesOf(described).flatMap((namespace) => [
      ...[`## ${namespace}`, '', ...HEAD('method', 'result')],
      ...described.filter(({ name }) => name.startsWith(`${namespace}_`)).map((each) => rowOf(each)),
      '',
    ]),
    ...['## Subscriptions', '', SUBSCRIBE, '', ...HEAD('subscription', 'each notification')],
    ...describe(asMethods(feeds)).map((each) => rowOf(each, subscriptionOf(each.name))),
    ...[
      '',
      '## Rights',
      '',
      'Every method and subscription that is not listed here needs the right `read`.',
      '',
    ],
    ...RIGHTS.filter((right) => right !== 'read').map((right) => rightOf(right, described)),
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'Generated from the declarations of the methods by `npx vitest run test/unit/project/rpc-reference.test.ts -u`.',
  '[rpc.md](rpc.md) says how to connect and what the methods mean.',
  '',
  'Arguments are by position. A name with `?` is optional. `hex` has lower case, without 0x. An object that is too long for the',
  'table has the names of its members alone, or is `object`; `…` stands for further members. `rpc_discover` (also `rpc.discover`)',
  'returns the whole schemas. `any` is a value that a schema cannot describe. `none` is the result of a method that is always',
  'refused. [rpc.md](rpc.md#rights) says which calls need a lower right.',
  '',
];

const SUBSCRIBE = [
  'They need a WebSocket or IPC. The parameters follow the name in the arguments. The method returns the ID of the subscription,',
  'with which `admin_unsubscribe` or `enodeck_unsubscribe` ends it.',
].join('\n');

const HEAD = (what: string, result: string): string[] => [
  markdownRow(what, 'what it does', 'parameters', result, 'right'),
  markdownRow(...Array<string>(5).fill('---')),
];

function describe(methods: ReadonlyMap<string, TableMethod>): readonly Described[] {
  const document = openRpcDocument({ version: '', methods, feeds: new Map() });
  return (document as { readonly methods: readonly Described[] }).methods;
}

/** Subscriptions have the names of methods too, and are described alike. */
const asMethods = (feeds: ReadonlyMap<string, TableFeed>): ReadonlyMap<string, TableMethod> =>
  new Map(
    [...feeds].map(([name, { document, right }]) => [
      name,
      Object.assign(() => null, { document, right, request: undefined }),
    ]),
  );

const namespacesOf = (described: readonly Described[]): readonly string[] => [
  ...new Set(described.map(({ name }) => name.slice(0, name.indexOf('_')))),
];

/** `admin_peerEvents` as it is called. */
const subscriptionOf = (feed: string): string => {
  const at = feed.indexOf('_');
  return `${feed.slice(0, at)}_subscribe ["${feed.slice(at + 1)}"]`;
};

function rowOf(described: Described, name = described.name): string {
  const { summary, params, result } = described;
  const types = [params.map(paramOf).join(', '), `\`${schemaWords(result.schema)}\``];
  return markdownRow(`\`${name}\``, summary, ...types, rightsOf(described));
}

/** The right of every call, and those with which some calls are permitted. */
function rightsOf({ 'x-right': right, 'x-lower-rights': lower = [] }: Described): string {
  const lowerRights = RIGHTS.filter((each) => lower.some((calls) => calls.right === each));
  return lowerRights.length === 0 ? right : `${right}; some calls ${lowerRights.join(' or ')}`;
}

function paramOf({ name, required, schema }: Described['params'][number]): string {
  const text = `\`${name}${required ? '' : '?'}: ${schemaWords(schema)}\``;
  const { default: value } = schema;
  const isTold = (typeof value === 'string' && value !== '') || ['number', 'boolean'].includes(typeof value);
  return isTold ? `${text} (default \`${JSON.stringify(value)}\`)` : text;
}

const rightOf = (right: Right, described: readonly Described[]): string => {
  const names = described.filter((each) => each['x-right'] === right).map(({ name }) => `\`${name}\``);
  return `- \`${right}\`: ${names.join(', ')}`;
};
