import type { TransactionSource, TransactionVerdict } from '../eth/chain-source.ts';
import { MAX_BATCH, MAX_BATCH_BYTES, MAX_QUEUED, MAX_QUEUED_BYTES, MAX_SUBMITTING } from './constants.ts';
import type { RelayedTransaction } from './transaction.ts';

/** What the queue uses of the relay. */
export interface SubmitHost {
  readonly source: Pick<TransactionSource, 'submit'>;
  /** What the pool's owner said of a transaction; undefined when it did not answer. */
  onVerdict(idHex: string, transaction: RelayedTransaction, verdict: TransactionVerdict | undefined): void;
}

interface PeerQueue {
  /** BOUNDED: half of MAX_QUEUED and MAX_QUEUED_BYTES. */
  readonly transactions: RelayedTransaction[];
  bytes: number;
  isSubmitting: boolean;
}

/**
 * Gives the transactions of peers to the owner of the pool: in batches, MAX_SUBMITTING at a time. Those of one peer are
 * submitted in their order, one batch after the other, because the transactions of an account depend on each other.
 */
export class SubmitQueue {
  readonly #host: SubmitHost;
  /** The peers whose transactions wait, the next first. BOUNDED: one for each peer with a transaction in it. */
  readonly #peers = new Map<string, PeerQueue>();
  /** Hashes, as hex, of what waits or is submitted. BOUNDED: MAX_QUEUED and the batches. */
  readonly #keys = new Set<string>();
  #waiting = 0;
  #bytes = 0;
  #submitting = 0;
  #stopped = false;

  constructor(host: SubmitHost) {
    this.#host = host;
  }

  /** Whether a transaction waits or is submitted. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Adds a transaction of a peer. @returns false when there is no room */
  add(idHex: string, transaction: RelayedTransaction): boolean {
    if (this.#stopped || this.has(transaction.key)) return !this.#stopped;
    const { length } = transaction.encoded;
    const queue = this.#peers.get(idHex) ?? { transactions: [], bytes: 0, isSubmitting: false };
    const fits = (count: number, bytes: number, share: number): boolean =>
      count < MAX_QUEUED / share && bytes + length <= MAX_QUEUED_BYTES / share;
    if (!fits(this.#waiting, this.#bytes, 1) || !fits(queue.transactions.length, queue.bytes, 2))
      return false;
    this.#peers.set(idHex, queue);
    queue.transactions.push(transaction);
    queue.bytes += length;
    this.#waiting++;
    this.#bytes += length;
    this.#keys.add(transaction.key);
    return true;
  }

  /** Submits what may be submitted now. Called after `add`, so that the transactions of a message share batches. */
  pump(): void {
    for (const [idHex, queue] of [...this.#peers]) {
      if (this.#submitting >= MAX_SUBMITTING || this.#stopped) return;
      if (queue.isSubmitting) continue;
      void this.#submit(idHex, queue);
    }
  }

  /** Drops what waits. */
  stop(): void {
    this.#stopped = true;
    this.#peers.clear();
    this.#keys.clear();
  }

  async #submit(idHex: string, queue: PeerQueue): Promise<void> {
    const batch = this.#takeBatch(queue);
    queue.isSubmitting = true;
    this.#submitting++;
    let verdicts: readonly TransactionVerdict[] = [];
    try {
      verdicts = await this.#host.source.submit(
        batch.map(({ encoded }) => encoded),
        idHex,
      );
    } catch {
      // The owner is away or busy, and says so itself. The transactions are dropped; others will send them again.
    }
    this.#submitting--;
    queue.isSubmitting = false;
    if (this.#stopped) return;
    // The peer goes to the end: the others are next.
    this.#peers.delete(idHex);
    if (queue.transactions.length > 0) this.#peers.set(idHex, queue);
    for (const [at, transaction] of batch.entries()) {
      this.#keys.delete(transaction.key);
      this.#host.onVerdict(idHex, transaction, verdicts[at]);
    }
    this.pump();
  }

  #takeBatch(queue: PeerQueue): readonly RelayedTransaction[] {
    let bytes = 0;
    let count = 0;
    for (const { encoded } of queue.transactions) {
      if (count >= MAX_BATCH || (count > 0 && bytes + encoded.length > MAX_BATCH_BYTES)) break;
      bytes += encoded.length;
      count++;
    }
    queue.bytes -= bytes;
    this.#bytes -= bytes;
    this.#waiting -= count;
    return queue.transactions.splice(0, count);
  }
}
