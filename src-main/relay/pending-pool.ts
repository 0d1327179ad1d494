import { LRUCache } from 'lru-cache';
import { bytesToHex } from '../base/bytes.ts';
import { CodecError } from '../base/errors.ts';
import type { Clock } from '../base/runtime.ts';
import type { TransactionSource } from '../eth/chain-source.ts';
import type { AnnouncedTransaction } from '../eth/gossip.ts';
import { BLOB_TYPE } from '../eth/transactions.ts';
import { MAX_BATCH, MAX_KEPT_BYTES, MAX_LOOKED_UP, MAX_RECENT, RECENT_MS } from './constants.ts';
import { HashMemory } from './hash-memory.ts';
import { senderOf } from './sender.ts';
import { mayBeSentWhole, type PendingTransaction } from './spread.ts';
import { readRelayed, type RelayedTransaction } from './transaction.ts';

/** Estimated memory of an entry apart from its transaction, bytes. */
const ENTRY_BYTES = 400;

/** What the pool uses of the relay. */
export interface PendingHost {
  readonly clock: Clock;
  readonly source: Pick<TransactionSource, 'raw'>;
  /** Transactions are pending, and known with type and size. */
  onPending(transactions: readonly PendingTransaction[]): void;
}

/**
 * Finds type, size and bytes of what the owner of the pool reports as pending. Transactions of peers are kept when they are
 * submitted, because the report may come before the answer to the submission. All others are looked up, one batch at a time.
 */
export class PendingPool {
  readonly #host: PendingHost;
  readonly #kept = new LRUCache<string, PendingTransaction>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: ({ encoded }) => ENTRY_BYTES + (encoded?.length ?? 0),
  });
  readonly #recent: HashMemory<AnnouncedTransaction>;
  /** By hash, as hex. BOUNDED: MAX_LOOKED_UP; more are dropped, as geth drops announcements of a full queue. */
  readonly #unknown = new Map<string, Uint8Array>();
  #isLookingUp = false;
  #stopped = false;

  constructor(host: PendingHost) {
    this.#host = host;
    this.#recent = new HashMemory(host.clock, MAX_RECENT, RECENT_MS);
  }

  /** The transactions that became pending in the last RECENT_MS, oldest first, without those with blobs. */
  get recent(): readonly AnnouncedTransaction[] {
    return this.#recent.values();
  }

  /** Keeps a transaction that is submitted. */
  keep(transaction: RelayedTransaction): void {
    this.#kept.set(transaction.key, pendingOf(transaction));
  }

  /** Forgets a transaction that was refused. */
  forget(key: string): void {
    this.#kept.delete(key);
  }

  /**
   * The owner of the pool reports these as pending.
   * @param looksUp whether those that are not kept are worth a call
   */
  report(hashes: readonly Uint8Array[], looksUp: boolean): void {
    const found: PendingTransaction[] = [];
    for (const hash of hashes) {
      const key = bytesToHex(hash);
      const kept = this.#kept.get(key);
      if (kept !== undefined) found.push(kept);
      else if (looksUp && this.#unknown.size < MAX_LOOKED_UP) this.#unknown.set(key, hash);
    }
    this.#pass(found);
    if (!this.#isLookingUp) void this.#lookUp();
  }

  /** Looks up nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#unknown.clear();
    this.#kept.clear();
  }

  async #lookUp(): Promise<void> {
    this.#isLookingUp = true;
    while (this.#unknown.size > 0) {
      const batch = [...this.#unknown].slice(0, MAX_BATCH);
      for (const [key] of batch) this.#unknown.delete(key);
      try {
        const found = await this.#host.source.raw(batch.map(([, hash]) => hash));
        if (this.#stopped) break;
        this.#pass(found.flatMap((encoded) => (encoded === undefined ? [] : readPending(encoded))));
      } catch {
        // The owner is away or busy, and says so itself. Peers hear of these from others.
      }
    }
    this.#isLookingUp = false;
  }

  #pass(found: readonly PendingTransaction[]): void {
    if (found.length === 0) return;
    for (const { hash, type, size } of found)
      if (type !== BLOB_TYPE) this.#recent.set(bytesToHex(hash), { hash, type, size });
    this.#host.onPending(found);
  }
}

function readPending(encoded: Uint8Array): readonly PendingTransaction[] {
  try {
    return [pendingOf(readRelayed(encoded))];
  } catch (error) {
    // A type whose fields the client has in another form: it is not announced.
    if (error instanceof CodecError) return [];
    throw error;
  }
}

function pendingOf(transaction: RelayedTransaction): PendingTransaction {
  const { type, encoded } = transaction;
  const facts = { hash: transaction.hash.slice(), type, size: encoded.length };
  return mayBeSentWhole(type, encoded.length)
    ? { ...facts, sender: lateSenderOf(transaction), encoded }
    : { ...facts, sender: () => facts.hash, encoded: undefined };
}

/**
 * The recovery of the sender, for later: a message can bring thousands of transactions, and the client is to have the first of
 * them soon. A function of its own, so that a transaction without it is not kept.
 */
const lateSenderOf = (transaction: RelayedTransaction) => (): Uint8Array => senderOf(transaction);
