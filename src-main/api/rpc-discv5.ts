import { z } from 'zod';
import type { TableEntry } from '../../shared/model/table.ts';
import { bytesToHex, to0x, hexToBytes } from '../base/bytes.ts';
import { EnrError, enrFromText } from '../node-record/enr.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { assertNotBanned } from './rpc-admin.ts';
import { method, param, refusedMethod, text, type NamedMethods } from './rpc-method.ts';

/*
 * Names and shapes are those of the portal network's JSON-RPC
 * (https://github.com/ethereum/portal-network-specs/blob/master/jsonrpc/src/methods/discv5.json).
 */

/** BOUNDED: payload of a TALKREQ (the space in its packet) and protocol name, bytes. */
const MAX_PAYLOAD = 1_024;
const MAX_PROTOCOL = 64;
/** Largest log distance of two node IDs. */
const MAX_DISTANCE = 256;

const aNodeId = text.transform((value, context) => {
  const id = nodeIdIn(value);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'must be a node ID: 32 bytes in hex' });
  return z.NEVER;
});
const nodeIdParam = param('nodeId', aNodeId);
/** A signed record. */
const aRecord = text.trim().transform((value, context) => {
  try {
    return enrFromText(value);
  } catch (error) {
    if (!(error instanceof EnrError)) throw error;
    context.addIssue({ code: 'custom', message: `must be a record: ${error.message}` });
    return z.NEVER;
  }
});
/** Who is asked: a record, as specified; also an enode URL, or the ID of a known node. */
const asked = param('enr', text);
/** BOUNDED: each distance once. */
const distances = param(
  'distances',
  z
    .array(z.int().min(0).max(MAX_DISTANCE))
    .min(1)
    .max(MAX_DISTANCE + 1)
    .refine((values) => new Set(values).size === values.length, 'must have each distance once'),
);
const record = z.string();
const records = z.array(record);
const hexId = z.string().regex(/^0x[0-9a-f]{64}$/);
const hexBytes = (most: number): z.ZodString =>
  text
    .max(2 + 2 * most, `must be 0x and hex digits, ${String(most)} bytes at most`)
    .regex(/^0x(?:[0-9a-f]{2})*$/i, `must be 0x and hex digits, ${String(most)} bytes at most`);

const FIXED_RECORD =
  'this node announces its sockets and its external address: change nat (extip:IP), port or discoveryPort with enodeck_setSetting';

/** Creates the methods of the discv5 namespace. They reveal known nodes and send packets, so they need the admin flag. */
export function discv5Methods(backend: ApiBackend): NamedMethods {
  return [
    [
      'discv5_nodeInfo',
      method('The local record and node ID', [], z.strictObject({ enr: record, nodeId: hexId }), () =>
        nodeInfo(backend),
      ),
    ],
    ['discv5_updateNodeInfo', refusedMethod(['socketAddr', 'isTcp'], FIXED_RECORD)],
    ...tableMethods(backend),
    ...networkMethods(backend),
  ];
}

/** The methods that read and change what the node knows. */
function tableMethods(backend: ApiBackend): NamedMethods {
  const { discv5 } = backend;
  return [
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
      'discv5_addEnr',
      method(
        'Adds a node to the table of v5; false when its bucket is full or has too many nodes of its network',
        [param('enr', aRecord)],
        z.boolean(),
        (enr) => {
          assertNotBanned(backend, bytesToHex(enr.nodeId));
          return discv5.add(enr);
        },
      ),
    ],
    [
      'discv5_getEnr',
      method(
        'The newest known record of a node',
        [nodeIdParam],
        record,
        (id) => own(backend, id) ?? found(discv5.recordOf(id)),
      ),
    ],
    [
      'discv5_deleteEnr',
      method(
        'Removes a node from the table of v5, and says whether the table had it',
        [nodeIdParam],
        z.boolean(),
        (id) => discv5.remove(id),
      ),
    ],
  ];
}

/** The methods that ask the network. */
function networkMethods(backend: ApiBackend): NamedMethods {
  const { discovery, discv5 } = backend;
  return [
    [
      'discv5_lookupEnr',
      method(
        'The newest record of a node in the network',
        [nodeIdParam],
        record,
        async (id) => own(backend, id) ?? found(await discv5.findRecord(id)),
      ),
    ],
    [
      'discv5_ping',
      method(
        'Pings a node and returns its PONG',
        [asked],
        z.strictObject({ enrSeq: z.number(), recipientIP: z.string(), recipientPort: z.string() }),
        async (node) => {
          const { enrSeq, ip, port } = await discv5.ping(node);
          return { enrSeq: Number(enrSeq), recipientIP: ip, recipientPort: String(port) };
        },
      ),
    ],
    [
      'discv5_findNode',
      method(
        'Asks a node for the nodes that it knows at log distances from it',
        [asked, distances],
        records,
        (node, at) => discv5.findNodes(node, at),
      ),
    ],
    [
      'discv5_talkReq',
      method(
        'Sends a TALKREQ and returns the payload of the answer; 0x if the protocol is not supported',
        [asked, param('protocol', hexBytes(MAX_PROTOCOL)), param('payload', hexBytes(MAX_PAYLOAD))],
        z.string(),
        async (node, protocol, payload) => {
          const input = { node, protocol: bytesOf(protocol), payload: bytesOf(payload) };
          return to0x((await discovery.talk(input)).payload);
        },
      ),
    ],
    [
      'discv5_recursiveFindNodes',
      method('Looks up the nodes nearest to an ID, 16 at most, nearest first', [nodeIdParam], records, (id) =>
        discv5.nearest(id),
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
