import type { NodeStatus } from '../../shared/model/node.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { PeerDetail } from '../../shared/model/peer.ts';
import type { TableEntry } from '../../shared/model/table.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError, type RpcFeed, type RpcMethod, type RpcTable } from './json-rpc.ts';
import { assertCount, textAt } from './rpc-arguments.ts';
import { chainMethods } from './rpc-chain.ts';
import { discv5Methods } from './rpc-discv5.ts';
import { logMethods } from './rpc-log.ts';
import { nodeMethods } from './rpc-nodes.ts';
import { doctorFeed, enodeckMethods } from './rpc-enodeck.ts';
import { recordFeed, recorderMethods } from './rpc-recorder.ts';
import { sessionMethods } from './rpc-session.ts';

/*
 * Names and JSON shapes are go-ethereum's: p2p/server.go NodeInfo, p2p/peer.go PeerInfo, node/api.go,
 * p2p/discover/node.go BucketNode, so that its console and scripts written for it work here.
 */

/** Creates all methods and subscriptions. @param admin whether to add the methods that reveal or change more than the network and the client name */
export function createRpcTable(backend: ApiBackend, admin: boolean): RpcTable {
  const methods = rpcMethods(backend, admin);
  const namespaces = [...methods.keys()].map((name) => name.slice(0, name.indexOf('_')));
  const modules = Object.fromEntries([...namespaces, 'rpc'].sort().map((name) => [name, '1.0']));
  methods.set('rpc_modules', () => modules);
  const feeds = new Map<string, (params: readonly unknown[]) => RpcFeed>();
  if (admin) {
    feeds.set('admin_peerEvents', (params) => {
      // geth counts the subscription's name.
      if (params.length > 0)
        throw new RpcError(RPC_CODES.invalidParams, 'too many arguments, want at most 1');
      return (notify) => backend.onPeerEvent(notify);
    });
    feeds.set('enodeck_records', (params) => recordFeed(backend, params));
    feeds.set('enodeck_doctor', (params) => doctorFeed(backend, params));
  }
  return { methods, feeds };
}

function rpcMethods(backend: ApiBackend, admin: boolean): Map<string, RpcMethod> {
  const methods = new Map<string, RpcMethod>(chainMethods(backend));
  if (!admin) return methods;
  methods.set('admin_nodeInfo', () => nodeInfo(backend.status(), backend.chain().range.latestHash));
  methods.set('admin_peers', () => peers(backend));
  methods.set('admin_addPeer', (params) => add(backend, 'static', params));
  methods.set('admin_removePeer', async (params) => {
    const id = await remove(backend, 'static', params);
    backend.disconnect(id);
    return true;
  });
  methods.set('admin_addTrustedPeer', (params) => add(backend, 'trusted', params));
  methods.set('admin_removeTrustedPeer', async (params) => {
    await remove(backend, 'trusted', params);
    return true;
  });
  methods.set('admin_datadir', () => backend.status().dataFolder);
  methods.set('debug_discoveryV4Table', () => table(backend));
  for (const [name, method] of [
    ...discv5Methods(backend),
    ...enodeckMethods(backend),
    ...recorderMethods(backend),
    ...sessionMethods(backend),
    ...nodeMethods(backend),
    ...logMethods(backend),
  ]) {
    methods.set(name, method);
  }
  return methods;
}

/** @param head hash of the newest block that Status announces */
function nodeInfo(status: NodeStatus, head: string): object {
  const listener = status.listening.find((address) => address.protocol === 'tcp');
  const discovery = status.listening.find((address) => address.protocol === 'udp');
  const offers = (name: string): boolean => status.capabilities.some((text) => text.startsWith(`${name}/`));
  return {
    id: status.identity.id,
    name: status.clientName,
    enode: status.identity.enode,
    enr: status.identity.enr,
    ip: status.external[0]?.ip ?? listener?.ip ?? '127.0.0.1',
    ports: { discovery: discovery?.port ?? 0, listener: listener?.port ?? 0 },
    listenAddr: listener === undefined ? '' : hostPort(listener.ip, listener.port),
    protocols: {
      ...(offers('eth') && {
        eth: {
          network: jsonNumber(status.network.networkId),
          genesis: status.network.genesisHash,
          config: { chainId: jsonNumber(status.network.chainId) },
          head,
        },
      }),
      ...(offers('snap') && { snap: {} }),
    },
  };
}

function peers(backend: ApiBackend): object[] {
  return backend
    .peers()
    .map((row) => backend.peerDetail(row.id))
    .filter((detail) => detail !== null)
    .map(peerInfo);
}

function peerInfo(detail: PeerDetail): object {
  const { row } = detail;
  return {
    ...(detail.enr === null ? {} : { enr: detail.enr }),
    enode: detail.enode,
    id: row.id,
    name: row.name,
    caps: row.capabilities,
    network: {
      localAddress: detail.localAddress,
      remoteAddress: detail.remoteAddress,
      inbound: row.direction === 'inbound',
      trusted: row.kind.trusted,
      static: row.kind.static,
    },
    protocols: Object.fromEntries(
      detail.negotiated.map((protocol) => [
        protocol.split('/')[0] ?? protocol,
        protocolInfo(detail, protocol),
      ]),
    ),
  };
}

/** Protocol details as in geth: version and, since eth/69, the block range; `handshake` before Status. */
function protocolInfo(detail: PeerDetail, protocol: string): object | string {
  const [name, version] = protocol.split('/');
  if (name !== 'eth') return { version: Number(version) };
  if (detail.status === null) return 'handshake';
  const { status } = detail;
  if (status.latestBlock === null) return { version: status.version };
  return {
    version: status.version,
    earliestBlock: jsonNumber(status.earliestBlock ?? '0'),
    latestBlock: jsonNumber(status.latestBlock),
    latestBlockHash: status.headHash,
  };
}

/** Nearest bucket first, as in geth. */
function table(backend: ApiBackend): object[][] {
  const bucketNode = (entry: TableEntry): object => ({
    node: entry.enr ?? entry.enode,
    addedToTable: new Date(entry.addedToTable).toISOString(),
    addedToBucket: new Date(entry.addedToBucket).toISOString(),
    checks: entry.checks,
    live: entry.live,
  });
  return [...backend.discovery.table('v4').buckets]
    .sort((a, b) => a.distance - b.distance)
    .map((bucket) => bucket.entries.map(bucketNode));
}

async function add(backend: ApiBackend, list: NodeListName, params: readonly unknown[]): Promise<true> {
  const text = nodeText(params);
  const id = idOf(text);
  assertNotBanned(backend, id);
  if (backend.lists.find(list, id) === undefined) {
    await backend.lists.add({ list, text, label: null });
  }
  return true;
}

async function remove(backend: ApiBackend, list: NodeListName, params: readonly unknown[]): Promise<string> {
  const id = idOf(nodeText(params));
  await backend.lists.remove(list, id);
  return id;
}

function nodeText(params: readonly unknown[]): string {
  const text = textAt(params, 0);
  assertCount(params, 1);
  return text;
}

/** geth has no bans. Here an entry of a banned node would never be dialed. */
function assertNotBanned(backend: ApiBackend, idHex: string): void {
  const ban = backend.bans
    .list()
    .find(({ by, target }) => by === 'user' && target.kind === 'node' && target.value === idHex);
  if (ban === undefined) return;
  const reason = ban.reason === '' ? '' : ` (${ban.reason})`;
  throw new RpcError(
    RPC_CODES.failed,
    `the node is banned${reason}: remove the ban with enodeck_unban first`,
  );
}

function idOf(text: string): string {
  try {
    return parseNode(text).idHex;
  } catch (error) {
    if (error instanceof EnodeckError)
      throw new RpcError(RPC_CODES.failed, `invalid enode: ${describeError(error)}`, { cause: error });
    throw error;
  }
}

/** Converts a decimal to a JSON number; exact below 2^53, as are all network IDs and block numbers in use. */
const jsonNumber = (decimal: string): number => Number(decimal);

const hostPort = (ip: string, port: number): string => `${ip.includes(':') ? `[${ip}]` : ip}:${String(port)}`;
