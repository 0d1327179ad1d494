/**
 * Encodes and decodes the six messages of discovery v5.1: a type byte and an RLP list that starts with the request ID.
 * The list is decoded strictly: additional elements are errors. Topic messages (0x07 to 0x0a) are not supported.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md#protocol-messages
 */
import { MAX_ENR_BYTES } from '../../../shared/enr-text.ts';
import { CodecError } from '../../base/errors.ts';
import { bytesToIp, ipToBytes } from '../../base/ip.ts';
import { encodeRlp, RawRlp, RlpError, RlpReader, type RlpInput } from '../../base/rlp.ts';
import { MAX_DISTANCE, MAX_NODES, MAX_REQUEST_ID_SIZE, NODES_RECORDS_SIZE } from './constants.ts';

/** Why a message is invalid. */
export type MessageErrorCode =
  'empty-message' | 'unknown-type' | 'bad-rlp' | 'missing-field' | 'bad-field' | 'bad-request-id';

/** An invalid message. */
export class MessageError extends CodecError<MessageErrorCode> {}

/** Checks that the receiver is live, and announces the sequence number of the sender's record. */
export interface V5Ping {
  readonly type: 'ping';
  /** Sequence number of the sender's record. */
  readonly enrSeq: bigint;
}

/** Answers PING. */
export interface V5Pong {
  readonly type: 'pong';
  /** Sequence number of the sender's record. */
  readonly enrSeq: bigint;
  /** The source of the PING as the sender of this PONG saw it: the receiver's external endpoint; `ip` is canonical text. */
  readonly ip: string;
  readonly port: number;
}

/** Requests nodes at log distances from the receiver; distance 0 is its own record. */
export interface V5Findnode {
  readonly type: 'findnode';
  /** Each from 0 to 256; duplicates are possible. */
  readonly distances: readonly number[];
}

/** Answers FINDNODE, in one message or more. */
export interface V5Nodes {
  readonly type: 'nodes';
  /** Number of messages of the answer, 0 to 255. */
  readonly total: number;
  /** RLP of the records, unverified. */
  readonly records: readonly Uint8Array[];
}

/** A request of another protocol. */
export interface V5TalkRequest {
  readonly type: 'talkreq';
  /** Name of the protocol: usually ASCII, but any bytes are possible. */
  readonly protocol: Uint8Array;
  readonly payload: Uint8Array;
}

/** Answers TALKREQ; empty if the protocol is not supported. */
export interface V5TalkResponse {
  readonly type: 'talkresp';
  readonly payload: Uint8Array;
}

/** A message that requests an answer. */
export type V5Request = V5Ping | V5Findnode | V5TalkRequest;

/** A message that answers. */
export type V5Response = V5Pong | V5Nodes | V5TalkResponse;

/** Any message. */
export type V5Message = V5Request | V5Response;

/** A message with its request ID, 0 to 8 bytes, which the response repeats. */
export interface V5Envelope<M extends V5Message = V5Message> {
  readonly requestId: Uint8Array;
  readonly message: M;
}

/** Type bytes (specification, "Protocol Messages"). */
const MESSAGE_TYPES: Readonly<Record<V5Message['type'], number>> = {
  ping: 0x01,
  pong: 0x02,
  findnode: 0x03,
  nodes: 0x04,
  talkreq: 0x05,
  talkresp: 0x06,
};

const TYPE_NAMES = Object.fromEntries(
  Object.entries(MESSAGE_TYPES).map(([name, type]) => [type, name]),
) as Readonly<Record<number, V5Message['type'] | undefined>>;

/** Names of the packets in counters and events, WHOAREYOU included. */
export const V5_PACKET_NAMES = [
  'v5/ping',
  'v5/pong',
  'v5/findnode',
  'v5/nodes',
  'v5/talkreq',
  'v5/talkresp',
  'v5/whoareyou',
] as const;

/** The type of the response to each request. */
export const RESPONSE_TYPES: Readonly<Record<V5Request['type'], V5Response['type']>> = {
  ping: 'pong',
  findnode: 'nodes',
  talkreq: 'talkresp',
};

/** Whether a message is a request. */
export function isRequest(message: V5Message): message is V5Request {
  return message.type in RESPONSE_TYPES;
}

/** Encodes a message; the caller checks its size. */
export function encodeMessage({ requestId, message }: V5Envelope): Uint8Array {
  const encoded = encodeRlp(itemsOf(requestId, message), 1);
  encoded[0] = MESSAGE_TYPES[message.type];
  return encoded;
}

/**
 * Decodes a message; its byte fields are views of `bytes`.
 * @throws MessageError
 */
export function decodeMessage(bytes: Uint8Array): V5Envelope {
  const typeByte = bytes[0];
  if (typeByte === undefined) throw new MessageError('empty-message', 'a message starts with its type byte');
  const type = TYPE_NAMES[typeByte];
  if (type === undefined) throw new MessageError('unknown-type', `type ${String(typeByte)} is unknown`);
  try {
    const reader = RlpReader.over(bytes, 1);
    const list = reader.list();
    const requestId = readRequestId(list);
    const message = DECODERS[type](list);
    list.end();
    reader.end();
    return { requestId, message };
  } catch (cause) {
    if (!(cause instanceof RlpError)) throw cause;
    throw new MessageError(codeOf(cause), `${type}: ${cause.message}`, { cause });
  }
}

/**
 * Splits records into the messages of a NODES answer: as few as the packet size allows, at least one.
 * @param records RLP; at most the first 16 are used
 */
export function packNodes(records: readonly Uint8Array[]): V5Nodes[] {
  const parts: Uint8Array[][] = [[]];
  let size = 0;
  for (const record of records.slice(0, MAX_NODES)) {
    if (size + record.length > NODES_RECORDS_SIZE) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(record);
    size += record.length;
  }
  return parts.map((part) => ({ type: 'nodes', total: parts.length, records: part }));
}

const MAX_PORT = 0xffff;

/** Largest `total` of NODES, an 8-bit integer. */
const MAX_TOTAL = 0xff;

/** Distances in one FINDNODE: all that exist. BOUNDED. */
const MAX_DISTANCES = MAX_DISTANCE + 1;

const DECODERS: { readonly [T in V5Message['type']]: (list: RlpReader) => Extract<V5Message, { type: T }> } =
  {
    ping: (list) => ({ type: 'ping', enrSeq: list.uint64() }),
    pong: (list) => ({
      type: 'pong',
      enrSeq: list.uint64(),
      ip: readIp(list),
      port: list.uint(MAX_PORT),
    }),
    findnode: (list) => ({
      type: 'findnode',
      distances: list.listOf((item) => item.uint(MAX_DISTANCE), MAX_DISTANCES),
    }),
    nodes: (list) => ({
      type: 'nodes',
      total: list.uint(MAX_TOTAL),
      records: list.listOf(readRecord, MAX_NODES),
    }),
    talkreq: (list) => ({ type: 'talkreq', protocol: list.bytes(), payload: list.bytes() }),
    talkresp: (list) => ({ type: 'talkresp', payload: list.bytes() }),
  };

function readRequestId(list: RlpReader): Uint8Array {
  const requestId = list.bytes();
  if (requestId.length <= MAX_REQUEST_ID_SIZE) return requestId;
  throw new MessageError('bad-request-id', `a request ID of ${String(requestId.length)} bytes`);
}

function readIp(list: RlpReader): string {
  const ip = bytesToIp(list.bytes());
  if (ip === undefined) throw new MessageError('bad-field', 'pong: an address has 4 or 16 bytes');
  return ip;
}

function readRecord(list: RlpReader): Uint8Array {
  if (!list.nextIsList()) throw new MessageError('bad-field', 'nodes: a record is a list');
  const record = list.raw();
  if (record.length <= MAX_ENR_BYTES) return record;
  throw new MessageError('bad-field', `nodes: a record of ${String(record.length)} bytes`);
}

function itemsOf(requestId: Uint8Array, message: V5Message): RlpInput[] {
  switch (message.type) {
    case 'ping':
      return [requestId, message.enrSeq];
    case 'pong':
      return [requestId, message.enrSeq, ipToBytes(message.ip), message.port];
    case 'findnode':
      return [requestId, message.distances];
    case 'nodes':
      return [requestId, message.total, message.records.map((record) => new RawRlp(record))];
    case 'talkreq':
      return [requestId, message.protocol, message.payload];
    case 'talkresp':
      return [requestId, message.payload];
  }
}

function codeOf({ code }: RlpError): MessageErrorCode {
  switch (code) {
    case 'missing-item':
      return 'missing-field';
    case 'too-long':
    case 'too-many-items':
    case 'integer-too-large':
    case 'non-minimal-integer':
      return 'bad-field';
    default:
      return 'bad-rlp';
  }
}
