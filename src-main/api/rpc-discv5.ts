import type { TableEntry } from '../../shared/model/table.ts';
import { to0x, hexToBytes } from '../base/bytes.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError, type RpcMethod } from './json-rpc.ts';
import { assertCount, textAt } from './rpc-arguments.ts';

/*
 * Names and shapes are those of the portal network's JSON-RPC
 * (https://github.com/ethereum/portal-network-specs/blob/master/jsonrpc/src/methods/discv5.json), without the methods that
 * change the record or the table.
 */

/** BOUNDED: payload of a TALKREQ (the space in its packet) and protocol name, bytes. */
const MAX_PAYLOAD = 1_024;
const MAX_PROTOCOL = 64;

/** Creates the methods of the discv5 namespace. They reveal known nodes and send packets, so they need the admin flag. */
export function discv5Methods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [
    ['discv5_nodeInfo', (params) => nodeInfo(backend, params)],
    ['discv5_routingTableInfo', (params) => routingTableInfo(backend, params)],
    ['discv5_getEnr', (params) => getEnr(backend, params)],
    ['discv5_lookupEnr', (params) => lookupEnr(backend, params)],
    ['discv5_talkReq', (params) => talkReq(backend, params)],
  ];
}

function nodeInfo(backend: ApiBackend, params: readonly unknown[]): object {
  assertCount(params, 0);
  const { id, enr } = backend.status().identity;
  if (enr === '') throw new RpcError(RPC_CODES.failed, 'the node is not running');
  return { enr, nodeId: `0x${id}` };
}

/** Nearest bucket first; in each bucket the oldest node first. */
function routingTableInfo(backend: ApiBackend, params: readonly unknown[]): object {
  assertCount(params, 0);
  const byAge = (a: TableEntry, b: TableEntry): number => a.addedToBucket - b.addedToBucket;
  const buckets = [...backend.discovery.table('v5').buckets]
    .sort((a, b) => a.distance - b.distance)
    .map(({ entries }) => [...entries].sort(byAge).map(({ id }) => `0x${id}`));
  return { localNodeId: `0x${backend.status().identity.id}`, buckets };
}

function getEnr(backend: ApiBackend, params: readonly unknown[]): string {
  const id = nodeIdOf(params);
  return own(backend, id) ?? found(backend.discovery.recordOf(id));
}

async function lookupEnr(backend: ApiBackend, params: readonly unknown[]): Promise<string> {
  const id = nodeIdOf(params);
  return own(backend, id) ?? found(await backend.discovery.findRecord(id));
}

async function talkReq(backend: ApiBackend, params: readonly unknown[]): Promise<string> {
  assertCount(params, 3);
  const input = {
    node: textAt(params, 0),
    protocol: bytesAt(params, 1, MAX_PROTOCOL),
    payload: bytesAt(params, 2, MAX_PAYLOAD),
  };
  const { payload } = await backend.discovery.talk(input);
  return to0x(payload);
}

const own = (backend: ApiBackend, idHex: string): string | null => {
  const { id, enr } = backend.status().identity;
  return id === idHex ? enr : null;
};

function found(record: string | null): string {
  if (record === null) throw new RpcError(RPC_CODES.failed, 'record not found');
  return record;
}

function nodeIdOf(params: readonly unknown[]): string {
  const text = textAt(params, 0);
  assertCount(params, 1);
  const id = nodeIdIn(text);
  if (id !== undefined) return id;
  throw new RpcError(RPC_CODES.invalidParams, 'invalid argument 0: a node ID is 32 bytes in hex');
}

function bytesAt(params: readonly unknown[], index: number, most: number): Uint8Array {
  const text = textAt(params, index);
  if (text.length > 2 + 2 * most || !/^0x(?:[0-9a-f]{2})*$/i.test(text)) {
    const reason = `it must be 0x and hex digits, ${String(most)} bytes at most`;
    throw new RpcError(RPC_CODES.invalidParams, `invalid argument ${String(index)}: ${reason}`);
  }
  return hexToBytes(text);
}
