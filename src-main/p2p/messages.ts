/**
 * The base protocol's messages.
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#p2p-capability
 */
import { CodecError } from '../base/errors.ts';
import { encodeRlp, readFirstRlp, type RlpReader } from '../base/rlp.ts';
import { PUBLIC_KEY_LENGTH } from '../base/secp256k1.ts';
import type { Capability } from './capabilities.ts';
import type { MessageLabel } from './message-class.ts';

/** Message codes of the base protocol; all others below BASE_PROTOCOL_LENGTH are ignored. */
export const P2P_CODES = { hello: 0x00, disconnect: 0x01, ping: 0x02, pong: 0x03 } as const;

/** Names of the base protocol's messages, by code. */
const BASE_MESSAGE_NAMES: readonly string[] = ['Hello', 'Disconnect', 'Ping', 'Pong'];

/** Version 5 brought compression. */
export const P2P_VERSION = 5;

/** First version whose messages after Hello are compressed. */
export const SNAPPY_P2P_VERSION = 5;

/** Largest Hello: go-ethereum p2p/peer.go, baseProtocolMaxMsgSize. */
export const MAX_HELLO_SIZE = 2 * 1024;

/** An empty list: the payload of ping and pong. */
export const EMPTY_LIST_PAYLOAD: Uint8Array = encodeRlp([]);

/** Longest capability name that is kept: the specification allows 8 characters, others have sent more. */
const MAX_CAPABILITY_NAME = 64;

/** Highest version that is kept as a number. */
const MAX_VERSION = BigInt(Number.MAX_SAFE_INTEGER);

/** Highest port; the field has 64 bits. */
const MAX_PORT = 0xffffn;

/** BOUNDED: capabilities that a Hello of 2 KiB could hold at all. */
const MAX_CAPABILITIES = 512;

/** Fields of Hello. */
export interface Hello {
  readonly p2pVersion: number;
  /** Free text, hostile until shown as text. */
  readonly clientName: string;
  readonly capabilities: readonly Capability[];
  /** Legacy; 0 as a rule, and where the number is no port. */
  readonly listenPort: number;
  /** 64 bytes. */
  readonly publicKey: Uint8Array;
}

/** A Hello that does not decode, or an identity that is none. */
export class HelloError extends CodecError<'malformed-hello' | 'invalid-identity'> {}

/** What a message of the base protocol is called; codes without a meaning are ignored but counted. */
export function baseMessageLabel(code: number): MessageLabel {
  return { protocol: 'p2p', name: BASE_MESSAGE_NAMES[code] ?? `Reserved ${String(code)}`, code };
}

/** The payload of our Hello. */
export function encodeHello(hello: Hello): Uint8Array {
  const capabilities = hello.capabilities.map(({ name, version }) => [name, version]);
  return encodeRlp([hello.p2pVersion, hello.clientName, capabilities, hello.listenPort, hello.publicKey]);
}

/**
 * Reads a Hello; fields beyond the known ones are ignored, as EIP-8 asks.
 * @throws HelloError `malformed-hello`, or `invalid-identity` when the key is not 64 bytes or all zero
 */
export function decodeHello(payload: Uint8Array): Hello {
  const { publicKey, ...hello } = readHello(payload);
  if (publicKey.length !== PUBLIC_KEY_LENGTH || publicKey.every((byte) => byte === 0)) {
    throw new HelloError('invalid-identity', 'The node key in Hello is not a key');
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
    throw new HelloError('malformed-hello', `Hello is malformed: ${cause.message}`, { cause });
  }
}

function portOf(value: bigint): number {
  return value <= MAX_PORT ? Number(value) : 0;
}

/** A capability; undefined for one that no protocol of ours can be: a name too long, or a version of 2^53 and more. */
function readCapability(reader: RlpReader): Capability | undefined {
  const fields = reader.list();
  const name = fields.bytes();
  const version = fields.uint256();
  if (name.length > MAX_CAPABILITY_NAME || version > MAX_VERSION) return undefined;
  return { name: lenientUtf8.decode(name), version: Number(version) };
}

const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const lenientUtf8 = new TextDecoder('utf-8');

/** Names are for people and for comparison with our own: bytes that are no text become replacement characters. */
function readName(reader: RlpReader, maxBytes: number): string {
  return lenientUtf8.decode(reader.bytes(maxBytes));
}
