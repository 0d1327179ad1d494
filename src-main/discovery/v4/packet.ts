/**
 * The envelope of discovery v4: hash | signature | type | data.
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md#wire-protocol
 */
import { compareBytes } from '../../base/bytes.ts';
import { CryptoError } from '../../base/crypto-error.ts';
import { CodecError } from '../../base/errors.ts';
import { keccak256 } from '../../base/keccak.ts';
import { RlpError } from '../../base/rlp.ts';
import { recover, sign } from '../../base/secp256k1.ts';
import { HASH_SIZE, HEAD_SIZE, MAX_PACKET_SIZE, PACKET_TYPES } from './constants.ts';
import { decodeMessage, encodeMessage, type Message, messageTypeOf } from './messages.ts';

/** What makes a datagram none of this protocol's. */
export type EnvelopeFault = 'too-short' | 'too-large' | 'bad-hash';

const ENVELOPE_FAULTS: Readonly<Record<EnvelopeFault, string>> = {
  'too-short': `a packet has more than ${HEAD_SIZE} bytes`,
  'too-large': `a packet has at most ${MAX_PACKET_SIZE} bytes`,
  'bad-hash': 'the hash is not that of the packet',
};

/** What a packet can have wrong. */
export type PacketErrorCode =
  EnvelopeFault | 'bad-signature' | 'unknown-type' | 'bad-rlp' | 'missing-field' | 'bad-field';

/** Bytes that are no packet of discovery v4. */
export class PacketError extends CodecError<PacketErrorCode> {}

/** A decoded packet with a valid hash, whose signature is not checked yet. */
export interface UnverifiedPacket {
  /** The packet's hash, 32 bytes: what answers refer to. A view of the datagram. */
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

/** A packet to be sent. */
export interface EncodedPacket {
  readonly datagram: Uint8Array;
  /** A view of its first 32 bytes. */
  readonly hash: Uint8Array;
}

/**
 * Reads the message of a datagram in which `envelopeFault` found nothing wrong. The sender is found by `recoverSender`.
 * @throws PacketError
 */
export function readPacket(datagram: Uint8Array): UnverifiedPacket {
  return { hash: datagram.subarray(0, HASH_SIZE), message: readMessage(datagram), datagram };
}

/** Why a datagram is none of this protocol's, by its size and hash; undefined when it is one. */
export function envelopeFault(datagram: Uint8Array): EnvelopeFault | undefined {
  if (datagram.length <= HEAD_SIZE) return 'too-short';
  if (datagram.length > MAX_PACKET_SIZE) return 'too-large';
  const hash = keccak256(datagram.subarray(HASH_SIZE));
  // Not a secret: anybody can compute it, so it need not be compared in constant time.
  return compareBytes(hash, datagram.subarray(0, HASH_SIZE)) === 0 ? undefined : 'bad-hash';
}

/**
 * The public key that signed a packet: the one costly step.
 * @throws PacketError `bad-signature`
 */
export function recoverSender(datagram: Uint8Array): Uint8Array {
  try {
    return recover(keccak256(datagram.subarray(HEAD_SIZE)), datagram.subarray(HASH_SIZE, HEAD_SIZE));
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new PacketError('bad-signature', 'the signature belongs to no key', { cause });
  }
}

/**
 * Reads a whole packet. Expiration is for the caller to judge.
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
 * Signs a message into a packet. Its size is the caller's care: only neighbors can grow, and 12 of them fit.
 * @throws CryptoError for a bad key
 */
export function encodePacket(message: Message, privateKey: Uint8Array): EncodedPacket {
  const data = encodeMessage(message);
  const datagram = new Uint8Array(HEAD_SIZE + 1 + data.length);
  datagram[HEAD_SIZE] = PACKET_TYPES[message.type];
  datagram.set(data, HEAD_SIZE + 1);
  datagram.set(sign(keccak256(datagram.subarray(HEAD_SIZE)), privateKey), HASH_SIZE);
  datagram.set(keccak256(datagram.subarray(HASH_SIZE)), 0);
  return { datagram, hash: datagram.subarray(0, HASH_SIZE) };
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
