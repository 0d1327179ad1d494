import { bytesToHex } from '../../src-main/base/bytes.ts';
import type { TransactionSource, TransactionVerdict } from '../../src-main/eth/chain-source.ts';
import type { AnnouncedTransaction, GossipPeer, GossipReceiver } from '../../src-main/eth/gossip.ts';
import type { ProtocolError } from '../../src-main/p2p/errors.ts';
import { readRelayed } from '../../src-main/relay/transaction.ts';

/** How an encoded transaction is announced honestly. */
export function announcementOf(encoded: Uint8Array): AnnouncedTransaction {
  const { hash, type } = readRelayed(encoded);
  return { hash, type, size: encoded.length };
}

/** A request that a test answers. */
export interface PuppetRequest {
  /** Hashes as hex. */
  readonly hashes: readonly string[];
  /** Whether the session had ended when the request was made. */
  readonly isAfterEnd: boolean;
  readonly answer: (transactions: readonly Uint8Array[]) => void;
  readonly fail: () => void;
}

/** A peer of a relay: a test plays its part. */
export class GossipPuppet implements GossipPeer {
  readonly idHex: string;
  readonly requests: PuppetRequest[] = [];
  /** Hashes, as hex, that it was told of, and the transactions that it got whole. */
  readonly heard: string[] = [];
  readonly got: Uint8Array[] = [];
  /** The number of transactions in each message. */
  readonly messages: { readonly kind: 'announced' | 'whole'; readonly count: number }[] = [];
  ended: ProtocolError | undefined;
  /** A test that lets the peer leave says so. */
  hasLeft = false;

  constructor(number: number) {
    this.idHex = number.toString(16).padStart(64, '0');
  }

  ask(hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      this.requests.push({
        hashes: hashes.map(bytesToHex),
        isAfterEnd: this.hasLeft || this.ended !== undefined,
        answer: resolve,
        fail: () => {
          reject(new Error('no answer'));
        },
      });
    });
  }

  announce(transactions: readonly AnnouncedTransaction[]): void {
    this.messages.push({ kind: 'announced', count: transactions.length });
    this.heard.push(...transactions.map(({ hash }) => bytesToHex(hash)));
  }

  sendWhole(transactions: readonly Uint8Array[]): void {
    this.messages.push({ kind: 'whole', count: transactions.length });
    this.got.push(...transactions);
  }

  end(error: ProtocolError): void {
    this.ended ??= error;
  }
}

/** A peer that a test plays, and what the relay hears of it. */
export interface JoinedPuppet {
  readonly puppet: GossipPuppet;
  readonly receiver: GossipReceiver;
}

/** The pool of a client: a test says what it takes. */
export class FakePool implements TransactionSource {
  readonly hasPool = true;
  takesTransactions = true;
  /** All submitted batches. */
  readonly batches: { readonly peer: string | undefined; readonly transactions: readonly Uint8Array[] }[] =
    [];
  verdict: (transaction: Uint8Array) => TransactionVerdict = () => ({ kind: 'accepted' });
  /** Runs before a submission is answered. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  /** The pool by hash, as hex. */
  readonly held = new Map<string, Uint8Array>();
  /** Hashes, as hex, of each call of `raw`. */
  readonly lookups: string[][] = [];
  #listener: ((hashes: readonly Uint8Array[]) => void) | undefined;

  /** All submitted transactions. */
  get submitted(): readonly Uint8Array[] {
    return this.batches.flatMap(({ transactions }) => transactions);
  }

  async submit(transactions: readonly Uint8Array[], peer?: string): Promise<readonly TransactionVerdict[]> {
    this.batches.push({ peer, transactions });
    await this.beforeAnswer();
    return transactions.map((transaction) => this.verdict(transaction));
  }

  onPending(listener: (hashes: readonly Uint8Array[]) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  raw(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.lookups.push(hashes.map(bytesToHex));
    return Promise.resolve(hashes.map((hash) => this.held.get(bytesToHex(hash))));
  }

  /** Reports transactions as pending. */
  report(transactions: readonly Uint8Array[]): void {
    this.#listener?.(transactions.map((encoded) => readRelayed(encoded).hash));
  }

  /** Whether the pool's reports are heard. */
  get isFollowed(): boolean {
    return this.#listener !== undefined;
  }
}
