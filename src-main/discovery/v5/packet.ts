/**
 * Packets of discovery v5.1: masking, header and the three flavours. What a packet claims is not judged here: who sent
 * it, whether its signature and its message hold.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-wire.md#packet-encoding
 */
import { MAX_ENR_BYTES } from '../../../shared/enr-text.ts';
import { bigintToBytes, bytesToBigint, concatBytes, readUint, writeUint } from '../../base/bytes.ts';
import { CodecError } from '../../base/errors.ts';
import { AesCtrKey, createAesCtr, openAesGcm, sealAesGcm } from '../../base/symmetric.ts';
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

/** What a packet can have wrong. */
export type PacketErrorCode =
  | 'too-short'
  | 'too-large'
  /** It does not unmask to "discv5": it is meant for another node, or is of another protocol. */
  | 'bad-header'
  | 'bad-version'
  | 'unknown-flag'
  /** The auth data is announced to be longer than the packet. */
  | 'auth-data-cut'
  /** The auth data has not the size that its flavour asks for. */
  | 'bad-auth-size'
  | 'bad-signature-size'
  | 'bad-key-size'
  | 'record-too-large'
  /** There is less behind the header than the tag of an empty message. */
  | 'message-too-short'
  /** Bytes follow a WHOAREYOU. */
  | 'trailing-bytes';

/** Bytes that are no packet of discovery v5 for us. */
export class PacketError extends CodecError<PacketErrorCode> {}

interface SealedPacket {
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** Node ID of who claims to have sent it, 32 bytes. */
  readonly srcId: Uint8Array;
  /** Masking IV and unmasked header: the associated data of the message's tag. */
  readonly additional: Uint8Array;
  /** The encrypted message with its tag, a view of the datagram. */
  readonly sealed: Uint8Array;
}

/** A packet under the keys of a session that exists, or random bytes where there is none yet. */
export interface OrdinaryPacket extends SealedPacket {
  readonly kind: 'ordinary';
}

/** The challenge that answers a packet which could not be read. */
export interface WhoareyouPacket {
  readonly kind: 'whoareyou';
  /** The nonce of the packet that it answers, 12 bytes. */
  readonly nonce: Uint8Array;
  /** 16 random bytes. */
  readonly idNonce: Uint8Array;
  /** Sequence number of the record that the challenger has of us; 0n for none. */
  readonly enrSeq: bigint;
  /** Masking IV and unmasked header: what the handshake signs and derives its keys from. */
  readonly challengeData: Uint8Array;
}

/** The answer to a challenge, and the first message of the new session. */
export interface HandshakePacket extends SealedPacket {
  readonly kind: 'handshake';
  /** r | s, 64 bytes. */
  readonly idSignature: Uint8Array;
  /** Compressed, 33 bytes; not checked to be on the curve. */
  readonly ephemeralKey: Uint8Array;
  /** The sender's record as RLP, not verified; undefined where the packet has none. */
  readonly record: Uint8Array | undefined;
}

/** Any packet. */
export type V5Packet = OrdinaryPacket | WhoareyouPacket | HandshakePacket;

/** "discv5" */
const PROTOCOL_ID = Uint8Array.of(0x64, 0x69, 0x73, 0x63, 0x76, 0x35);
const VERSION = 1;
const FLAGS = { ordinary: 0, whoareyou: 1, handshake: 2 } as const;

// Where the fields of the static header are, bytes from its start.
const VERSION_AT = 6;
const FLAG_AT = 8;
const NONCE_AT = 9;
const AUTH_SIZE_AT = 21;

/** Bytes before the auth data. */
const HEAD_SIZE = MASKING_IV_SIZE + STATIC_HEADER_SIZE;

/** Bytes of the longest auth data: a handshake's with a record. */
const MAX_AUTH_SIZE = HANDSHAKE_AUTH_HEAD_SIZE + ID_SIGNATURE_SIZE + EPHEMERAL_KEY_SIZE + MAX_ENR_BYTES;

/** Bytes that are unmasked at first: the cipher's blocks that the static header lies in. Every packet has as many. */
const FIRST_UNMASKED_SIZE = 2 * MASKING_IV_SIZE;

/** Bytes of a node ID that mask what is sent to the node. */
const MASKING_KEY_SIZE = 16;

const NO_BYTES = new Uint8Array(0);

/**
 * Whether a datagram may be a packet for the node with the ID `localId` (as for `readPacket`), by its size and the name of
 * the protocol: one block is unmasked, nothing else read.
 */
export function isPacketFor(datagram: Uint8Array, localId: Uint8Array): boolean {
  if (datagram.length < MIN_PACKET_SIZE || datagram.length > MAX_PACKET_SIZE) return false;
  const iv = datagram.subarray(0, MASKING_IV_SIZE);
  const end = MASKING_IV_SIZE + PROTOCOL_ID.length;
  return namesProtocol(maskOf(localId).apply(iv, datagram.subarray(MASKING_IV_SIZE, end)));
}

/**
 * Unmasks a packet for the node with the ID `localId` (32 bytes, the same array for all its packets) and reads its
 * header.
 * @throws PacketError; after `too-short`, `too-large` and `bad-header` it may be a packet of another protocol
 */
export function readPacket(datagram: Uint8Array, localId: Uint8Array): V5Packet {
  if (datagram.length < MIN_PACKET_SIZE) throw new PacketError('too-short', 'a packet has 63 bytes or more');
  if (datagram.length > MAX_PACKET_SIZE)
    throw new PacketError('too-large', 'a packet has at most 1280 bytes');
  const additional = unmask(datagram, localId);
  const flag = additional[MASKING_IV_SIZE + FLAG_AT];
  const auth = additional.subarray(HEAD_SIZE);
  const nonce = additional.subarray(MASKING_IV_SIZE + NONCE_AT, MASKING_IV_SIZE + NONCE_AT + NONCE_SIZE);
  const sealed = datagram.subarray(additional.length);
  if (flag === FLAGS.whoareyou) {
    if (sealed.length > 0) throw new PacketError('trailing-bytes', 'a WHOAREYOU has no message');
    return {
      kind: 'whoareyou',
      nonce,
      idNonce: auth.subarray(0, ID_NONCE_SIZE),
      enrSeq: bytesToBigint(auth.subarray(ID_NONCE_SIZE)),
      challengeData: additional,
    };
  }
  if (sealed.length < TAG_SIZE) throw new PacketError('message-too-short', 'a message ends with a tag');
  const srcId = auth.subarray(0, ORDINARY_AUTH_SIZE);
  if (flag === FLAGS.ordinary) return { kind: 'ordinary', nonce, srcId, additional, sealed };
  return { kind: 'handshake', nonce, srcId, additional, sealed, ...readHandshakeAuth(auth) };
}

/** The message of a packet (type byte and list); undefined when it was not sealed with this key. */
export function openMessage(
  packet: OrdinaryPacket | HandshakePacket,
  key: Uint8Array,
): Uint8Array | undefined {
  return openAesGcm(key, packet.nonce, packet.sealed, packet.additional);
}

/** What every packet but a repeated one is made from. */
export interface PacketFrame {
  /** Node ID of the receiver, 32 bytes. */
  readonly destId: Uint8Array;
  /** 16 random bytes, new for every packet. */
  readonly maskingIv: Uint8Array;
  /** 12 bytes; never twice under one key. */
  readonly nonce: Uint8Array;
}

/** How a message goes into a packet: encrypted, or as random bytes where there is no key yet. */
export type MessagePayload =
  { readonly key: Uint8Array; readonly message: Uint8Array } | { readonly random: Uint8Array };

/**
 * An ordinary packet.
 * @throws PacketError `too-large`
 */
export function encodeOrdinary(frame: PacketFrame, srcId: Uint8Array, payload: MessagePayload): Uint8Array {
  return encodeMessagePacket(frame, makeHead(FLAGS.ordinary, frame, srcId), payload);
}

/** A challenge with its challenge data; `repeatWhoareyou` makes the same packet of that again. */
export function encodeWhoareyou(
  frame: PacketFrame,
  { idNonce, enrSeq }: Pick<WhoareyouPacket, 'idNonce' | 'enrSeq'>,
): { readonly datagram: Uint8Array; readonly challengeData: Uint8Array } {
  const auth = concatBytes(idNonce, bigintToBytes(enrSeq, WHOAREYOU_AUTH_SIZE - ID_NONCE_SIZE));
  const challengeData = makeHead(FLAGS.whoareyou, frame, auth);
  return { datagram: repeatWhoareyou(frame.destId, challengeData), challengeData };
}

/** The packet whose challenge data these are. */
export function repeatWhoareyou(destId: Uint8Array, challengeData: Uint8Array): Uint8Array {
  return maskPacket(destId, challengeData, NO_BYTES);
}

/** What proves us in a handshake. */
export type HandshakeAuth = Pick<HandshakePacket, 'srcId' | 'idSignature' | 'ephemeralKey' | 'record'>;

/**
 * A handshake packet.
 * @throws PacketError `too-large`
 */
export function encodeHandshake(
  frame: PacketFrame,
  { srcId, idSignature, ephemeralKey, record = NO_BYTES }: HandshakeAuth,
  payload: MessagePayload,
): Uint8Array {
  const sizes = Uint8Array.of(idSignature.length, ephemeralKey.length);
  const auth = concatBytes(srcId, sizes, idSignature, ephemeralKey, record);
  return encodeMessagePacket(frame, makeHead(FLAGS.handshake, frame, auth), payload);
}

/**
 * Masking IV and header as they were before masking. The fixed part is judged before the rest is looked at.
 * @throws PacketError
 */
function unmask(datagram: Uint8Array, localId: Uint8Array): Uint8Array {
  const iv = datagram.subarray(0, MASKING_IV_SIZE);
  const mask = maskOf(localId);
  const start = mask.apply(iv, datagram.subarray(MASKING_IV_SIZE, MASKING_IV_SIZE + FIRST_UNMASKED_SIZE));
  const size = HEAD_SIZE + checkStaticHeader(start, datagram.length - HEAD_SIZE);
  const head = new Uint8Array(size);
  head.set(iv);
  head.set(start, MASKING_IV_SIZE);
  const rest = datagram.subarray(MASKING_IV_SIZE + FIRST_UNMASKED_SIZE, size);
  head.set(
    mask.apply(iv, rest, FIRST_UNMASKED_SIZE / MASKING_IV_SIZE),
    MASKING_IV_SIZE + FIRST_UNMASKED_SIZE,
  );
  return head;
}

/** Ciphers by node ID: a node has one that all its packets are masked with. */
const masks = new WeakMap<Uint8Array, AesCtrKey>();

function maskOf(localId: Uint8Array): AesCtrKey {
  const known = masks.get(localId);
  if (known !== undefined) return known;
  const mask = new AesCtrKey(localId.subarray(0, MASKING_KEY_SIZE));
  masks.set(localId, mask);
  return mask;
}

function namesProtocol(header: Uint8Array): boolean {
  return PROTOCOL_ID.every((byte, at) => header[at] === byte);
}

/** Checks what the header says of the packet's shape, and returns the size of the auth data. */
function checkStaticHeader(header: Uint8Array, rest: number): number {
  if (!namesProtocol(header)) {
    throw new PacketError('bad-header', 'the header does not unmask to discv5');
  }
  const version = readUint(header, VERSION_AT, 2);
  if (version !== VERSION) throw new PacketError('bad-version', `version ${String(version)} is not spoken`);
  const authSize = readUint(header, AUTH_SIZE_AT, 2);
  if (authSize > rest) throw new PacketError('auth-data-cut', 'the auth data is longer than the packet');
  if (!fitsFlavour(header[FLAG_AT], authSize)) {
    throw new PacketError('bad-auth-size', `${String(authSize)} bytes of auth data do not fit the flavour`);
  }
  return authSize;
}

function fitsFlavour(flag: number | undefined, authSize: number): boolean {
  switch (flag) {
    case FLAGS.ordinary:
      return authSize === ORDINARY_AUTH_SIZE;
    case FLAGS.whoareyou:
      return authSize === WHOAREYOU_AUTH_SIZE;
    case FLAGS.handshake:
      if (authSize > MAX_AUTH_SIZE)
        throw new PacketError('record-too-large', 'a record has at most 300 bytes');
      // How much more is needed depends on the sizes within.
      return authSize >= HANDSHAKE_AUTH_HEAD_SIZE;
    default:
      throw new PacketError('unknown-flag', `flag ${String(flag)} is unknown`);
  }
}

function readHandshakeAuth(
  auth: Uint8Array,
): Pick<HandshakePacket, 'idSignature' | 'ephemeralKey' | 'record'> {
  if (auth[HANDSHAKE_AUTH_HEAD_SIZE - 2] !== ID_SIGNATURE_SIZE) {
    throw new PacketError('bad-signature-size', 'an id-signature has 64 bytes');
  }
  if (auth[HANDSHAKE_AUTH_HEAD_SIZE - 1] !== EPHEMERAL_KEY_SIZE) {
    throw new PacketError('bad-key-size', 'an ephemeral key has 33 bytes');
  }
  const keyAt = HANDSHAKE_AUTH_HEAD_SIZE + ID_SIGNATURE_SIZE;
  const recordAt = keyAt + EPHEMERAL_KEY_SIZE;
  if (auth.length < recordAt)
    throw new PacketError('bad-auth-size', 'the auth data ends within its signature or key');
  return {
    idSignature: auth.subarray(HANDSHAKE_AUTH_HEAD_SIZE, keyAt),
    ephemeralKey: auth.subarray(keyAt, recordAt),
    record: auth.length === recordAt ? undefined : auth.subarray(recordAt),
  };
}

function makeHead(flag: number, { maskingIv, nonce }: PacketFrame, auth: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD_SIZE + auth.length);
  head.set(maskingIv);
  head.set(PROTOCOL_ID, MASKING_IV_SIZE);
  writeUint(head, MASKING_IV_SIZE + VERSION_AT, 2, VERSION);
  head[MASKING_IV_SIZE + FLAG_AT] = flag;
  head.set(nonce, MASKING_IV_SIZE + NONCE_AT);
  writeUint(head, MASKING_IV_SIZE + AUTH_SIZE_AT, 2, auth.length);
  head.set(auth, HEAD_SIZE);
  return head;
}

function encodeMessagePacket(
  { destId, nonce }: PacketFrame,
  head: Uint8Array,
  payload: MessagePayload,
): Uint8Array {
  const sealed = 'random' in payload ? payload.random : sealAesGcm(payload.key, nonce, payload.message, head);
  if (head.length + sealed.length > MAX_PACKET_SIZE) {
    throw new PacketError('too-large', 'the message does not fit a packet of 1280 bytes');
  }
  return maskPacket(destId, head, sealed);
}

function maskPacket(destId: Uint8Array, head: Uint8Array, sealed: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(head.length + sealed.length);
  const iv = head.subarray(0, MASKING_IV_SIZE);
  datagram.set(iv);
  const mask = createAesCtr(destId.subarray(0, MASKING_KEY_SIZE), iv);
  datagram.set(mask.update(head.subarray(MASKING_IV_SIZE)), MASKING_IV_SIZE);
  datagram.set(sealed, head.length);
  return datagram;
}
