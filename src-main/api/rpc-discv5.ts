import { z } from 'zod';
import type { TableEntry } from '../../shared/model/table.ts';
import { to0x, hexToBytes } from '../base/bytes.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { method, param, text, type NamedMethods } from './rpc-method.ts';

/*
 * Names and shapes are those of the portal network's JSON-RPC
 * (https://github.com/ethereum/portal-network-specs/blob/master/jsonrpc/src/methods/discv5.json), without the methods that
 * change the record or the table.
 */

/** BOUNDED: payload of a TALKREQ (the space in its packet) and protocol name, bytes. */
const MAX_PAYLOAD = 1_024;
const MAX_PROTOCOL = 64;

const aNodeId = text.transform((value, context) => {
  const id = nodeIdIn(value);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'must be a node ID: 32 bytes in hex' });
  return z.NEVER;
});
const nodeIdParam = param('nodeId', aNodeId);
const record = z.string();
const hexId = z.string().regex(/^0x[0-9a-f]{64}$/);
const hexBytes = (most: number): z.ZodString =>
  text
    .max(2 + 2 * most, `must be 0x and hex digits, ${String(most)} bytes at most`)
    .regex(/^0x(?:[0-9a-f]{2})*$/i, `must be 0x and hex digits, ${String(most)} bytes at most`);

/** Creates the methods of the discv5 namespace. They reveal known nodes and send packets, so they need the admin flag. */
export function discv5Methods(backend: ApiBackend): NamedMethods {
  const { discovery } = backend;
  return [
    [
      'discv5_nodeInfo',
      method('The local record and node ID', [], z.strictObject({ enr: record, nodeId: hexId }), () =>
        nodeInfo(backend),
      ),
    ],
    [
      'discv5_routingTableInfo',
      method(
        'The table of v5, the nearest of 17 buckets first',
        [],
        z.strictObject({ localNodeId: z.string(), buckets: z.array(z.array(hexId)) }),
        () => routingTableInfo(backend),
      ),
    ],
    [
      'discv5_getEnr',
      method(
        'The newest known record of a node',
        [nodeIdParam],
        record,
        (id) => own(backend, id) ?? found(discovery.recordOf(id)),
      ),
    ],
    [
      'discv5_lookupEnr',
      method(
        'The newest record of a node in the network',
        [nodeIdParam],
        record,
        async (id) => own(backend, id) ?? found(await discovery.findRecord(id)),
      ),
    ],
    [
      'discv5_talkReq',
      method(
        'Sends a TALKREQ and returns the payload of the answer; 0x if the protocol is not supported',
        [
          param('enr', text),
          param('protocol', hexBytes(MAX_PROTOCOL)),
          param('payload', hexBytes(MAX_PAYLOAD)),
        ],
        z.string(),
        async (node, protocol, payload) => {
          const input = { node, protocol: bytesOf(protocol), payload: bytesOf(payload) };
          return to0x((await discovery.talk(input)).payload);
        },
      ),
    ],
  ];
}

function nodeInfo(backend: ApiBackend): object {
  const { id, enr } = backend.status().identity;
  if (enr === '') throw new RpcError(RPC_CODES.failed, 'the node is not running');
  return { enr, nodeId: `0x${id}` };
}

/** Nearest bucket first; in each bucket the oldest node first. */
function routingTableInfo(backend: ApiBackend): object {
  const byAge = (a: TableEntry, b: TableEntry): number => a.addedToBucket - b.addedToBucket;
  const buckets = [...backend.discovery.table('v5').buckets]
    .sort((a, b) => a.distance - b.distance)
    .map(({ entries }) => [...entries].sort(byAge).map(({ id }) => `0x${id}`));
  return { localNodeId: `0x${backend.status().identity.id}`, buckets };
}

const own = (backend: ApiBackend, idHex: string): string | null => {
  const { id, enr } = backend.status().identity;
  return id === idHex ? enr : null;
};

function found(enr: string | null): string {
  if (enr === null) throw new RpcError(RPC_CODES.failed, 'record not found');
  return enr;
}

const bytesOf = (hex: string): Uint8Array => hexToBytes(hex.slice(2));
