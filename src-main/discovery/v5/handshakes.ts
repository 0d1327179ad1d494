import { bytesToHex, compareBytes } from '../../base/bytes.ts';
import { CryptoError } from '../../base/crypto-error.ts';
import { CodecError } from '../../base/errors.ts';
import type { Random } from '../../base/runtime.ts';
import { compress, generatePrivateKey, publicKeyOf } from '../../base/secp256k1.ts';
import { decodeEnr, encodeEnr, EnrError, type Enr } from '../../node-record/enr.ts';
import type { LocalRecordSource } from '../local-node.ts';
import type { ActiveRequest } from './active-requests.ts';
import type { Challenge, Challenges } from './challenges.ts';
import {
  initiatorKeys,
  recipientKeys,
  signIdProof,
  verifyIdProof,
  type KeyAgreement,
  type SessionKeys,
} from './keys.ts';
import { openMessage, PacketError, type HandshakePacket, type WhoareyouPacket } from './packet.ts';
import { Session, type SessionCache } from './session-cache.ts';
import type { PacketPeer } from './packet-reports.ts';
import type { V5Wire } from './wire.ts';

/** Why a handshake was refused. */
export type HandshakeErrorCode =
  /** We sent no challenge, it has expired, or it was answered before. */
  | 'no-challenge'
  /** We have no record of the node, and the handshake has none. */
  | 'no-record'
  | 'bad-record'
  /** The record belongs to another node. */
  | 'wrong-record'
  | 'bad-id-signature'
  | 'bad-ephemeral-key'
  | 'decryption-fails';

/** A refused handshake packet. */
export class HandshakeError extends CodecError<HandshakeErrorCode> {}

/** The result of an accepted handshake. */
export interface AcceptedHandshake {
  /** The first message of the session: type byte and RLP list. */
  readonly message: Uint8Array;
  readonly session: Session;
  readonly record: Enr;
}

/** Constructor arguments of V5Handshakes. */
export interface V5HandshakesOptions {
  /** Our node ID, 32 bytes. */
  readonly localId: Uint8Array;
  readonly privateKey: Uint8Array;
  readonly local: LocalRecordSource;
  readonly random: Random;
  readonly wire: V5Wire;
  readonly sessions: SessionCache;
  readonly challenges: Challenges;
  readonly recordOf: (idHex: string) => Enr | undefined;
}

/**
 * Both sides of the handshake: initiator (`answer`) and recipient (`challenge`, `accept`).
 * @see https://github.com/ethereum/devp2p/blob/master/discv5/discv5-theory.md#handshake-steps
 */
export class V5Handshakes {
  readonly #options: V5HandshakesOptions;

  constructor(options: V5HandshakesOptions) {
    this.#options = options;
  }

  /** Sends a WHOAREYOU to the sender of a packet that we cannot decrypt; the same one while it is valid. */
  challenge(to: PacketPeer, key: string, nonce: Uint8Array): void {
    const { wire, challenges, sessions, recordOf } = this.#options;
    const known = challenges.get(key);
    if (known !== undefined) {
      wire.repeatChallenge(to, known.challengeData);
      return;
    }
    const record = newer(recordOf(bytesToHex(to.id)), sessions.get(key)?.record);
    challenges.add(key, { challengeData: wire.sendChallenge(to, nonce, record?.seq ?? 0n), record });
  }

  /**
   * Answers a challenge with a handshake packet that contains the request. If the request does not fit into it, the
   * packet contains a PING, and `openedByPing` tells the caller to send the request afterwards.
   * @returns the packet's nonce; undefined if we cannot reach the node
   * @throws CryptoError if the node's public key is not on the curve
   */
  answer(
    request: ActiveRequest,
    key: string,
    { challengeData, enrSeq }: WhoareyouPacket,
  ): Uint8Array | undefined {
    const { local, localId, privateKey, random, wire, sessions } = this.#options;
    const { target, requestId, message } = request;
    const ephemeralPrivateKey = generatePrivateKey(random);
    const ephemeralKey = compress(publicKeyOf(ephemeralPrivateKey));
    const agreement: KeyAgreement = { initiatorId: localId, recipientId: target.id, challengeData };
    const keys = initiatorKeys(agreement, ephemeralPrivateKey, target.publicKey);
    const session = new Session(keys.recipientKey, keys.initiatorKey);
    const record = local.current();
    const auth = {
      ephemeralKey,
      idSignature: signIdProof({ challengeData, ephemeralKey, recipientId: target.id }, privateKey),
      record: enrSeq < record.seq ? encodeEnr(record) : undefined,
    };
    request.offered = session;
    sessions.open(key).offer(session);
    try {
      return wire.sendHandshake(target, session, auth, { requestId, message });
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      request.openedByPing = true;
      const ping = { type: 'ping', enrSeq: record.seq } as const;
      return wire.sendHandshake(target, session, auth, { requestId, message: ping });
    }
  }

  /**
   * Verifies the answer to our challenge, of which one is accepted, and stores the new session.
   * @throws HandshakeError
   */
  accept(packet: HandshakePacket, key: string): AcceptedHandshake {
    const challenge = this.#options.challenges.take(key);
    if (challenge === undefined) throw new HandshakeError('no-challenge', 'no challenge was sent');
    const record = recordOfSender(packet, challenge);
    const { challengeData } = challenge;
    const { ephemeralKey, idSignature } = packet;
    const proof = { challengeData, ephemeralKey, recipientId: this.#options.localId };
    if (!verifyIdProof(proof, idSignature, record.publicKey)) {
      throw new HandshakeError('bad-id-signature', 'the id-signature does not match the record’s key');
    }
    const keys = this.#recipientKeys(packet, challengeData);
    const message = openMessage(packet, keys.initiatorKey);
    if (message === undefined) {
      throw new HandshakeError('decryption-fails', 'the message was not encrypted with the session key');
    }
    const session = new Session(keys.initiatorKey, keys.recipientKey);
    const sessions = this.#options.sessions.open(key);
    sessions.record = record;
    sessions.accept(session);
    return { message, session, record };
  }

  #recipientKeys({ srcId, ephemeralKey }: HandshakePacket, challengeData: Uint8Array): SessionKeys {
    const { localId, privateKey } = this.#options;
    try {
      return recipientKeys(
        { initiatorId: srcId, recipientId: localId, challengeData },
        privateKey,
        ephemeralKey,
      );
    } catch (cause) {
      if (!(cause instanceof CryptoError)) throw cause;
      throw new HandshakeError('bad-ephemeral-key', 'the ephemeral key is not on the curve', { cause });
    }
  }
}

/** The newer of the record in a handshake and the one that we knew when we sent the challenge. */
function recordOfSender({ record: encoded, srcId }: HandshakePacket, challenge: Challenge): Enr {
  const record = newer(challenge.record, encoded === undefined ? undefined : readRecord(encoded));
  if (record === undefined) throw new HandshakeError('no-record', 'the handshake has no record');
  if (compareBytes(record.nodeId, srcId) !== 0) {
    throw new HandshakeError('wrong-record', 'the record belongs to another node');
  }
  return record;
}

function readRecord(encoded: Uint8Array): Enr {
  try {
    return decodeEnr(encoded);
  } catch (cause) {
    if (!(cause instanceof EnrError)) throw cause;
    throw new HandshakeError('bad-record', 'the record is invalid', { cause });
  }
}

/** The record with the higher sequence number; the first one if they are equal. */
export function newer(first: Enr | undefined, second: Enr | undefined): Enr | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return second.seq > first.seq ? second : first;
}
