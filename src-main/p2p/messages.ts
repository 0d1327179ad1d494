/**
 * Codec of the messages of the base protocol.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#p2p-capability
 */
import { NO_FACTS, type CauseArgs, type CauseParams } from '../../shared/causes/facts.ts';
import { sentenceOf } from '../../shared/causes/sentences.ts';
import { bytesToBigint } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { encodeRlp, readFirstRlp, type RlpReader } from '../base/rlp.ts';
import { PUBLIC_KEY_LENGTH } from '../base/secp256k1-lengths.ts';
import type { Capability } from './capabilities.ts';
import type { MessageLabel } from './message-class.ts';

/** Name of the base protocol in labels of messages; its version is in no label. */
export const BASE_PROTOCOL = 'p2p';

/** Message codes of the base protocol; other codes below BASE_PROTOCOL_LENGTH are ignored. */
export const P2P_CODES = { hello: 0x00, disconnect: 0x01, ping: 0x02, pong: 0x03 } as const;

/** Names of the messages of the base protocol by code. */
const BASE_MESSAGE_NAMES: readonly string[] = ['Hello', 'Disconnect', 'Ping', 'Pong'];

/**
 * Base protocol version that we announce. Version 5 added compression.
 * @see https://eips.ethereum.org/EIPS/eip-706
 */
export const P2P_VERSION = 5;

/** First version whose messages after Hello are compressed. */
export const SNAPPY_P2P_VERSION = 5;

/** Largest Hello, bytes: go-ethereum p2p/peer.go, baseProtocolMaxMsgSize. */
export const MAX_HELLO_SIZE = 2 * 1024;

/** An empty RLP list: the payload of Ping and Pong. */
export const EMPTY_LIST_PAYLOAD: Uint8Array = encodeRlp([]);

/** Longest accepted capability name, bytes. The specification allows 8 characters; other clients have sent more. */
const MAX_CAPABILITY_NAME = 64;

/** Highest version that a number can hold. */
const MAX_VERSION = BigInt(Number.MAX_SAFE_INTEGER);

/** Highest port number; the field has 64 bits. */
const MAX_PORT = 0xffffn;

/** BOUNDED: capabilities of a Hello; 2 KiB cannot hold more. */
const MAX_CAPABILITIES = 512;

/** Fields of Hello. */
export interface Hello {
  readonly p2pVersion: number;
  /** Free text of the peer, not sanitised. */
  readonly clientName: string;
  readonly capabilities: readonly Capability[];
  /** Legacy field, usually 0; also 0 when the received number is not a port. */
  readonly listenPort: number;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
}

type HelloErrorCode = 'malformed-hello' | 'invalid-identity';

/** A Hello that does not decode, or whose node key is invalid. */
export class HelloError extends CodecError<HelloErrorCode> {
  readonly params: CauseParams;

  constructor(...[code, facts, options]: readonly [...CauseArgs<HelloErrorCode>, options?: ErrorOptions]) {
    super(code, sentenceOf(code, facts), options);
    this.params = facts ?? NO_FACTS;
  }
}

/** Label of a message of the base protocol. Reserved codes have labels too, because they are counted. */
export function baseMessageLabel(code: number): MessageLabel {
  return { protocol: BASE_PROTOCOL, name: BASE_MESSAGE_NAMES[code] ?? `Reserved ${String(code)}`, code };
}

/** Encodes the payload of Hello. */
export function encodeHello(hello: Hello): Uint8Array {
  const capabilities = hello.capabilities.map(({ name, version }) => [name, version]);
  return encodeRlp([hello.p2pVersion, hello.clientName, capabilities, hello.listenPort, hello.publicKey]);
}

/**
 * Decodes the payload of Hello. Ignores additional fields, as EIP-8 requires.
 * @throws HelloError `malformed-hello`, or `invalid-identity` when the key is not 64 bytes or all zero
 */
export function decodeHello(payload: Uint8Array): Hello {
  const { publicKey, ...hello } = readHello(payload);
  if (publicKey.length !== PUBLIC_KEY_LENGTH || publicKey.every((byte) => byte === 0)) {
    throw new HelloError('invalid-identity');
  }
  return { ...hello, publicKey };
}

function readHello(payload: Uint8Array): Hello {
  try {
    return readFirstRlp(payload, (reader) => {
      const fields = reader.list();
      return {
        p2pVersion: Number(minOf(fields.uint64(), MAX_VERSION)),
        clientName: readName(fields, MAX_HELLO_SIZE),
        capabilities: fields
          .listOf(readCapability, MAX_CAPABILITIES)
          .filter((capability) => capability !== undefined),
        listenPort: portOf(fields.uint64()),
        publicKey: fields.bytes().slice(),
      };
    });
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new HelloError('malformed-hello', { detail: cause.message }, { cause });
  }
}

function portOf(value: bigint): number {
  return value <= MAX_PORT ? Number(value) : 0;
}

/** Reads a capability; undefined when no protocol of ours can match it: its name is too long, or its version is 2^53 or higher. */
function readCapability(reader: RlpReader): Capability | undefined {
  const fields = reader.list();
  const name = fields.bytes();
  const digits = fields.bytes();
  if (digits[0] === 0)
    throw new HelloError('malformed-hello', { detail: 'a capability version has a leading zero byte' });
  const version = bytesToBigint(digits);
  if (name.length > MAX_CAPABILITY_NAME || version > MAX_VERSION) return undefined;
  return { name: lenientUtf8.decode(name), version: Number(version) };
}

const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const lenientUtf8 = new TextDecoder('utf-8');

/** Reads a name for display and comparison. Invalid UTF-8 becomes replacement characters. */
function readName(reader: RlpReader, maxBytes: number): string {
  return lenientUtf8.decode(reader.bytes(maxBytes));
}
