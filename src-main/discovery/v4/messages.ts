/**
 * The six messages of discovery v4 between RLP and typed values. Unknown elements at the end of a list and bytes after
 * it are ignored, as EIP-8 asks; the record's sequence number of EIP-868 is optional.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md
 */
import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1.ts';
import { bytesToIp, ipToBytes } from '../../base/ip.ts';
import { encodeRlp, RawRlp, readFirstRlp, type RlpInput, type RlpReader } from '../../base/rlp.ts';
import { HASH_SIZE, PACKET_TYPES } from './constants.ts';

/** Highest port. */
const MAX_PORT = 0xffff;

/** Longest address taken before it is judged, bytes; more would be no address of any family. */
const MAX_IP_SIZE = 32;

/** An address as packets carry it. */
export interface Endpoint {
  /** Canonical text; undefined where the packet has no address of 4 or 16 bytes. */
  readonly ip: string | undefined;
  readonly udp: number;
  readonly tcp: number;
}

/** Asks a node to prove that it is live at its endpoint. */
export interface Ping {
  readonly type: 'ping';
  readonly version: number;
  /** The sender's own endpoint as it knows it; only the TCP port is used. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Unix seconds after which the packet is void. */
  readonly expiration: number;
  /** Sequence number of the sender's record (EIP-868). */
  readonly enrSeq: bigint | undefined;
}

/** Answers a ping. */
export interface Pong {
  readonly type: 'pong';
  /** Where the ping came from: what the sender of the ping looks like from outside. */
  readonly to: Endpoint;
  /** Hash of the ping's packet, 32 bytes. */
  readonly pingHash: Uint8Array;
  readonly expiration: number;
  readonly enrSeq: bigint | undefined;
}

/** Asks for nodes near a target. */
export interface Findnode {
  readonly type: 'findnode';
  /** A public key, 64 bytes; any bytes will do. Its keccak-256 is the target ID. */
  readonly target: Uint8Array;
  readonly expiration: number;
}

/** A node in an answer. */
export interface Neighbor extends Endpoint {
  /** 64 bytes, not checked to be on the curve. */
  readonly publicKey: Uint8Array;
}

/** Answers findnode, in one packet or more. */
export interface Neighbors {
  readonly type: 'neighbors';
  readonly nodes: readonly Neighbor[];
  readonly expiration: number;
}

/** Asks for the node's record (EIP-868). */
export interface EnrRequest {
  readonly type: 'enrrequest';
  readonly expiration: number;
}

/** Answers enrrequest. */
export interface EnrResponse {
  readonly type: 'enrresponse';
  /** Hash of the request's packet, 32 bytes. */
  readonly requestHash: Uint8Array;
  /** The record's RLP, not yet verified: that costs a signature check. */
  readonly record: Uint8Array;
}

/** Any message. */
export type Message = Ping | Pong | Findnode | Neighbors | EnrRequest | EnrResponse;

/** Packet name by type byte. */
const TYPE_NAMES = Object.fromEntries(
  Object.entries(PACKET_TYPES).map(([name, type]) => [type, name]),
) as Readonly<Record<number, Message['type'] | undefined>>;

/** The message that a type byte stands for; undefined for bytes that the specification does not name. */
export function messageTypeOf(byte: number): Message['type'] | undefined {
  return TYPE_NAMES[byte];
}

/**
 * Reads a message; its byte fields are views of `data`.
 * @throws RlpError for data of another shape
 */
export function decodeMessage(type: Message['type'], data: Uint8Array): Message {
  return readFirstRlp(data, (reader) => DECODERS[type](reader.list()));
}

/** The RLP of a message, without the type byte. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeRlp(itemsOf(message));
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
  // BOUNDED: by the packet's size, each node takes more than 64 bytes of it.
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

/** What stands in the place of EIP-868's sequence number may be something else: EIP-8 came first. */
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
