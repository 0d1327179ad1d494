import { readUint } from '../base/bytes.ts';
import type { Random } from '../base/runtime.ts';
import type { AnnouncedTransaction, GossipPeer } from '../eth/gossip.ts';
import { BLOB_TYPE } from '../eth/transactions.ts';
import { MAX_KNOWN, MAX_MESSAGE_BYTES, MAX_WHOLE_BYTES } from './constants.ts';
import { KnownHashes } from './known-hashes.ts';

/** Bytes of an announcement in a message: its hash, type and size. */
const ANNOUNCEMENT_BYTES = 40;

/** A pending transaction. */
export interface PendingTransaction extends AnnouncedTransaction {
  /** The address that signed it, or another value of 20 bytes or more that its peers are chosen by; takes a recovery. */
  readonly sender: () => Uint8Array;
  /** Encoded as EIP-2718 says; undefined for one that is only announced. */
  readonly encoded: Uint8Array | undefined;
}

/** Whether a transaction may be sent whole. */
export function mayBeSentWhole(type: number, size: number): boolean {
  return type !== BLOB_TYPE && size <= MAX_WHOLE_BYTES;
}

interface Member {
  readonly peer: GossipPeer;
  readonly known: KnownHashes;
  /** Secret numbers by which the peer is chosen for some senders. */
  readonly salts: readonly [number, number];
}

/**
 * Tells peers of pending transactions that they do not have (go-ethereum eth/handler.go, BroadcastTransactions): whole to
 * the square root of the number of peers, to the others by an announcement. Blob and large transactions are announced
 * only. Which peers get the transactions of a sender whole is random, and the same while they stay: so the peer that has
 * one transaction of an account also gets the next.
 */
export class Spread {
  readonly #random: Random;
  /** BOUNDED: one for each session. */
  readonly #members = new Map<string, Member>();
  #announced = 0;
  #sentWhole = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Announcements and whole transactions that were sent, one for each peer. */
  get totals(): { readonly announced: number; readonly sentWhole: number } {
    return { announced: this.#announced, sentWhole: this.#sentWhole };
  }

  /** Number of peers. */
  get size(): number {
    return this.#members.size;
  }

  /** Adds a peer, which gets pending transactions from now on. */
  join(peer: GossipPeer): void {
    const salts = [this.#random.below(2 ** 32), this.#random.below(2 ** 32)] as const;
    this.#members.set(peer.idHex, { peer, known: new KnownHashes(MAX_KNOWN, this.#random), salts });
  }

  leave(idHex: string): void {
    this.#members.delete(idHex);
  }

  /** A peer has a transaction: it announced or sent it. */
  markKnown(idHex: string, hash: Uint8Array): void {
    this.#members.get(idHex)?.known.add(hash);
  }

  /** Tells all peers that do not have them. */
  tell(transactions: readonly PendingTransaction[]): void {
    const chosen = new Map<string, ReadonlySet<Member>>();
    const plans = new Map<Member, { whole: Uint8Array[]; announced: AnnouncedTransaction[] }>();
    for (const transaction of transactions) {
      const { encoded } = transaction;
      const whole = encoded === undefined ? NOBODY : this.#chosenFor(transaction.sender(), chosen);
      for (const member of this.#members.values()) {
        if (!member.known.add(transaction.hash)) continue;
        const plan = plans.get(member) ?? { whole: [], announced: [] };
        plans.set(member, plan);
        if (encoded !== undefined && whole.has(member)) plan.whole.push(encoded);
        else plan.announced.push(transaction);
      }
    }
    for (const [{ peer }, { whole, announced }] of plans) {
      this.#sendWhole(peer, whole);
      this.#announce(peer, announced);
    }
  }

  /** Announces what one peer does not have. */
  announceTo(idHex: string, transactions: readonly AnnouncedTransaction[]): void {
    const member = this.#members.get(idHex);
    if (member === undefined) return;
    this.#announce(
      member.peer,
      transactions.filter(({ hash }) => member.known.add(hash)),
    );
  }

  #sendWhole(peer: GossipPeer, transactions: readonly Uint8Array[]): void {
    for (const message of messagesOf(transactions, ({ length }) => length)) peer.sendWhole(message);
    this.#sentWhole += transactions.length;
  }

  #announce(peer: GossipPeer, transactions: readonly AnnouncedTransaction[]): void {
    for (const message of messagesOf(transactions, () => ANNOUNCEMENT_BYTES)) peer.announce(message);
    this.#announced += transactions.length;
  }

  /** The peers with the lowest scores for a sender, as many as the square root of their number, rounded up. */
  #chosenFor(sender: Uint8Array, cache: Map<string, ReadonlySet<Member>>): ReadonlySet<Member> {
    const [high, low] = [readUint(sender, 0, 4), readUint(sender, 4, 4)];
    const key = `${String(high)} ${String(low)}`;
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const scored = [...this.#members.values()].map((member) => ({
      member,
      score: scoreOf(member.salts, high, low),
    }));
    scored.sort((a, b) => a.score - b.score);
    const count = Math.ceil(Math.sqrt(scored.length));
    const chosen = new Set(scored.slice(0, count).map(({ member }) => member));
    cache.set(key, chosen);
    return chosen;
  }
}

const NOBODY: ReadonlySet<Member> = new Set();

/** A number from 0 to 2^32 - 1; multiplications and shifts of MurmurHash3. */
function scoreOf([first, second]: Member['salts'], high: number, low: number): number {
  let score = Math.imul(high ^ first, 0x85ebca6b);
  score = Math.imul(score ^ (score >>> 15) ^ low ^ second, 0xc2b2ae35);
  score = Math.imul(score ^ (score >>> 13), 0x85ebca6b);
  return (score ^ (score >>> 16)) >>> 0;
}

/** Splits items into messages: the item that passes MAX_MESSAGE_BYTES is the last of its message. */
function messagesOf<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const messages: T[][] = [];
  let bytes = MAX_MESSAGE_BYTES;
  for (const item of items) {
    if (bytes >= MAX_MESSAGE_BYTES) {
      messages.push([]);
      bytes = 0;
    }
    messages.at(-1)?.push(item);
    bytes += sizeOf(item);
  }
  return messages;
}
