/**
 * The cryptography of a handshake in the "v4" identity scheme: the id-signature and the derivation of the session keys.
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-theory.md#handshake-steps
 */
import { concatBytes, utf8ToBytes } from '../../base/bytes.ts';
import { sharedPoint, sign, verify } from '../../base/secp256k1.ts';
import { hkdfSha256, sha256 } from '../../base/symmetric.ts';
import { ID_SIGNATURE_SIZE, SESSION_KEY_SIZE } from './constants.ts';

const SIGNATURE_TEXT = utf8ToBytes('discovery v5 identity proof');
const DERIVATION_TEXT = utf8ToBytes('discovery v5 key agreement');

/** The signed content of an id-signature. */
export interface IdProof {
  /** Masking IV and header of the WHOAREYOU, unmasked. */
  readonly challengeData: Uint8Array;
  /** The initiator's ephemeral public key, compressed, 33 bytes. */
  readonly ephemeralKey: Uint8Array;
  /** Node ID of the recipient, which sent the challenge, 32 bytes. */
  readonly recipientId: Uint8Array;
}

/**
 * Makes the initiator's id-signature: r | s, 64 bytes.
 * @throws CryptoError for a bad private key
 */
export function signIdProof(proof: IdProof, privateKey: Uint8Array): Uint8Array {
  return sign(proofHash(proof), privateKey).subarray(0, ID_SIGNATURE_SIZE);
}

/** Whether the holder of `publicKey` (64 bytes) made the signature; false for malformed input and a high s. */
export function verifyIdProof(proof: IdProof, signature: Uint8Array, publicKey: Uint8Array): boolean {
  return verify(proofHash(proof), signature, publicKey);
}

function proofHash({ challengeData, ephemeralKey, recipientId }: IdProof): Uint8Array {
  return sha256(SIGNATURE_TEXT, challengeData, ephemeralKey, recipientId);
}

/** The public input of the key derivation. */
export interface KeyAgreement {
  readonly initiatorId: Uint8Array;
  readonly recipientId: Uint8Array;
  readonly challengeData: Uint8Array;
}

/** The two keys of a session, 16 bytes each. */
export interface SessionKeys {
  /** Encrypts the initiator's messages. */
  readonly initiatorKey: Uint8Array;
  /** Encrypts the recipient's messages. */
  readonly recipientKey: Uint8Array;
}

/**
 * Derives the keys on the initiator's side, from its ephemeral private key (32 bytes) and the recipient's public key
 * (64 bytes).
 * @throws CryptoError for invalid keys
 */
export function initiatorKeys(
  agreement: KeyAgreement,
  ephemeralPrivateKey: Uint8Array,
  recipientPublicKey: Uint8Array,
): SessionKeys {
  return deriveKeys(agreement, sharedPoint(recipientPublicKey, ephemeralPrivateKey));
}

/**
 * Derives the keys on the recipient's side, from its private key (32 bytes) and the initiator's ephemeral public key
 * (33 bytes, compressed).
 * @throws CryptoError `invalid-public-key` for an ephemeral key that is not on the curve
 */
export function recipientKeys(
  agreement: KeyAgreement,
  privateKey: Uint8Array,
  ephemeralKey: Uint8Array,
): SessionKeys {
  return deriveKeys(agreement, sharedPoint(ephemeralKey, privateKey));
}

function deriveKeys(agreement: KeyAgreement, secret: Uint8Array): SessionKeys {
  const info = concatBytes(DERIVATION_TEXT, agreement.initiatorId, agreement.recipientId);
  const keys = hkdfSha256(secret, agreement.challengeData, info, 2 * SESSION_KEY_SIZE);
  return {
    initiatorKey: keys.subarray(0, SESSION_KEY_SIZE),
    recipientKey: keys.subarray(SESSION_KEY_SIZE),
  };
}
