import { z } from 'zod';
import type { ApiBackend } from './backend.ts';
import type { RpcTable } from './json-rpc.ts';
import { adminMethods } from './rpc-admin.ts';
import { chainMethods } from './rpc-chain.ts';
import { openRpcDocument } from './rpc-discover.ts';
import { discv5Methods } from './rpc-discv5.ts';
import { enodeckMethods } from './rpc-enodeck.ts';
import { createFeeds } from './rpc-feeds.ts';
import { logMethods } from './rpc-log.ts';
import { RPC_FEED_RIGHTS, RPC_RIGHTS } from './rights.ts';
import { method, type NamedMethods, type TableFeed, type TableMethod } from './rpc-method.ts';
import { nodeMethods } from './rpc-nodes.ts';
import { recorderMethods } from './rpc-recorder.ts';
import { requestMethods } from './rpc-requests.ts';
import { sessionMethods } from './rpc-session.ts';
import { viewMethods } from './rpc-views.ts';

/** All methods and subscriptions with their descriptions and rights. */
export interface DocumentedTable extends RpcTable {
  readonly methods: ReadonlyMap<string, TableMethod>;
  readonly feeds: ReadonlyMap<string, TableFeed>;
}

/** Creates all methods and subscriptions. @param admin whether to add the methods that reveal or change more than the network and the client name */
export function createRpcTable(backend: ApiBackend, admin: boolean): DocumentedTable {
  const methods = new Map(withRights(chainMethods(backend)));
  const feeds = new Map<string, TableFeed>();
  if (admin) {
    for (const [name, added] of [...withRights(adminTable(backend)), ...requestMethods(backend)]) {
      methods.set(name, added);
    }
    for (const [name, added] of createFeeds(backend)) {
      feeds.set(name, Object.assign(added, { right: RPC_FEED_RIGHTS[name] }));
    }
  }
  for (const [name, added] of withRights(rpcMethods(backend, methods, feeds))) methods.set(name, added);
  return { methods, feeds };
}

const withRights = (methods: NamedMethods): readonly (readonly [string, TableMethod])[] =>
  methods.map(([name, added]) => [
    name,
    Object.assign(added, { right: RPC_RIGHTS[name], request: undefined }),
  ]);

const adminTable = (backend: ApiBackend): NamedMethods => [
  ...adminMethods(backend),
  ...discv5Methods(backend),
  ...enodeckMethods(backend),
  ...recorderMethods(backend),
  ...sessionMethods(backend),
  ...nodeMethods(backend),
  ...logMethods(backend),
  ...viewMethods(backend),
];

/**
 * Creates the methods about the methods. `rpc.discover` is the name in the specification of OpenRPC.
 * @param methods of the table, to which the result is added
 */
function rpcMethods(
  backend: ApiBackend,
  methods: ReadonlyMap<string, TableMethod>,
  feeds: ReadonlyMap<string, TableFeed>,
): NamedMethods {
  const namespaces = [...methods.keys()].map((name) => name.slice(0, name.indexOf('_')));
  const modules = Object.fromEntries([...namespaces, 'rpc'].sort().map((name) => [name, '1.0']));
  const described = z.record(z.string(), z.string());
  let document: object | undefined;
  const discover = method('This OpenRPC document', [], z.looseObject({ openrpc: z.string() }), () => {
    document ??= openRpcDocument({ version: backend.status().version, methods, feeds });
    return document;
  });
  return [
    ['rpc_modules', method('The name spaces and their versions', [], described, () => modules)],
    ['rpc_discover', discover],
    ['rpc.discover', discover],
  ];
}
