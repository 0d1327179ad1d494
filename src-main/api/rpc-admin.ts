import { z } from 'zod';
import type { NodeStatus } from '../../shared/model/node.ts';
import type { NodeListName } from '../../shared/model/node-list.ts';
import type { PeerDetail } from '../../shared/model/peer.ts';
import type { TableEntry } from '../../shared/model/table.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { method, param, refusedMethod, text, type NamedMethods } from './rpc-method.ts';

/*
 * Names and JSON shapes are go-ethereum's: p2p/server.go NodeInfo, p2p/peer.go PeerInfo, node/api.go,
 * p2p/discover/node.go BucketNode, so that its console and scripts written for it work here.
 */

const ofNode = param('node', text);
const done = z.literal(true);
const aNode = z.looseObject({
  id: z.string(),
  name: z.string(),
  enode: z.string(),
  enr: z.string(),
  ip: z.string(),
  ports: z.strictObject({ discovery: z.int(), listener: z.int() }),
  listenAddr: z.string(),
  protocols: z.record(z.string(), z.looseObject({})),
});
const aPeer = z.looseObject({
  enode: z.string(),
  id: z.string(),
  name: z.string(),
  caps: z.array(z.string()),
  network: z.looseObject({ inbound: z.boolean(), trusted: z.boolean(), static: z.boolean() }),
  protocols: z.record(z.string(), z.union([z.looseObject({}), z.string()])),
});
const aBucketNode = z.strictObject({
  node: z.string(),
  addedToTable: z.string(),
  addedToBucket: z.string(),
  checks: z.int(),
  live: z.boolean(),
});

/** Creates geth's `admin_` methods and `debug_discoveryV4Table`. */
export function adminMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'admin_nodeInfo',
      method('This node', [], aNode, () => nodeInfo(backend.status(), backend.chain().range.latestHash)),
    ],
    ['admin_peers', method('The sessions', [], z.array(aPeer), () => peers(backend))],
    ['admin_addPeer', method('Adds a static node', [ofNode], done, (node) => add(backend, 'static', node))],
    [
      'admin_removePeer',
      method('Removes a static node and ends the session', [ofNode], done, async (node) => {
        backend.disconnect(await remove(backend, 'static', node));
        return true;
      }),
    ],
    [
      'admin_addTrustedPeer',
      method('Adds a trusted node', [ofNode], done, (node) => add(backend, 'trusted', node)),
    ],
    [
      'admin_removeTrustedPeer',
      method('Removes a trusted node', [ofNode], done, async (node) => {
        await remove(backend, 'trusted', node);
        return true;
      }),
    ],
    ['admin_datadir', method('The data folder', [], z.string(), () => backend.status().dataFolder)],
    [
      'debug_discoveryV4Table',
      method('The table of v4, nearest bucket first', [], z.array(z.array(aBucketNode)), () =>
        table(backend),
      ),
    ],
    ...refusedMethods(),
  ];
}

const SERVED =
  'this node serves JSON-RPC over HTTP and WebSocket from its start to its end: set --http.addr and --http.port, and start it again';
const IMPORTED = 'this node imports files of blocks when it starts, or with the command “chain import”';
const EXPORTED = 'this node exports no blocks';

/** geth's methods that make no sense here: their arguments, and why they are refused. */
const REFUSED = {
  admin_startHTTP: [['host', 'port', 'cors', 'apis', 'vhosts'], SERVED],
  admin_startRPC: [['host', 'port', 'cors', 'apis', 'vhosts'], SERVED],
  admin_stopHTTP: [[], SERVED],
  admin_stopRPC: [[], SERVED],
  admin_startWS: [['host', 'port', 'origins', 'apis'], SERVED],
  admin_stopWS: [[], SERVED],
  admin_exportChain: [['file', 'first', 'last'], EXPORTED],
  admin_importChain: [['file'], IMPORTED],
} as const satisfies Record<string, readonly [params: readonly string[], reason: string]>;

const refusedMethods = (): NamedMethods =>
  (Object.keys(REFUSED) as (keyof typeof REFUSED)[]).map((name) => {
    const [params, reason] = REFUSED[name];
    return [name, refusedMethod(params, reason)];
  });

/** @param head hash of the newest block that Status announces */
function nodeInfo(status: NodeStatus, head: string): object {
  const listener = status.listening.find((address) => address.protocol === 'tcp');
  const discovery = status.listening.find((address) => address.protocol === 'udp');
  const offers = (name: string): boolean =>
    status.capabilities.some((offered) => offered.startsWith(`${name}/`));
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

async function add(backend: ApiBackend, list: NodeListName, node: string): Promise<true> {
  const id = idOf(node);
  assertNotBanned(backend, id);
  if (backend.lists.find(list, id) === undefined) {
    await backend.lists.add({ list, text: node, label: null });
  }
  return true;
}

async function remove(backend: ApiBackend, list: NodeListName, node: string): Promise<string> {
  const id = idOf(node);
  await backend.lists.remove(list, id);
  return id;
}

/** geth has no bans. Here an entry of a banned node would never be dialed. @throws RpcError with the reason of the ban */
export function assertNotBanned(backend: ApiBackend, idHex: string): void {
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

function idOf(node: string): string {
  try {
    return parseNode(node).idHex;
  } catch (error) {
    if (error instanceof EnodeckError)
      throw new RpcError(RPC_CODES.failed, `invalid enode: ${describeError(error)}`, { cause: error });
    throw error;
  }
}

/** Converts a decimal to a JSON number; exact below 2^53, as are all network IDs and block numbers in use. */
const jsonNumber = (decimal: string): number => Number(decimal);

const hostPort = (ip: string, port: number): string => `${ip.includes(':') ? `[${ip}]` : ip}:${String(port)}`;
