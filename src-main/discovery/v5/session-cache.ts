import { writeUint } from '../../base/bytes.ts';
import { BoundedMap } from '../../base/lru-map.ts';
import type { Random } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import { MAX_SESSIONS, NONCE_SIZE } from './constants.ts';
import { openMessage, type OrdinaryPacket } from './packet.ts';

/** Bytes of a nonce that count messages; the others are random (discv5-theory.md, Session Cache). */
const COUNTER_SIZE = 4;

/** Messages of one key: as many as the counter tells apart. */
const MAX_MESSAGES = 256 ** COUNTER_SIZE - 1;

/** The keys of one handshake as one side holds them, and how many messages it has sent under them. */
export class Session {
  /** Decrypts what the peer sends, 16 bytes. */
  readonly readKey: Uint8Array;
  /** Encrypts what we send, 16 bytes. */
  readonly writeKey: Uint8Array;
  #sent: number;

  /** @param sent messages that were sent before */
  constructor(readKey: Uint8Array, writeKey: Uint8Array, sent = 0) {
    this.readKey = readKey;
    this.writeKey = writeKey;
    this.#sent = sent;
  }

  /** Whether no nonce is left that was not used. */
  get isSpent(): boolean {
    return this.#sent >= MAX_MESSAGES;
  }

  /** A nonce that this key has never had, 12 bytes; undefined when the session is spent. */
  nextNonce(random: Random): Uint8Array | undefined {
    if (this.isSpent) return undefined;
    const nonce = new Uint8Array(NONCE_SIZE);
    writeUint(nonce, 0, COUNTER_SIZE, ++this.#sent);
    nonce.set(random.bytes(NONCE_SIZE - COUNTER_SIZE), COUNTER_SIZE);
    return nonce;
  }
}

/** A message that a session could read. */
export interface OpenedMessage {
  /** Type byte and list. */
  readonly message: Uint8Array;
  readonly session: Session;
  /** Whether it is the first under a session that we offered: the peer has proven itself. */
  readonly isProof: boolean;
}

/**
 * The sessions with one peer at one address. There are two after both sides began a handshake at once: each may believe
 * another one to be the newest, so both are read, and the one that the peer uses is the one that we write with.
 */
export class PeerSessions {
  /** The newest record that the peer gave or that its handshake was checked against. */
  record: Enr | undefined;
  /** BOUNDED: 2, the one to write with first. */
  #held: readonly Session[] = [];
  /** Of a handshake that we sent; nothing shows yet that the peer could read it. */
  #offered: Session | undefined;

  /** What to write with; undefined where a handshake is due. */
  get current(): Session | undefined {
    const [current] = this.#held;
    return current?.isSpent === true ? undefined : current;
  }

  /** Takes the keys of a handshake that the peer proved itself with. */
  accept(session: Session): void {
    this.#held = [session, ...this.#held.slice(0, 1)];
  }

  /** Keeps the keys of a handshake of ours until the peer answers under them. */
  offer(session: Session): void {
    this.#offered = session;
  }

  /** Drops keys that the peer did not use; false where they are no longer offered. */
  withdraw(session: Session): boolean {
    if (this.#offered !== session) return false;
    this.#offered = undefined;
    return true;
  }

  /** Decrypts a packet with any of the sessions; undefined where none can. */
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

/** Session keys by node ID and address. BOUNDED: MAX_SESSIONS peers, the one used longest ago goes first. */
export class SessionCache {
  readonly #peers = new BoundedMap<string, PeerSessions>(MAX_SESSIONS);

  /** Peers that we have keys for, or offered some. */
  get size(): number {
    return this.#peers.size;
  }

  /** @param key as `peerKey` makes it */
  get(key: string): PeerSessions | undefined {
    return this.#peers.get(key);
  }

  /** The sessions with a peer, made where there are none. */
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
