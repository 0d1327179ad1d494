import { BoundedMap } from '../base/bounded-map.ts';
import { bytesToHex } from '../base/bytes.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { AnnouncedTransaction, GossipPeer, GossipReceiver, TransactionGossip } from '../eth/gossip.ts';
import { pooledTransactionHash } from '../eth/transactions.ts';
import { DEMO_TYPE, type DemoTransaction } from './transactions.ts';

/** BOUNDED: transactions that a node keeps, our choice. */
const MAX_KEPT = 512;
/** BOUNDED: transactions that wait for their announcement to a peer; further ones are not announced. */
const MAX_WAITING = 256;
/** Largest number of transactions in one request, our choice. */
const MAX_REQUESTED = 64;
/** Pause between two announcements to a peer, milliseconds: a minimum, and a random addition up to the spread. */
const PAUSE = { min: 700, spread: 3_000 } as const;
/** The same of a busy node. */
const BUSY_PAUSE = { min: 120, spread: 400 } as const;

/** What a gossip works with. */
export interface DemoGossipServices {
  readonly clock: Clock;
  readonly random: Random;
  /** Whether this is the ID of our node, the only one that demo nodes tell of transactions: the others cost time. */
  readonly isOurs: (idHex: string) => boolean;
  /** Whether it announces several times a second. */
  readonly busy: boolean;
}

const IGNORES: GossipReceiver = {
  onAnnounced: () => undefined,
  onTransactions: () => undefined,
  onLeft: () => undefined,
};

/** The transactions of one demo node: it announces those of its users to our node, and asks our node for those that it announces. */
export class DemoGossip implements TransactionGossip {
  readonly #services: DemoGossipServices;
  /** BOUNDED: MAX_KEPT. */
  readonly #kept = new BoundedMap<string, Uint8Array>(MAX_KEPT);
  /** What waits for its announcement, for each session with our node. BOUNDED: sessions, MAX_WAITING. */
  readonly #sessions = new Set<AnnouncedTransaction[]>();

  constructor(services: DemoGossipServices) {
    this.#services = services;
  }

  /** Whether it has a session with our node. */
  get isConnected(): boolean {
    return this.#sessions.size > 0;
  }

  /** Takes a transaction of a user of this node. */
  add({ encoded, hash }: DemoTransaction): void {
    this.#kept.set(bytesToHex(hash), encoded);
    for (const waiting of this.#sessions) {
      if (waiting.length < MAX_WAITING) waiting.push({ hash, type: DEMO_TYPE, size: encoded.length });
    }
  }

  /** The encoded transactions with these hashes; undefined for each that it does not keep. */
  raw(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.resolve(hashes.map((hash) => this.#kept.get(bytesToHex(hash))));
  }

  join(peer: GossipPeer): GossipReceiver {
    const { clock, random, isOurs, busy } = this.#services;
    if (!isOurs(peer.idHex)) return IGNORES;
    const scope = new Scope(clock);
    const waiting: AnnouncedTransaction[] = [];
    this.#sessions.add(waiting);
    const { min, spread } = busy ? BUSY_PAUSE : PAUSE;
    scope.every(
      () => min + random.below(spread),
      () => {
        if (waiting.length > 0) peer.announce(waiting.splice(0));
      },
    );
    return {
      onAnnounced: (transactions) => {
        void this.#request(peer, transactions);
      },
      onTransactions: (transactions) => {
        this.#keep(transactions);
      },
      onLeft: () => {
        scope.close();
        this.#sessions.delete(waiting);
      },
    };
  }

  async #request(peer: GossipPeer, announced: readonly AnnouncedTransaction[]): Promise<void> {
    const missing = announced.filter(({ hash }) => !this.#kept.has(bytesToHex(hash)));
    if (missing.length === 0) return;
    // A copy: they are views of a message.
    const hashes = missing.slice(0, MAX_REQUESTED).map(({ hash }) => hash.slice());
    try {
      this.#keep(await peer.ask(hashes));
    } catch {
      // The session handles a missing answer.
    }
  }

  #keep(transactions: readonly Uint8Array[]): void {
    for (const encoded of transactions)
      this.#kept.set(bytesToHex(pooledTransactionHash(encoded)), encoded.slice());
  }
}
