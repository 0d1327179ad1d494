/**
 * Encodes and decodes the six messages of discovery v4. Unknown elements at the end of a list and bytes after the list are
 * ignored, as EIP-8 requires; the record's sequence number of EIP-868 is optional.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md
 */
import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1-lengths.ts';
import { bytesToIp, ipToBytes } from '../../base/ip.ts';
import { encodeRlp, RawRlp, readFirstRlp, type RlpInput, type RlpReader } from '../../base/rlp.ts';
import { HASH_SIZE, PACKET_TYPES } from './constants.ts';

/** Highest port. */
const MAX_PORT = 0xffff;

/** Longest address field that is read, bytes. Fields that are not 4 or 16 bytes long count as no address. */
const MAX_IP_SIZE = 32;

/** An endpoint in a packet. */
export interface Endpoint {
  /** Canonical text; undefined if the field is not 4 or 16 bytes long. */
  readonly ip: string | undefined;
  readonly udp: number;
  readonly tcp: number;
}

/** Requests a PONG, which proves the receiver's endpoint. */
export interface Ping {
  readonly type: 'ping';
  readonly version: number;
  /** The sender's endpoint as it knows it; only the TCP port is used. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** When the packet expires, Unix seconds. */
  readonly expiration: number;
  /** Sequence number of the sender's record (EIP-868). */
  readonly enrSeq: bigint | undefined;
}

/** Answers PING. */
export interface Pong {
  readonly type: 'pong';
  /** The source of the PING as the sender of this PONG saw it: the receiver's external endpoint. */
  readonly to: Endpoint;
  /** Hash of the ping's packet, 32 bytes. */
  readonly pingHash: Uint8Array;
  readonly expiration: number;
  readonly enrSeq: bigint | undefined;
}

/** Requests nodes near a target. */
export interface Findnode {
  readonly type: 'findnode';
  /** A public key, 64 bytes, not necessarily on the curve. Its keccak-256 is the target ID. */
  readonly target: Uint8Array;
  readonly expiration: number;
}

/** A node in NEIGHBORS. */
export interface Neighbor extends Endpoint {
  /** 64 bytes, not necessarily on the curve. */
  readonly publicKey: Uint8Array;
}

/** Answers FINDNODE, in one packet or more. */
export interface Neighbors {
  readonly type: 'neighbors';
  readonly nodes: readonly Neighbor[];
  readonly expiration: number;
}

/** Requests the receiver's record (EIP-868). */
export interface EnrRequest {
  readonly type: 'enrrequest';
  readonly expiration: number;
}

/** Answers ENRREQUEST. */
export interface EnrResponse {
  readonly type: 'enrresponse';
  /** Hash of the request's packet, 32 bytes. */
  readonly requestHash: Uint8Array;
  /** The record's RLP, unverified. */
  readonly record: Uint8Array;
}

/** Any message. */
export type Message = Ping | Pong | Findnode | Neighbors | EnrRequest | EnrResponse;

/** Packet name by type byte. */
const TYPE_NAMES = Object.fromEntries(
  Object.entries(PACKET_TYPES).map(([name, type]) => [type, name]),
) as Readonly<Record<number, Message['type'] | undefined>>;

/** The message type of a type byte; undefined for bytes that the specification does not define. */
export function messageTypeOf(byte: number): Message['type'] | undefined {
  return TYPE_NAMES[byte];
}

/**
 * Decodes a message; its byte fields are views of `data`.
 * @param data RLP without the type byte
 * @throws RlpError if the data does not have the structure of the type
 */
export function decodeMessage(type: Message['type'], data: Uint8Array): Message {
  return readFirstRlp(data, (reader) => DECODERS[type](reader.list()));
}

/** The RLP of a message, without the type byte. @param space bytes before it, which the caller fills */
export function encodeMessage(message: Message, space = 0): Uint8Array {
  return encodeRlp(itemsOf(message), space);
}

const DECODERS: { readonly [T in Message['type']]: (list: RlpReader) => Extract<Message, { type: T }> } = {
  ping: (list) => ({
    type: 'ping',
    version: list.uint(),
    from: readEndpoint(list.list()),
    to: readEndpoint(list.list()),
    expiration: list.uint(),
    enrSeq: readOptionalSeq(list),
  }),
  pong: (list) => ({
    type: 'pong',
    to: readEndpoint(list.list()),
    pingHash: list.fixedBytes(HASH_SIZE),
    expiration: list.uint(),
    enrSeq: readOptionalSeq(list),
  }),
  findnode: (list) => ({
    type: 'findnode',
    target: list.fixedBytes(PUBLIC_KEY_LENGTH),
    expiration: list.uint(),
  }),
  neighbors: (list) => ({ type: 'neighbors', nodes: readNeighbors(list), expiration: list.uint() }),
  enrrequest: (list) => ({ type: 'enrrequest', expiration: list.uint() }),
  enrresponse: (list) => ({
    type: 'enrresponse',
    requestHash: list.fixedBytes(HASH_SIZE),
    record: readRecord(list),
  }),
};

function readEndpoint(list: RlpReader): Endpoint {
  return { ip: bytesToIp(list.bytes(MAX_IP_SIZE)), udp: list.uint(MAX_PORT), tcp: list.uint(MAX_PORT) };
}

function readNeighbors(list: RlpReader): Neighbor[] {
  // BOUNDED: by the packet's size; each node takes more than 64 bytes.
  const items = list.list();
  const nodes: Neighbor[] = [];
  while (!items.done) {
    const item = items.list();
    nodes.push({
      ip: bytesToIp(item.bytes(MAX_IP_SIZE)),
      udp: item.uint(MAX_PORT),
      tcp: item.uint(MAX_PORT),
      publicKey: item.fixedBytes(PUBLIC_KEY_LENGTH),
    });
  }
  return nodes;
}

/** The sequence number of EIP-868. EIP-8 allows any other element in its place, such as a list: then there is none. */
function readOptionalSeq(list: RlpReader): bigint | undefined {
  if (list.done || list.nextIsList()) return undefined;
  return list.uint64();
}

function readRecord(list: RlpReader): Uint8Array {
  if (!list.nextIsList()) list.list();
  return list.raw();
}

function itemsOf(message: Message): RlpInput {
  switch (message.type) {
    case 'ping': {
      const { version, from, to, expiration } = message;
      return [version, endpointItems(from), endpointItems(to), expiration, ...seqItems(message.enrSeq)];
    }
    case 'pong':
      return [endpointItems(message.to), message.pingHash, message.expiration, ...seqItems(message.enrSeq)];
    case 'findnode':
      return [message.target, message.expiration];
    case 'neighbors': {
      const nodes = message.nodes.map((node) => [...endpointItems(node), node.publicKey]);
      return [nodes, message.expiration];
    }
    case 'enrrequest':
      return [message.expiration];
    case 'enrresponse':
      return [message.requestHash, new RawRlp(message.record)];
  }
}

const NO_IP = new Uint8Array(0);

function endpointItems({ ip, udp, tcp }: Endpoint): RlpInput[] {
  return [ip === undefined ? NO_IP : ipToBytes(ip), udp, tcp];
}

function seqItems(seq: bigint | undefined): RlpInput[] {
  return seq === undefined ? [] : [seq];
}
