import { writeUint } from '../../base/bytes.ts';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { Random } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import { MAX_SESSIONS, NONCE_SIZE } from './constants.ts';
import { openMessage, type OrdinaryPacket } from './packet.ts';

/** Bytes of the message counter in a nonce; the others are random (discv5-theory.md, "Session Cache"). */
const COUNTER_SIZE = 4;

/** Maximum number of messages with one key: the largest value of the counter. */
const MAX_MESSAGES = 256 ** COUNTER_SIZE - 1;

/** The keys of one handshake on our side, and the number of messages that we sent with them. */
export class Session {
  /** Decrypts the peer's messages, 16 bytes. */
  readonly readKey: Uint8Array;
  /** Encrypts our messages, 16 bytes. */
  readonly writeKey: Uint8Array;
  #sent: number;

  /** @param sent number of messages that were sent before */
  constructor(readKey: Uint8Array, writeKey: Uint8Array, sent = 0) {
    this.readKey = readKey;
    this.writeKey = writeKey;
    this.#sent = sent;
  }

  /** Whether all nonces are used. */
  get isSpent(): boolean {
    return this.#sent >= MAX_MESSAGES;
  }

  /** A nonce that was not used with this key, 12 bytes; undefined if all are used. */
  nextNonce(random: Random): Uint8Array | undefined {
    if (this.isSpent) return undefined;
    const nonce = new Uint8Array(NONCE_SIZE);
    writeUint(nonce, 0, COUNTER_SIZE, ++this.#sent);
    nonce.set(random.bytes(NONCE_SIZE - COUNTER_SIZE), COUNTER_SIZE);
    return nonce;
  }
}

/** A decrypted message. */
export interface OpenedMessage {
  /** Type byte and RLP list. */
  readonly message: Uint8Array;
  readonly session: Session;
  /** Whether it is the first message of a session that we initiated: it proves the peer's identity. */
  readonly isProof: boolean;
}

/**
 * The sessions with one peer at one address. Simultaneous handshakes of both sides result in two sessions, and the sides
 * can disagree on the newest one. So both decrypt, and we encrypt with the one that the peer used last.
 */
export class PeerSessions {
  /** The record that the peer's latest handshake was verified with. */
  record: Enr | undefined;
  /** BOUNDED: 2; the first one encrypts. */
  #held: readonly Session[] = [];
  /** The session of a handshake that we sent, before a message of the peer confirms it. */
  #offered: Session | undefined;

  /** The session that encrypts; undefined if a handshake is needed. */
  get current(): Session | undefined {
    const [current] = this.#held;
    return current?.isSpent === true ? undefined : current;
  }

  /** Adds the session of a verified handshake. */
  accept(session: Session): void {
    this.#held = [session, ...this.#held.slice(0, 1)];
  }

  /** Keeps the session of our handshake until a message of the peer confirms it. */
  offer(session: Session): void {
    this.#offered = session;
  }

  /** Drops an offered session that the peer did not use; false if it is no longer offered. */
  withdraw(session: Session): boolean {
    if (this.#offered !== session) return false;
    this.#offered = undefined;
    return true;
  }

  /** Decrypts a packet with any of the sessions; undefined if none can. */
  open(packet: OrdinaryPacket): OpenedMessage | undefined {
    for (const session of this.#held) {
      const message = openMessage(packet, session.readKey);
      if (message === undefined) continue;
      this.#held = [session, ...this.#held.filter((other) => other !== session)];
      return { message, session, isProof: false };
    }
    const session = this.#offered;
    const message = session === undefined ? undefined : openMessage(packet, session.readKey);
    if (session === undefined || message === undefined) return undefined;
    this.#offered = undefined;
    this.accept(session);
    return { message, session, isProof: true };
  }
}

/** Sessions by node ID and address. BOUNDED: MAX_SESSIONS peers; the least recently used one is dropped first. */
export class SessionCache {
  readonly #peers = new BoundedMap<string, PeerSessions>(MAX_SESSIONS);

  /** Peers with sessions, offered ones included. */
  get size(): number {
    return this.#peers.size;
  }

  /** @param key from `peerKey` */
  get(key: string): PeerSessions | undefined {
    return this.#peers.get(key);
  }

  /** The sessions with a peer, created if there are none. */
  open(key: string): PeerSessions {
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const sessions = new PeerSessions();
    this.#peers.set(key, sessions);
    return sessions;
  }

  clear(): void {
    this.#peers.clear();
  }
}
