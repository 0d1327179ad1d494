/**
 * Encodes and decodes packets of discovery v5.1: masking, header and the three flags (ordinary, WHOAREYOU, handshake).
 * Does not verify the sender, the signature or the message.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md#packet-encoding
 */
import { MAX_ENR_BYTES } from '../../../shared/enr-text.ts';
import {
  bigintToBytes,
  briefBytes,
  bytesToBigint,
  concatBytes,
  EMPTY_BYTES,
  readUint,
  writeUint,
} from '../../base/bytes.ts';
import { CodecError } from '../../base/errors.ts';
import { applyAesCtr, openAesGcm, sealAesGcm } from '../../base/symmetric.ts';
import {
  EPHEMERAL_KEY_SIZE,
  HANDSHAKE_AUTH_HEAD_SIZE,
  ID_NONCE_SIZE,
  ID_SIGNATURE_SIZE,
  MASKING_IV_SIZE,
  MAX_PACKET_SIZE,
  MIN_PACKET_SIZE,
  NONCE_SIZE,
  ORDINARY_AUTH_SIZE,
  STATIC_HEADER_SIZE,
  TAG_SIZE,
  WHOAREYOU_AUTH_SIZE,
} from './constants.ts';

/** Why a packet is invalid. */
export type PacketErrorCode =
  | 'too-short'
  | 'too-large'
  /** The protocol-id is not "discv5" after unmasking: the packet is for another node or of another protocol. */
  | 'bad-header'
  | 'bad-version'
  | 'unknown-flag'
  /** The authdata-size exceeds the packet. */
  | 'auth-data-cut'
  /** The authdata-size does not match the flag. */
  | 'bad-auth-size'
  | 'bad-signature-size'
  | 'bad-key-size'
  | 'record-too-large'
  /** The rest after the header is shorter than the tag of an empty message. */
  | 'message-too-short'
  /** Bytes follow a WHOAREYOU. */
  | 'trailing-bytes';

/** An invalid packet, or one that is not for our node. */
export class PacketError extends CodecError<PacketErrorCode> {}

interface SealedPacket {
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** Node ID of the claimed sender, 32 bytes. */
  readonly srcId: Uint8Array;
  /** Masking IV and unmasked header: the associated data of the message's tag. */
  readonly additional: Uint8Array;
  /** The encrypted message with its tag, a view of the datagram. */
  readonly sealed: Uint8Array;
}

/** A packet with a message encrypted by the session key, or with random bytes if there is no session yet. */
export interface OrdinaryPacket extends SealedPacket {
  readonly kind: 'ordinary';
}

/** The challenge that answers a packet that could not be decrypted. */
export interface WhoareyouPacket {
  readonly kind: 'whoareyou';
  /** The nonce of the packet that it answers, 12 bytes. */
  readonly nonce: Uint8Array;
  /** 16 random bytes. */
  readonly idNonce: Uint8Array;
  /** Sequence number of the receiver's record that the sender knows; 0n for none. */
  readonly enrSeq: bigint;
  /** Masking IV and unmasked header, which the handshake signs and derives its keys from. */
  readonly challengeData: Uint8Array;
}

/** The answer to a challenge, and the first message of the new session. */
export interface HandshakePacket extends SealedPacket {
  readonly kind: 'handshake';
  /** r | s, 64 bytes. */
  readonly idSignature: Uint8Array;
  /** Compressed, 33 bytes; not necessarily on the curve. */
  readonly ephemeralKey: Uint8Array;
  /** RLP of the sender's record, unverified; undefined if the packet has none. */
  readonly record: Uint8Array | undefined;
}

/** Any packet. */
export type V5Packet = OrdinaryPacket | WhoareyouPacket | HandshakePacket;

/** "discv5" */
const PROTOCOL_ID = Uint8Array.of(0x64, 0x69, 0x73, 0x63, 0x76, 0x35);
const VERSION = 1;
const FLAGS = { ordinary: 0, whoareyou: 1, handshake: 2 } as const;

// Offsets of the fields of the static header, bytes from its start.
const VERSION_AT = 6;
const FLAG_AT = 8;
const NONCE_AT = 9;
const AUTH_SIZE_AT = 21;

/** Bytes before the authdata. */
const HEAD_SIZE = MASKING_IV_SIZE + STATIC_HEADER_SIZE;

/** Bytes of the longest authdata: that of a handshake with a record. */
const MAX_AUTH_SIZE = HANDSHAKE_AUTH_HEAD_SIZE + ID_SIGNATURE_SIZE + EPHEMERAL_KEY_SIZE + MAX_ENR_BYTES;

/** Blocks of the mask that are applied first: those of the header of all packets but handshakes. Shorter packets end before. */
const FIRST_UNMASKED_BLOCKS = Math.ceil((STATIC_HEADER_SIZE + ORDINARY_AUTH_SIZE) / MASKING_IV_SIZE);

/** Where the rest of a header begins, bytes from the start of the datagram. */
const REST_AT = MASKING_IV_SIZE + FIRST_UNMASKED_BLOCKS * MASKING_IV_SIZE;

/** Bytes of the masking key: the start of the receiver's node ID. */
const MASKING_KEY_SIZE = 16;

/**
 * The unmasked start of a datagram after its masking IV, for `readPacket`; undefined if its size or protocol-id shows that it is no
 * packet for the node with the ID `localId` (as in `readPacket`).
 */
export function unmaskStart(datagram: Uint8Array, localId: Uint8Array): Uint8Array | undefined {
  if (datagram.length < MIN_PACKET_SIZE || datagram.length > MAX_PACKET_SIZE) return undefined;
  const start = startOf(datagram, localId);
  return namesProtocol(start) ? start : undefined;
}

/**
 * Unmasks a packet for the node with the ID `localId` and reads its header.
 * @param localId 32 bytes
 * @param start from `unmaskStart`, if it was called
 * @throws PacketError; with `too-short`, `too-large` and `bad-header` it may be a packet of another protocol
 */
export function readPacket(datagram: Uint8Array, localId: Uint8Array, start?: Uint8Array): V5Packet {
  if (datagram.length < MIN_PACKET_SIZE)
    throw new PacketError('too-short', `a packet has at least ${MIN_PACKET_SIZE} bytes`);
  if (datagram.length > MAX_PACKET_SIZE)
    throw new PacketError('too-large', `a packet has at most ${MAX_PACKET_SIZE} bytes`);
  const additional = unmask(datagram, localId, start ?? startOf(datagram, localId));
  const flag = additional[MASKING_IV_SIZE + FLAG_AT];
  const sealed = datagram.subarray(additional.length);
  if (flag === FLAGS.whoareyou) {
    if (sealed.length > 0) throw new PacketError('trailing-bytes', 'a WHOAREYOU has no message');
    return readChallenge(additional);
  }
  if (sealed.length < TAG_SIZE) throw new PacketError('message-too-short', 'a message ends with a tag');
  const nonce = nonceOf(additional);
  const srcId = additional.slice(HEAD_SIZE, HEAD_SIZE + ORDINARY_AUTH_SIZE);
  if (flag === FLAGS.ordinary) return { kind: 'ordinary', nonce, srcId, additional, sealed };
  const auth = readHandshakeAuth(additional.subarray(HEAD_SIZE));
  return { kind: 'handshake', nonce, srcId, additional, sealed, ...auth };
}

/** The WHOAREYOU with this challenge data; its fields are views of it. */
export function readChallenge(challengeData: Uint8Array): WhoareyouPacket {
  const auth = challengeData.subarray(HEAD_SIZE);
  return {
    kind: 'whoareyou',
    nonce: nonceOf(challengeData),
    idNonce: auth.subarray(0, ID_NONCE_SIZE),
    enrSeq: bytesToBigint(auth.subarray(ID_NONCE_SIZE)),
    challengeData,
  };
}

/** Decrypts the message of a packet (type byte and RLP list); undefined if it was not encrypted with this key. */
export function openMessage(
  packet: OrdinaryPacket | HandshakePacket,
  key: Uint8Array,
): Uint8Array | undefined {
  return openAesGcm(key, packet.nonce, packet.sealed, packet.additional);
}

/** The fields that every packet has. */
export interface PacketFrame {
  /** Node ID of the receiver, 32 bytes. */
  readonly destId: Uint8Array;
  /** 16 random bytes, new for every packet. */
  readonly maskingIv: Uint8Array;
  /** 12 bytes; never used twice with one key. */
  readonly nonce: Uint8Array;
}

/** The content of a packet: a message to encrypt, or random bytes if there is no session yet. */
export type MessagePayload =
  { readonly key: Uint8Array; readonly message: Uint8Array } | { readonly random: Uint8Array };

/**
 * Encodes an ordinary packet.
 * @throws PacketError `too-large`
 */
export function encodeOrdinary(frame: PacketFrame, srcId: Uint8Array, payload: MessagePayload): Uint8Array {
  const datagram = makePacket(FLAGS.ordinary, frame, ORDINARY_AUTH_SIZE, payload);
  datagram.set(srcId, HEAD_SIZE);
  return finishPacket(datagram, frame, ORDINARY_AUTH_SIZE, payload);
}

/** Encodes a WHOAREYOU, with its challenge data, from which `repeatWhoareyou` makes the same packet. */
export function encodeWhoareyou(
  frame: PacketFrame,
  { idNonce, enrSeq }: Pick<WhoareyouPacket, 'idNonce' | 'enrSeq'>,
): { readonly datagram: Uint8Array; readonly challengeData: Uint8Array } {
  const challengeData = new Uint8Array(HEAD_SIZE + WHOAREYOU_AUTH_SIZE);
  writeHead(challengeData, FLAGS.whoareyou, frame, WHOAREYOU_AUTH_SIZE);
  challengeData.set(idNonce, HEAD_SIZE);
  challengeData.set(bigintToBytes(enrSeq, WHOAREYOU_AUTH_SIZE - ID_NONCE_SIZE), HEAD_SIZE + ID_NONCE_SIZE);
  return { datagram: repeatWhoareyou(frame.destId, challengeData), challengeData };
}

/** Encodes the WHOAREYOU with this challenge data. */
export function repeatWhoareyou(destId: Uint8Array, challengeData: Uint8Array): Uint8Array {
  const datagram = challengeData.slice();
  maskHead(datagram, destId, datagram.length);
  return datagram;
}

/** The authdata of a handshake. */
export type HandshakeAuth = Pick<HandshakePacket, 'srcId' | 'idSignature' | 'ephemeralKey' | 'record'>;

/**
 * Encodes a handshake packet.
 * @throws PacketError `too-large`
 */
export function encodeHandshake(
  frame: PacketFrame,
  { srcId, idSignature, ephemeralKey, record = EMPTY_BYTES }: HandshakeAuth,
  payload: MessagePayload,
): Uint8Array {
  const sizes = Uint8Array.of(idSignature.length, ephemeralKey.length);
  const auth = concatBytes(srcId, sizes, idSignature, ephemeralKey, record);
  const datagram = makePacket(FLAGS.handshake, frame, auth.length, payload);
  datagram.set(auth, HEAD_SIZE);
  return finishPacket(datagram, frame, auth.length, payload);
}

/**
 * The masking IV and the unmasked header. The static header is checked before the authdata is unmasked.
 * @throws PacketError
 */
function unmask(datagram: Uint8Array, localId: Uint8Array, start: Uint8Array): Uint8Array {
  const size = HEAD_SIZE + checkStaticHeader(start, datagram.length - HEAD_SIZE);
  // The rest of a handshake's header has the record, which is kept.
  const head = size > REST_AT ? new Uint8Array(size) : briefBytes(size);
  head.set(datagram.subarray(0, MASKING_IV_SIZE));
  head.set(size < REST_AT ? start.subarray(0, size - MASKING_IV_SIZE) : start, MASKING_IV_SIZE);
  if (size > REST_AT) {
    const rest = datagram.subarray(REST_AT, size);
    head.set(mask(localId, datagram.subarray(0, MASKING_IV_SIZE), rest, FIRST_UNMASKED_BLOCKS), REST_AT);
  }
  return head;
}

function nonceOf(additional: Uint8Array): Uint8Array {
  const at = MASKING_IV_SIZE + NONCE_AT;
  return additional.subarray(at, at + NONCE_SIZE);
}

/** The first blocks after the masking IV, unmasked: the header, and in most packets the beginning of the message. */
function startOf(datagram: Uint8Array, localId: Uint8Array): Uint8Array {
  return mask(localId, datagram.subarray(0, MASKING_IV_SIZE), datagram.subarray(MASKING_IV_SIZE, REST_AT));
}

/** Masks or unmasks bytes of a header. Neither key nor IV is secret. @param destId node ID of the receiver */
function mask(destId: Uint8Array, iv: Uint8Array, bytes: Uint8Array, skippedBlocks = 0): Uint8Array {
  return applyAesCtr(destId.subarray(0, MASKING_KEY_SIZE), iv, bytes, skippedBlocks);
}

function namesProtocol(header: Uint8Array): boolean {
  for (let at = 0; at < PROTOCOL_ID.length; at++) if (header[at] !== PROTOCOL_ID[at]) return false;
  return true;
}

/** Checks the static header and returns the size of the authdata. */
function checkStaticHeader(header: Uint8Array, rest: number): number {
  if (!namesProtocol(header)) {
    throw new PacketError('bad-header', 'the protocol-id is not discv5');
  }
  const version = readUint(header, VERSION_AT, 2);
  if (version !== VERSION)
    throw new PacketError('bad-version', `version ${String(version)} is not supported`);
  const authSize = readUint(header, AUTH_SIZE_AT, 2);
  if (authSize > rest) throw new PacketError('auth-data-cut', 'the authdata exceeds the packet');
  if (!fitsFlag(header[FLAG_AT], authSize)) {
    throw new PacketError('bad-auth-size', `authdata of ${String(authSize)} bytes does not match the flag`);
  }
  return authSize;
}

/** Whether the size of the authdata matches the flag; for a handshake, its minimum. */
function fitsFlag(flag: number | undefined, authSize: number): boolean {
  switch (flag) {
    case FLAGS.ordinary:
      return authSize === ORDINARY_AUTH_SIZE;
    case FLAGS.whoareyou:
      return authSize === WHOAREYOU_AUTH_SIZE;
    case FLAGS.handshake:
      if (authSize > MAX_AUTH_SIZE)
        throw new PacketError('record-too-large', `a record has at most ${MAX_ENR_BYTES} bytes`);
      // The exact size depends on the sizes in the authdata-head.
      return authSize >= HANDSHAKE_AUTH_HEAD_SIZE;
    default:
      throw new PacketError('unknown-flag', `flag ${String(flag)} is unknown`);
  }
}

function readHandshakeAuth(
  auth: Uint8Array,
): Pick<HandshakePacket, 'idSignature' | 'ephemeralKey' | 'record'> {
  if (auth[HANDSHAKE_AUTH_HEAD_SIZE - 2] !== ID_SIGNATURE_SIZE) {
    throw new PacketError('bad-signature-size', `an id-signature has ${ID_SIGNATURE_SIZE} bytes`);
  }
  if (auth[HANDSHAKE_AUTH_HEAD_SIZE - 1] !== EPHEMERAL_KEY_SIZE) {
    throw new PacketError('bad-key-size', `an ephemeral key has ${EPHEMERAL_KEY_SIZE} bytes`);
  }
  const keyAt = HANDSHAKE_AUTH_HEAD_SIZE + ID_SIGNATURE_SIZE;
  const recordAt = keyAt + EPHEMERAL_KEY_SIZE;
  if (auth.length < recordAt)
    throw new PacketError('bad-auth-size', 'the authdata ends within the signature or the key');
  return {
    idSignature: auth.subarray(HANDSHAKE_AUTH_HEAD_SIZE, keyAt),
    ephemeralKey: auth.subarray(keyAt, recordAt),
    record: auth.length === recordAt ? undefined : auth.subarray(recordAt),
  };
}

/** An array for a packet, with the fields of its static header. @throws PacketError `too-large` */
function makePacket(flag: number, frame: PacketFrame, authSize: number, payload: MessagePayload): Uint8Array {
  const sealedSize = 'random' in payload ? payload.random.length : payload.message.length + TAG_SIZE;
  const size = HEAD_SIZE + authSize + sealedSize;
  if (size > MAX_PACKET_SIZE) {
    throw new PacketError('too-large', `the message does not fit into a packet of ${MAX_PACKET_SIZE} bytes`);
  }
  const datagram = briefBytes(size);
  writeHead(datagram, flag, frame, authSize);
  return datagram;
}

/** Writes the masking IV and the static header. */
function writeHead(
  packet: Uint8Array,
  flag: number,
  { maskingIv, nonce }: PacketFrame,
  authSize: number,
): void {
  packet.set(maskingIv);
  packet.set(PROTOCOL_ID, MASKING_IV_SIZE);
  writeUint(packet, MASKING_IV_SIZE + VERSION_AT, 2, VERSION);
  packet[MASKING_IV_SIZE + FLAG_AT] = flag;
  packet.set(nonce, MASKING_IV_SIZE + NONCE_AT);
  writeUint(packet, MASKING_IV_SIZE + AUTH_SIZE_AT, 2, authSize);
}

/** Encrypts the message of a packet with its complete header, then masks the header. */
function finishPacket(
  datagram: Uint8Array,
  { destId, nonce }: PacketFrame,
  authSize: number,
  payload: MessagePayload,
): Uint8Array {
  const size = HEAD_SIZE + authSize;
  const sealed =
    'random' in payload
      ? payload.random
      : sealAesGcm(payload.key, nonce, payload.message, datagram.subarray(0, size));
  datagram.set(sealed, size);
  maskHead(datagram, destId, size);
  return datagram;
}

function maskHead(datagram: Uint8Array, destId: Uint8Array, size: number): void {
  const iv = datagram.subarray(0, MASKING_IV_SIZE);
  datagram.set(mask(destId, iv, datagram.subarray(MASKING_IV_SIZE, size)), MASKING_IV_SIZE);
}
