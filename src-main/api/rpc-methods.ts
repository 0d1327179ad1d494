import { z } from 'zod';
import type { ApiBackend } from './backend.ts';
import type { RpcTable } from './json-rpc.ts';
import { adminMethods } from './rpc-admin.ts';
import { chainMethods } from './rpc-chain.ts';
import { openRpcDocument } from './rpc-discover.ts';
import { discv5Methods } from './rpc-discv5.ts';
import { doctorFeed, enodeckMethods } from './rpc-enodeck.ts';
import { logMethods } from './rpc-log.ts';
import { feed, method, type DocumentedFeed, type DocumentedMethod } from './rpc-method.ts';
import { nodeMethods } from './rpc-nodes.ts';
import { recordFeed, recorderMethods } from './rpc-recorder.ts';
import { requestMethods } from './rpc-requests.ts';
import { sessionMethods } from './rpc-session.ts';
import { viewMethods } from './rpc-views.ts';

/** All methods and subscriptions with their descriptions. */
export interface DocumentedTable extends RpcTable {
  readonly methods: ReadonlyMap<string, DocumentedMethod>;
  readonly feeds: ReadonlyMap<string, DocumentedFeed>;
}

/** Creates all methods and subscriptions. @param admin whether to add the methods that reveal or change more than the network and the client name */
export function createRpcTable(backend: ApiBackend, admin: boolean): DocumentedTable {
  const methods = new Map(chainMethods(backend));
  const feeds = new Map<string, DocumentedFeed>();
  if (admin) {
    for (const [name, added] of adminTable(backend)) methods.set(name, added);
    feeds.set('admin_peerEvents', peerFeed(backend));
    feeds.set('enodeck_records', recordFeed(backend));
    feeds.set('enodeck_doctor', doctorFeed(backend));
  }
  addRpcMethods(backend, methods, feeds);
  return { methods, feeds };
}

const adminTable = (backend: ApiBackend): readonly (readonly [string, DocumentedMethod])[] => [
  ...adminMethods(backend),
  ...discv5Methods(backend),
  ...enodeckMethods(backend),
  ...recorderMethods(backend),
  ...sessionMethods(backend),
  ...nodeMethods(backend),
  ...logMethods(backend),
  ...viewMethods(backend),
  ...requestMethods(backend),
];

const peerFeed = (backend: ApiBackend): DocumentedFeed =>
  feed(
    'Peers that were added and dropped',
    [],
    z.looseObject({ type: z.string() }),
    () => (notify) => backend.onPeerEvent(notify),
  );

/** Adds the methods about the methods. `rpc.discover` is the name in the specification of OpenRPC. */
function addRpcMethods(
  backend: ApiBackend,
  methods: Map<string, DocumentedMethod>,
  feeds: ReadonlyMap<string, DocumentedFeed>,
): void {
  const namespaces = [...methods.keys()].map((name) => name.slice(0, name.indexOf('_')));
  const modules = Object.fromEntries([...namespaces, 'rpc'].sort().map((name) => [name, '1.0']));
  methods.set(
    'rpc_modules',
    method('The name spaces and their versions', [], z.record(z.string(), z.string()), () => modules),
  );
  let document: object | undefined;
  const discover = method('This OpenRPC document', [], z.looseObject({ openrpc: z.string() }), () => {
    document ??= openRpcDocument({ version: backend.status().version, methods, feeds });
    return document;
  });
  methods.set('rpc_discover', discover);
  methods.set('rpc.discover', discover);
}
