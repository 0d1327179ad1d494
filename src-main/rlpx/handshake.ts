/**
 * The two packets of the RLPx handshake and the secrets derived from them. All functions are pure. Nonces and shared
 * secrets have 32 bytes, public keys 64, signatures 65 (r | s | recovery id).
 * @see https://github.com/ethereum/devp2p/blob/master/rlpx.md#initial-handshake
 * @see https://eips.ethereum.org/EIPS/eip-8
 */
import { concatBytes, writeUint, xorBytes } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import { keccak256 } from '../base/keccak.ts';
import { perObject } from '../base/per-object.ts';
import { encodeRlp, readFirstRlp, type RlpInput, type RlpReader } from '../base/rlp.ts';
import { ecdh, publicKeyOf, recover, sign } from '../base/secp256k1.ts';
import { PUBLIC_KEY_LENGTH, RECOVERABLE_SIGNATURE_LENGTH } from '../base/secp256k1-lengths.ts';
import { HANDSHAKE_VERSION } from './constants.ts';
import { decryptEcies, ECIES_OVERHEAD, encryptEcies } from './ecies.ts';
import { RlpxError } from './errors.ts';

/** Length of a nonce, bytes. */
export const NONCE_LENGTH = 32;

/** Length of the size prefix of an EIP-8 packet, bytes. */
export const SIZE_PREFIX_LENGTH = 2;

/** The initiator's packet (auth). */
export interface AuthMessage {
  /** Signature over (static shared secret XOR nonce) with the initiator's ephemeral key. */
  readonly signature: Uint8Array;
  readonly initiatorPublicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly version: number;
}

/** The initiator's packet in its pre-EIP-8 form. */
export interface PlainAuthMessage extends AuthMessage {
  /** Keccak-256 of the ephemeral public key. Together with the signature it proves that the sender owns its static key. */
  readonly ephemeralKeyHash: Uint8Array;
}

/** The recipient's packet (ack). */
export interface AckMessage {
  readonly ephemeralPublicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly version: number;
}

/** Random input of the encryption of an EIP-8 packet. */
export interface SealSecret {
  readonly ephemeralKey: Uint8Array;
  readonly iv: Uint8Array;
  /** Number of zero bytes to append, 100 to 199. */
  readonly padding: number;
}

/** Keys of one side of a connection, 32 bytes each, and what its MACs absorb first. */
export interface SessionSecrets {
  readonly aesKey: Uint8Array;
  readonly macKey: Uint8Array;
  /** The first bytes of the MAC of what this side sends. */
  readonly egress: Uint8Array;
  /** The first bytes of the MAC of what this side receives. */
  readonly ingress: Uint8Array;
}

/** Input of the derivation of the secrets. Packets include their size prefix. */
export interface HandshakeTranscript {
  readonly initiator: boolean;
  readonly ephemeralKey: Uint8Array;
  readonly remoteEphemeralPublicKey: Uint8Array;
  readonly initiatorNonce: Uint8Array;
  readonly recipientNonce: Uint8Array;
  readonly authPacket: Uint8Array;
  readonly ackPacket: Uint8Array;
}

/**
 * Creates auth, which proves that the initiator owns its static and its ephemeral key.
 * @throws CryptoError `invalid-public-key`
 */
export function createAuth(keys: {
  readonly privateKey: Uint8Array;
  readonly remotePublicKey: Uint8Array;
  readonly ephemeralKey: Uint8Array;
  readonly nonce: Uint8Array;
}): AuthMessage {
  const token = ecdh(keys.remotePublicKey, keys.privateKey);
  return {
    signature: sign(xorBytes(token, keys.nonce), keys.ephemeralKey),
    initiatorPublicKey: staticPublicKey(keys.privateKey),
    nonce: keys.nonce,
    version: HANDSHAKE_VERSION,
  };
}

/** The public key of the node's own key, which every auth contains: deriving it takes a tenth of the work on an auth. */
const staticPublicKey = perObject(publicKeyOf);

/** Encrypts auth to `remotePublicKey`. The result includes the size prefix. */
export function sealAuth(auth: AuthMessage, remotePublicKey: Uint8Array, secret: SealSecret): Uint8Array {
  return seal([auth.signature, auth.initiatorPublicKey, auth.nonce, auth.version], remotePublicKey, secret);
}

/** Encrypts ack to `remotePublicKey`. The result includes the size prefix. */
export function sealAck(ack: AckMessage, remotePublicKey: Uint8Array, secret: SealSecret): Uint8Array {
  return seal([ack.ephemeralPublicKey, ack.nonce, ack.version], remotePublicKey, secret);
}

/**
 * Decrypts and decodes an EIP-8 auth packet with its size prefix.
 * @throws RlpxError `decryption-failed`, `handshake-malformed`
 */
export function openAuth(packet: Uint8Array, privateKey: Uint8Array): AuthMessage {
  return open(packet, privateKey, (fields) => ({
    signature: fields.fixedBytes(RECOVERABLE_SIGNATURE_LENGTH),
    initiatorPublicKey: fields.fixedBytes(PUBLIC_KEY_LENGTH),
    nonce: fields.fixedBytes(NONCE_LENGTH),
    version: fields.uint(),
  }));
}

/**
 * Decrypts and decodes an EIP-8 ack packet with its size prefix.
 * @throws RlpxError `decryption-failed`, `handshake-malformed`
 */
export function openAck(packet: Uint8Array, privateKey: Uint8Array): AckMessage {
  return open(packet, privateKey, (fields) => ({
    ephemeralPublicKey: fields.fixedBytes(PUBLIC_KEY_LENGTH),
    nonce: fields.fixedBytes(NONCE_LENGTH),
    version: fields.uint(),
  }));
}

/** Plaintext of a pre-EIP-8 auth: signature | keccak(ephemeral public key) | public key | nonce | token flag. */
const PLAIN_AUTH_TEXT = RECOVERABLE_SIGNATURE_LENGTH + 32 + PUBLIC_KEY_LENGTH + NONCE_LENGTH + 1;
/** Plaintext of a pre-EIP-8 ack: ephemeral public key | nonce | token flag. */
const PLAIN_ACK_TEXT = PUBLIC_KEY_LENGTH + NONCE_LENGTH + 1;

/**
 * Decrypts and decodes a pre-EIP-8 auth packet (307 bytes, no size prefix).
 * @throws RlpxError `decryption-failed`, `handshake-malformed`
 */
export function openPlainAuth(packet: Uint8Array, privateKey: Uint8Array): PlainAuthMessage {
  const text = openPlain(packet, privateKey, PLAIN_AUTH_TEXT);
  const keyOffset = RECOVERABLE_SIGNATURE_LENGTH + 32;
  const nonceOffset = keyOffset + PUBLIC_KEY_LENGTH;
  return {
    signature: text.subarray(0, RECOVERABLE_SIGNATURE_LENGTH),
    initiatorPublicKey: text.subarray(keyOffset, nonceOffset),
    nonce: text.subarray(nonceOffset, nonceOffset + NONCE_LENGTH),
    version: HANDSHAKE_VERSION,
    ephemeralKeyHash: text.subarray(RECOVERABLE_SIGNATURE_LENGTH, keyOffset),
  };
}

/**
 * Decrypts and decodes a pre-EIP-8 ack packet (210 bytes, no size prefix).
 * @throws RlpxError `decryption-failed`, `handshake-malformed`
 * @internal for tests
 */
export function openPlainAck(packet: Uint8Array, privateKey: Uint8Array): AckMessage {
  const text = openPlain(packet, privateKey, PLAIN_ACK_TEXT);
  return {
    ephemeralPublicKey: text.subarray(0, PUBLIC_KEY_LENGTH),
    nonce: text.subarray(PUBLIC_KEY_LENGTH, PUBLIC_KEY_LENGTH + NONCE_LENGTH),
    version: HANDSHAKE_VERSION,
  };
}

/** Encrypts a pre-EIP-8 ack, the answer to a pre-EIP-8 auth. */
export function sealPlainAck(
  ack: AckMessage,
  remotePublicKey: Uint8Array,
  secret: Omit<SealSecret, 'padding'>,
): Uint8Array {
  const text = concatBytes(ack.ephemeralPublicKey, ack.nonce, Uint8Array.of(0));
  return encryptEcies(text, remotePublicKey, new Uint8Array(0), secret);
}

/**
 * Recovers the initiator's ephemeral public key from its signature.
 * @throws RlpxError `invalid-public-key`, `handshake-malformed`
 */
export function recoverEphemeralKey(auth: AuthMessage, privateKey: Uint8Array): Uint8Array {
  let token: Uint8Array;
  try {
    token = ecdh(auth.initiatorPublicKey, privateKey);
  } catch (cause) {
    throw new RlpxError('invalid-public-key', null, { cause });
  }
  try {
    return recover(xorBytes(token, auth.nonce), auth.signature);
  } catch (cause) {
    throw new RlpxError('handshake-malformed', { detail: "the initiator's signature is invalid" }, { cause });
  }
}

/**
 * Derives keys and the beginnings of the MACs of the side that `transcript` describes.
 * @throws RlpxError `invalid-public-key` when the peer's ephemeral key is not on the curve
 */
export function deriveSecrets(transcript: HandshakeTranscript): SessionSecrets {
  const { initiatorNonce, recipientNonce } = transcript;
  const ephemeralSecret = agreeOnEphemeral(transcript);
  const sharedSecret = keccak256(ephemeralSecret, keccak256(recipientNonce, initiatorNonce));
  const aesKey = keccak256(ephemeralSecret, sharedSecret);
  const macKey = keccak256(ephemeralSecret, aesKey);
  const fromInitiator = concatBytes(xorBytes(macKey, recipientNonce), transcript.authPacket);
  const fromRecipient = concatBytes(xorBytes(macKey, initiatorNonce), transcript.ackPacket);
  return transcript.initiator
    ? { aesKey, macKey, egress: fromInitiator, ingress: fromRecipient }
    : { aesKey, macKey, egress: fromRecipient, ingress: fromInitiator };
}

function agreeOnEphemeral(transcript: HandshakeTranscript): Uint8Array {
  try {
    return ecdh(transcript.remoteEphemeralPublicKey, transcript.ephemeralKey);
  } catch (cause) {
    throw new RlpxError('invalid-public-key', null, { cause });
  }
}

function seal(fields: RlpInput, remotePublicKey: Uint8Array, secret: SealSecret): Uint8Array {
  const text = concatBytes(encodeRlp(fields), new Uint8Array(secret.padding));
  const prefix = new Uint8Array(SIZE_PREFIX_LENGTH);
  writeUint(prefix, 0, 2, text.length + ECIES_OVERHEAD);
  return concatBytes(prefix, encryptEcies(text, remotePublicKey, prefix, secret));
}

function open<T>(packet: Uint8Array, privateKey: Uint8Array, read: (fields: RlpReader) => T): T {
  const prefix = packet.subarray(0, SIZE_PREFIX_LENGTH);
  const text = decryptEcies(packet.subarray(SIZE_PREFIX_LENGTH), privateKey, prefix);
  try {
    return readFirstRlp(text, (reader) => read(reader.list()));
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new RlpxError('handshake-malformed', { detail: cause.message }, { cause });
  }
}

function openPlain(packet: Uint8Array, privateKey: Uint8Array, length: number): Uint8Array {
  const text = decryptEcies(packet, privateKey, new Uint8Array(0));
  if (text.length !== length) {
    throw new RlpxError('handshake-malformed', { detail: 'the plain packet has the wrong length' });
  }
  return text;
}
