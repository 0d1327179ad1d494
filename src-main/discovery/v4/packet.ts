/**
 * The envelope of discovery v4: hash | signature | type | data.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md#wire-protocol
 */
import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { CryptoError } from '../../base/crypto-error.ts';
import { CodecError } from '../../base/errors.ts';
import { keccak256 } from '../../base/keccak.ts';
import type { SignedHash } from '../../base/recovery-batch.ts';
import { RlpError } from '../../base/rlp.ts';
import { recover, sign } from '../../base/secp256k1.ts';
import { HASH_SIZE, HEAD_SIZE, MAX_PACKET_SIZE, PACKET_TYPES } from './constants.ts';
import { decodeMessage, encodeMessage, type Message, messageTypeOf } from './messages.ts';

/** Why a datagram is not a packet of this protocol. */
export type EnvelopeFault = 'too-short' | 'too-large' | 'bad-hash';

const ENVELOPE_FAULTS: Readonly<Record<EnvelopeFault, string>> = {
  'too-short': `a packet has more than ${HEAD_SIZE} bytes`,
  'too-large': `a packet has at most ${MAX_PACKET_SIZE} bytes`,
  'bad-hash': 'the hash does not match the packet',
};

/** Why a packet is invalid. */
export type PacketErrorCode =
  EnvelopeFault | 'bad-signature' | 'unknown-type' | 'bad-rlp' | 'missing-field' | 'bad-field';

/** An invalid packet. */
export class PacketError extends CodecError<PacketErrorCode> {}

/** A decoded packet with a valid hash, whose signature is not checked yet. */
export interface UnverifiedPacket {
  /** The packet's hash, 32 bytes, which answers echo. A view of the datagram. */
  readonly hash: Uint8Array;
  readonly message: Message;
  readonly datagram: Uint8Array;
}

/** A packet with its sender. */
export interface Packet {
  readonly hash: Uint8Array;
  readonly message: Message;
  /** The key that signed it, 64 bytes. */
  readonly publicKey: Uint8Array;
}

/** An encoded packet. */
export interface EncodedPacket {
  readonly datagram: Uint8Array;
  /** A view of its first 32 bytes. */
  readonly hash: Uint8Array;
}

/**
 * Reads the message of a datagram that `envelopeFault` accepted. `recoverSender` finds the sender.
 * @throws PacketError
 */
export function readPacket(datagram: Uint8Array): UnverifiedPacket {
  return { hash: datagram.subarray(0, HASH_SIZE), message: readMessage(datagram), datagram };
}

/** Why a datagram is not a packet of this protocol, judged by its size and hash; undefined if it is one. */
export function envelopeFault(datagram: Uint8Array): EnvelopeFault | undefined {
  if (datagram.length <= HEAD_SIZE) return 'too-short';
  if (datagram.length > MAX_PACKET_SIZE) return 'too-large';
  const hash = keccak256(datagram.subarray(HASH_SIZE));
  // The hash is not secret, so no comparison in constant time is needed.
  return compareBytes(hash, datagram.subarray(0, HASH_SIZE)) === 0 ? undefined : 'bad-hash';
}

/**
 * Recovers the public key that signed a packet, 64 bytes. This is the expensive step of reading a packet.
 * @throws PacketError `bad-signature`
 */
export function recoverSender(datagram: Uint8Array): Uint8Array {
  const { hash, signature } = signedPart(datagram);
  try {
    return recover(hash, signature);
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw badSignature(cause);
  }
}

/** The error of a packet whose signature recovers no key. */
export function badSignature(cause?: Error): PacketError {
  return new PacketError('bad-signature', 'no public key can be recovered from the signature', { cause });
}

/** What the sender has signed, and the signature: its key is recovered from them. */
export function signedPart(datagram: Uint8Array): SignedHash {
  return {
    hash: keccak256(datagram.subarray(HEAD_SIZE)),
    signature: datagram.subarray(HASH_SIZE, HEAD_SIZE),
  };
}

/**
 * Reads and verifies a packet. The caller checks the expiration.
 * @throws PacketError
 * @internal for tests
 */
export function decodePacket(datagram: Uint8Array): Packet {
  const fault = envelopeFault(datagram);
  if (fault !== undefined) throw new PacketError(fault, ENVELOPE_FAULTS[fault]);
  const publicKey = recoverSender(datagram);
  const message = readMessage(datagram);
  return { hash: datagram.subarray(0, HASH_SIZE), message, publicKey };
}

/**
 * Encodes and signs a message. The caller keeps the packet within 1280 bytes: NEIGHBORS has at most MAX_NEIGHBORS nodes.
 * @throws CryptoError for a bad key
 */
export function encodePacket(message: Message, privateKey: Uint8Array): EncodedPacket {
  const datagram = encodeMessage(message, HEAD_SIZE + 1);
  datagram[HEAD_SIZE] = PACKET_TYPES[message.type];
  datagram.set(sign(keccak256(datagram.subarray(HEAD_SIZE)), privateKey), HASH_SIZE);
  datagram.set(keccak256(datagram.subarray(HASH_SIZE)), 0);
  return { datagram, hash: datagram.subarray(0, HASH_SIZE) };
}

/** The type byte of a packet. */
export function typeOf(datagram: Uint8Array): number {
  return datagram[HEAD_SIZE] ?? 0;
}

/** The RLP of a packet's message; a view of the datagram. */
export function payloadOf(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(HEAD_SIZE + 1);
}

/** What a request and its answer share, as hex: the hash of the request's packet. FINDNODE and NEIGHBORS share nothing. */
export function exchangeOf(message: Message, hash: Uint8Array): string {
  switch (message.type) {
    case 'ping':
    case 'enrrequest':
      return bytesToHex(hash);
    case 'pong':
      return bytesToHex(message.pingHash);
    case 'enrresponse':
      return bytesToHex(message.requestHash);
    case 'findnode':
    case 'neighbors':
      return '';
  }
}

function readMessage(datagram: Uint8Array): Message {
  const typeByte = datagram[HEAD_SIZE] ?? 0;
  const type = messageTypeOf(typeByte);
  if (type === undefined) throw new PacketError('unknown-type', `type ${typeByte} is unknown`);
  try {
    return decodeMessage(type, datagram.subarray(HEAD_SIZE + 1));
  } catch (cause) {
    if (!(cause instanceof RlpError)) throw cause;
    throw new PacketError(codeOf(cause), `${type}: ${cause.message}`, { cause });
  }
}

function codeOf({ code }: RlpError): PacketErrorCode {
  switch (code) {
    case 'missing-item':
      return 'missing-field';
    case 'wrong-length':
    case 'too-long':
    case 'integer-too-large':
    case 'non-minimal-integer':
      return 'bad-field';
    default:
      return 'bad-rlp';
  }
}
