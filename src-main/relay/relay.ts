import { RELAY_REFUSALS, type RelayRefusal, type RelayTotals } from '../../shared/model/chain.ts';
import { bytesToHex } from '../base/bytes.ts';
import type { Clock, Logger, Random, Unsubscribe } from '../base/runtime.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { TransactionSource, TransactionVerdict } from '../eth/chain-source.ts';
import { EthCodecError } from '../eth/errors.ts';
import type { AnnouncedTransaction, GossipPeer, GossipReceiver, TransactionGossip } from '../eth/gossip.ts';
import { BLOB_TYPE } from '../eth/transactions.ts';
import { ProtocolError } from '../p2p/errors.ts';
import { announcementLie } from './announcement-lie.ts';
import { sidecarFault } from './blob-sidecar.ts';
import {
  ANNOUNCE_RATE,
  MAX_BLOB_TRANSACTION_BYTES,
  MAX_OBSERVED,
  MAX_REJECTS,
  MAX_TRANSACTION_BYTES,
  OBSERVED_MS,
  REJECT_COST,
  REJECT_MS,
  SUBMIT_RATE,
  UNASKED_RATE,
} from './constants.ts';
import { FetchQueue } from './fetch-queue.ts';
import { HashMemory } from './hash-memory.ts';
import { PendingPool } from './pending-pool.ts';
import { Spread } from './spread.ts';
import { SubmitQueue } from './submit-queue.ts';
import { readRelayed, type RelayedTransaction } from './transaction.ts';

/** Dependencies of the relay. */
export interface RelayOptions {
  readonly source: TransactionSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

interface Member {
  readonly peer: GossipPeer;
  /** What it may submit. */
  readonly tokens: TokenBucket;
  /** What it may send unasked, and announce: the rest is not read. */
  readonly unasked: TokenBucket;
  readonly announced: TokenBucket;
}

/** A fault of the transaction that a peer sent, which ends its session. */
interface Fault {
  readonly refusal: RelayRefusal;
  readonly error: ProtocolError;
}

/**
 * Relays transactions between the peers and the pool of the operator's client. What peers announce is requested, what
 * arrives is checked and submitted, and what the client reports as pending is told to the peers that do not have it. With
 * a source that has no pool, transactions are requested, checked and counted, but not announced or sent to peers.
 */
export class TransactionRelay implements TransactionGossip {
  readonly #source: TransactionSource;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #fetch: FetchQueue;
  readonly #submit: SubmitQueue;
  readonly #pending: PendingPool;
  readonly #spread: Spread;
  /** Why the client refused a transaction, in its words. */
  readonly #rejects: HashMemory<string>;
  /** The transactions that the client has, or that were observed. */
  readonly #taken: HashMemory<true>;
  /** BOUNDED: one for each session. */
  readonly #members = new Map<string, Member>();
  readonly #refused = Object.fromEntries(RELAY_REFUSALS.map((kind) => [kind, 0])) as Record<
    RelayRefusal,
    number
  >;
  #announced = 0;
  #received = 0;
  #accepted = 0;
  #observed = 0;
  #unsubscribe: Unsubscribe | undefined;

  constructor({ source, clock, random, logger }: RelayOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#logger = logger;
    this.#rejects = new HashMemory(clock, MAX_REJECTS, REJECT_MS);
    // Without a pool for longer: what a new peer has was observed before, and no client could have dropped it since.
    this.#taken = source.hasPool
      ? new HashMemory(clock, MAX_REJECTS, REJECT_MS)
      : new HashMemory(clock, MAX_OBSERVED, OBSERVED_MS);
    this.#spread = new Spread(random);
    this.#fetch = new FetchQueue({
      clock,
      random,
      onAnswer: (idHex, asked, transactions) => {
        const peer = this.#members.get(idHex)?.peer;
        return peer === undefined ? new Set() : this.#receive(peer, transactions, asked);
      },
    });
    this.#submit = new SubmitQueue({
      source,
      onVerdict: (idHex, transaction, verdict) => {
        this.#onVerdict(idHex, transaction, verdict);
      },
    });
    this.#pending = new PendingPool({
      clock,
      source,
      onPending: (transactions) => {
        this.#spread.tell(transactions);
      },
    });
  }

  /** Transactions since the start. */
  totals(): RelayTotals {
    const { announced, sentWhole } = this.#spread.totals;
    return {
      ...{ announced: this.#announced, received: this.#received, accepted: this.#accepted },
      observed: this.#source.hasPool ? null : this.#observed,
      ...{ announcedOut: announced, sentOut: sentWhole },
      refused: { ...this.#refused },
      pending: this.#fetch.size,
    };
  }

  /** Follows the pending transactions of the client. */
  start(): void {
    this.#unsubscribe ??= this.#source.onPending((hashes) => {
      this.#onPending(hashes);
    });
  }

  /** Ends all that is in progress. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#fetch.stop();
    this.#submit.stop();
    this.#pending.stop();
  }

  join(peer: GossipPeer): GossipReceiver {
    const before = this.#members.get(peer.idHex);
    if (before !== undefined) this.#leave(before.peer);
    const member: Member = {
      peer,
      tokens: new TokenBucket(this.#clock, SUBMIT_RATE),
      unasked: new TokenBucket(this.#clock, UNASKED_RATE),
      announced: new TokenBucket(this.#clock, ANNOUNCE_RATE),
    };
    this.#members.set(peer.idHex, member);
    this.#fetch.join(peer);
    this.#spread.join(peer);
    this.#spread.announceTo(peer.idHex, this.#pending.recent);
    return {
      onAnnounced: (transactions) => {
        if (this.#isMember(peer)) this.#onAnnounced(peer, admitted(transactions, member.announced));
      },
      onTransactions: (transactions) => {
        if (this.#isMember(peer)) this.#onUnasked(member, transactions);
      },
      onLeft: () => {
        this.#leave(peer);
      },
    };
  }

  #isMember(peer: GossipPeer): boolean {
    return this.#members.get(peer.idHex)?.peer === peer;
  }

  #leave(peer: GossipPeer): void {
    if (!this.#isMember(peer)) return;
    this.#members.delete(peer.idHex);
    this.#spread.leave(peer.idHex);
    this.#fetch.leave(peer.idHex);
  }

  /** Ends the session of a peer that broke a rule. */
  #end(peer: GossipPeer, error: ProtocolError): void {
    this.#logger.debug('A peer broke a rule of transactions', { id: peer.idHex, reason: error.message });
    // First, so that the peer is asked for nothing more.
    this.#leave(peer);
    peer.end(error);
  }

  #onAnnounced(peer: GossipPeer, transactions: readonly AnnouncedTransaction[]): void {
    for (const { hash } of transactions) this.#spread.markKnown(peer.idHex, hash);
    if (!this.#source.takesTransactions) return;
    const wanted = transactions.filter(({ hash }) => {
      const key = bytesToHex(hash);
      if (this.#rejects.get(key) !== undefined) this.#refused['rejected-before']++;
      else return this.#taken.get(key) === undefined && !this.#submit.has(key);
      return false;
    });
    this.#announced += this.#fetch.announced(peer.idHex, wanted);
  }

  #onUnasked({ peer, unasked }: Member, transactions: readonly Uint8Array[]): void {
    const read = admitted(transactions, unasked);
    const excess = transactions.length - read.length;
    this.#received += excess;
    this.#refused['rate-limited'] += excess;
    this.#receive(peer, read, undefined);
  }

  /**
   * @param asked the hashes of the request, as hex; undefined for transactions that were not requested
   * @returns the hashes, as hex, of the transactions that are what they should be
   */
  #receive(
    peer: GossipPeer,
    transactions: readonly Uint8Array[],
    asked: ReadonlySet<string> | undefined,
  ): ReadonlySet<string> {
    const delivered = new Set<string>();
    for (const encoded of transactions) {
      this.#received++;
      const read = readDelivered(encoded, asked);
      if ('error' in read) {
        this.#refused[read.refusal]++;
        this.#end(peer, read.error);
        break;
      }
      delivered.add(read.key);
      this.#spread.markKnown(peer.idHex, read.hash);
      this.#checkAnnouncers(peer, read);
      const refusal = this.#offer(peer, read);
      if (refusal !== undefined) this.#refused[refusal]++;
      // Its own announcement was a lie.
      if (!this.#isMember(peer)) break;
    }
    this.#submit.pump();
    return delivered;
  }

  /** Ends the sessions of those that announced a transaction with another type or size. */
  #checkAnnouncers(sender: GossipPeer, transaction: RelayedTransaction): void {
    const liars = [...this.#fetch.settle(transaction.key)].flatMap(([idHex, announced]) => {
      const lie = announcementLie(announced, transaction, idHex === sender.idHex);
      const peer = this.#members.get(idHex)?.peer;
      return lie === undefined || peer === undefined ? [] : [{ lie, peer }];
    });
    // First, so that none of them is asked for what another one owes.
    this.#fetch.leave(...liars.map(({ peer }) => peer.idHex));
    for (const { lie, peer } of liars) {
      this.#refused[lie.refusal]++;
      this.#end(peer, new ProtocolError('false-announcement', lie.facts));
    }
  }

  /** Queues a transaction for the source. @returns why not; undefined also for one that was taken before */
  #offer(peer: GossipPeer, transaction: RelayedTransaction): RelayRefusal | undefined {
    const { key, type, encoded } = transaction;
    const limit = type === BLOB_TYPE ? MAX_BLOB_TRANSACTION_BYTES : MAX_TRANSACTION_BYTES;
    if (encoded.length > limit) return 'too-large';
    if (this.#rejects.get(key) !== undefined) return 'rejected-before';
    if (this.#taken.get(key) !== undefined || this.#submit.has(key)) return undefined;
    if (!this.#source.takesTransactions) return undefined;
    const tokens = this.#members.get(peer.idHex)?.tokens;
    if (tokens?.take() === false || !this.#submit.add(peer.idHex, transaction)) return 'rate-limited';
    if (this.#source.hasPool) this.#pending.keep(transaction);
    return undefined;
  }

  #onVerdict(idHex: string, transaction: RelayedTransaction, verdict: TransactionVerdict | undefined): void {
    if (verdict === undefined || verdict.kind === 'unanswered') return;
    const { key } = transaction;
    if (verdict.kind === 'refused' || verdict.kind === 'invalid') {
      this.#refused['rejected-by-client']++;
      this.#members.get(idHex)?.tokens.takeOnCredit(REJECT_COST);
      this.#pending.forget(key);
      if (!mayConcernSidecar(transaction, verdict.reason)) this.#rejects.set(key, verdict.reason);
      return;
    }
    this.#taken.set(key, true);
    if (verdict.kind === 'accepted') this.#accepted++;
    if (verdict.kind === 'observed') this.#observed++;
  }

  #onPending(hashes: readonly Uint8Array[]): void {
    for (const hash of hashes) {
      const key = bytesToHex(hash);
      this.#taken.set(key, true);
      this.#fetch.settle(key);
    }
    this.#pending.report(hashes, this.#spread.size > 0);
  }
}

/** The first items, as many as there are tokens for. */
function admitted<T>(items: readonly T[], tokens: TokenBucket): readonly T[] {
  const count = Math.min(items.length, Math.max(0, Math.floor(tokens.available)));
  tokens.take(count);
  return count === items.length ? items : items.slice(0, count);
}

/**
 * Whether other blobs could be the reason of a refusal. The hash of a transaction does not cover its sidecar: a peer that
 * sends it with wrong blobs must not keep others from sending it with the right ones.
 */
function mayConcernSidecar({ type }: RelayedTransaction, reason: string): boolean {
  return type === BLOB_TYPE && /blob|sidecar|proof|commitment|kzg|cell|versioned/i.test(reason);
}

/** Reads a transaction that a peer sent, or says why its session ends. */
function readDelivered(
  encoded: Uint8Array,
  asked: ReadonlySet<string> | undefined,
): RelayedTransaction | Fault {
  try {
    // A copy, because it is a view of a whole message.
    const transaction = readRelayed(encoded.slice());
    if (asked?.has(transaction.key) === false) {
      const facts = {
        message: 'GetPooledTransactions',
        detail: 'it has a transaction that was not requested',
      };
      return { refusal: 'malformed', error: new ProtocolError('bad-answer', facts) };
    }
    if (transaction.type !== BLOB_TYPE) return transaction;
    const fault =
      asked === undefined ? 'it was not requested' : sidecarFault(transaction.fields, transaction.sidecar);
    if (fault === undefined) return transaction;
    return {
      refusal: asked === undefined ? 'malformed' : 'blob-commitments-differ',
      error: new ProtocolError('bad-blob-transaction', { detail: fault }),
    };
  } catch (cause) {
    if (!(cause instanceof EthCodecError)) throw cause;
    return { refusal: 'malformed', error: ProtocolError.of(cause, { cause }) };
  }
}
