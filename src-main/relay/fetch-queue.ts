import { bytesToHex } from '../base/bytes.ts';
import type { Clock, Random, Timer } from '../base/runtime.ts';
import type { AnnouncedTransaction } from '../eth/gossip.ts';
import { BLOB_TYPE } from '../eth/transactions.ts';
import {
  ARRIVE_TIMEOUT_MS,
  FETCH_TIMEOUT_MS,
  GATHER_SLACK_MS,
  MAX_ANNOUNCED_IN_ALL,
  MAX_ANNOUNCED_PER_PEER,
  MAX_REQUESTED,
  MAX_REQUESTED_BYTES,
} from './constants.ts';

/** A peer that can be asked for what it announced. */
export interface FetchPeer {
  readonly idHex: string;
  /** Requests pooled transactions; rejects when there is no answer. */
  ask(hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
}

/** What the queue uses of the relay. */
export interface FetchHost {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * A peer answered. The relay calls `settle` for each requested transaction in the answer, and `leave` for a peer that lies.
   * @param asked the hashes of the request, as hex
   * @returns the hashes, as hex, that were in the answer
   */
  onAnswer(
    idHex: string,
    asked: ReadonlySet<string>,
    transactions: readonly Uint8Array[],
  ): ReadonlySet<string>;
}

/** An announced transaction that has not arrived. `waiting`: it may come whole; `ready`: one of its peers is asked next. */
interface Wanted {
  readonly hash: Uint8Array;
  /** What each peer announced, by its ID. BOUNDED: by the peers. */
  readonly announcers: Map<string, AnnouncedTransaction>;
  /** When it is ready, monotonic milliseconds. */
  readonly dueAt: number;
  state: 'waiting' | 'ready' | 'asked';
  /** The request that is open for it. */
  request: OpenRequest | undefined;
}

interface OpenRequest {
  readonly keys: readonly string[];
  readonly timer: Timer;
}

interface PeerState {
  readonly peer: FetchPeer;
  /** All its announcements, oldest first. BOUNDED: MAX_ANNOUNCED_PER_PEER. */
  readonly announced: Set<string>;
  /** Those of them that are ready, in the order in which they are asked for. */
  readonly ready: Set<string>;
  /** It has not answered. After FETCH_TIMEOUT_MS others are asked for the same, and it is asked for nothing more. */
  request: OpenRequest | undefined;
}

/**
 * Decides which announced transaction is requested from which peer (go-ethereum eth/fetcher/tx_fetcher.go). A transaction
 * waits ARRIVE_TIMEOUT_MS for a peer that sends it whole. Then one of its announcers is asked; the next one when that one
 * does not answer in time, answers without it, or leaves. Each peer has one open request at most.
 */
export class FetchQueue {
  readonly #host: FetchHost;
  /** By hash, as hex. BOUNDED: MAX_ANNOUNCED_IN_ALL. */
  readonly #wanted = new Map<string, Wanted>();
  /** The waiting ones, the first due first, because all wait equally long. BOUNDED: as `#wanted`. */
  readonly #waiting = new Map<string, Wanted>();
  /** BOUNDED: one for each session. */
  readonly #peers = new Map<string, PeerState>();
  /** Announcements of all peers. */
  #links = 0;
  #timer: Timer | undefined;

  constructor(host: FetchHost) {
    this.#host = host;
  }

  /** Announced transactions that have not arrived. */
  get size(): number {
    return this.#wanted.size;
  }

  /** A peer that may announce. */
  join(peer: FetchPeer): void {
    const state = { peer, announced: new Set<string>(), ready: new Set<string>(), request: undefined };
    this.#peers.set(peer.idHex, state);
  }

  /** Peers have left: what they were asked for is asked of others. Does nothing for a peer that has left before. */
  leave(...idHexes: readonly string[]): void {
    for (const idHex of idHexes) {
      const state = this.#peers.get(idHex);
      if (state === undefined) continue;
      state.request?.timer.cancel();
      for (const key of [...state.announced]) this.#unlink(key, state);
      this.#peers.delete(idHex);
    }
    this.#schedule();
  }

  /**
   * Remembers what a peer announced.
   * @returns the number of transactions that nobody had announced
   */
  announced(idHex: string, transactions: readonly AnnouncedTransaction[]): number {
    const state = this.#peers.get(idHex);
    if (state === undefined) return 0;
    let fresh = 0;
    for (const transaction of transactions) {
      if (state.announced.size >= MAX_ANNOUNCED_PER_PEER) break;
      if (!this.#makeRoom(state)) break;
      if (this.#link(state, transaction)) fresh++;
    }
    this.#armTimer();
    this.#schedule();
    return fresh;
  }

  /**
   * A transaction has arrived, from whomever.
   * @returns what each peer announced of it, by its ID
   */
  settle(key: string): ReadonlyMap<string, AnnouncedTransaction> {
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return new Map();
    const announcers = new Map(wanted.announcers);
    for (const idHex of announcers.keys()) {
      const state = this.#peers.get(idHex);
      if (state !== undefined) this.#unlink(key, state);
    }
    return announcers;
  }

  /** Forgets all. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { request } of this.#peers.values()) request?.timer.cancel();
    for (const collection of [this.#wanted, this.#waiting, this.#peers]) collection.clear();
    this.#links = 0;
  }

  /** Adds an announcement. @returns whether the transaction is new */
  #link(state: PeerState, transaction: AnnouncedTransaction): boolean {
    const key = bytesToHex(transaction.hash);
    // A second announcement does not replace the first: else a peer could correct what it is held to.
    if (state.announced.has(key)) return false;
    const known = this.#wanted.get(key);
    const wanted = known ?? this.#want(key, transaction);
    const { type, size } = transaction;
    wanted.announcers.set(state.peer.idHex, { hash: wanted.hash, type, size });
    state.announced.add(key);
    this.#links++;
    if (wanted.state === 'ready') state.ready.add(key);
    return known === undefined;
  }

  #want(key: string, { hash, type }: AnnouncedTransaction): Wanted {
    const isBlob = type === BLOB_TYPE;
    const wanted: Wanted = {
      // A copy, because the hash is a view of a whole message.
      hash: hash.slice(),
      announcers: new Map(),
      dueAt: this.#host.clock.monotonic() + ARRIVE_TIMEOUT_MS,
      state: isBlob ? 'ready' : 'waiting',
      request: undefined,
    };
    this.#wanted.set(key, wanted);
    if (!isBlob) this.#waiting.set(key, wanted);
    return wanted;
  }

  #unlink(key: string, state: PeerState): void {
    const wanted = this.#wanted.get(key);
    if (wanted === undefined || !state.announced.delete(key)) return;
    state.ready.delete(key);
    wanted.announcers.delete(state.peer.idHex);
    this.#links--;
    if (wanted.announcers.size > 0) {
      if (wanted.request !== undefined && wanted.request === state.request) this.#makeReady(key, wanted);
      return;
    }
    this.#wanted.delete(key);
    this.#waiting.delete(key);
  }

  #makeReady(key: string, wanted: Wanted): void {
    wanted.state = 'ready';
    wanted.request = undefined;
    for (const idHex of wanted.announcers.keys()) this.#peers.get(idHex)?.ready.add(key);
  }

  /** Makes room for an announcement. @returns false when the peer itself has the most */
  #makeRoom(state: PeerState): boolean {
    if (this.#links < MAX_ANNOUNCED_IN_ALL) return true;
    let largest = state;
    for (const other of this.#peers.values())
      if (other.announced.size > largest.announced.size) largest = other;
    if (largest === state) return false;
    for (const key of largest.announced) {
      if (this.#wanted.get(key)?.request !== undefined) continue;
      this.#unlink(key, largest);
      return true;
    }
    return false;
  }

  #armTimer(): void {
    const [next] = this.#waiting.values();
    if (next === undefined || this.#timer !== undefined) return;
    const delay = Math.max(0, next.dueAt - this.#host.clock.monotonic());
    this.#timer = this.#host.clock.after(delay, () => {
      this.#timer = undefined;
      this.#endWait();
    });
  }

  #endWait(): void {
    const until = this.#host.clock.monotonic() + GATHER_SLACK_MS;
    for (const [key, wanted] of this.#waiting) {
      if (wanted.dueAt > until) break;
      this.#waiting.delete(key);
      this.#makeReady(key, wanted);
    }
    this.#armTimer();
    this.#schedule();
  }

  /** Asks the peers that are not asked yet for what is ready, in random order: no announcer is preferred. */
  #schedule(): void {
    const idle = [...this.#peers.values()].filter(
      ({ request, ready }) => request === undefined && ready.size > 0,
    );
    while (idle.length > 0) {
      const [state] = idle.splice(this.#host.random.below(idle.length), 1);
      if (state !== undefined) this.#ask(state);
    }
  }

  #ask(state: PeerState): void {
    const { idHex } = state.peer;
    const keys: string[] = [];
    const hashes: Uint8Array[] = [];
    let bytes = 0;
    for (const key of state.ready) {
      if (keys.length >= MAX_REQUESTED || bytes >= MAX_REQUESTED_BYTES) break;
      const wanted = this.#wanted.get(key);
      if (wanted === undefined) continue;
      keys.push(key);
      hashes.push(wanted.hash);
      bytes += wanted.announcers.get(idHex)?.size ?? 0;
    }
    if (keys.length === 0) return;
    const request: OpenRequest = {
      keys,
      timer: this.#host.clock.after(FETCH_TIMEOUT_MS, () => {
        this.#giveUp(state, request);
        this.#schedule();
      }),
    };
    state.request = request;
    for (const key of keys) this.#markAsked(key, request);
    state.peer.ask(hashes).then(
      (transactions) => {
        this.#answered(state, request, transactions);
      },
      () => {
        this.#answered(state, request, undefined);
      },
    );
  }

  #markAsked(key: string, request: OpenRequest): void {
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return;
    wanted.state = 'asked';
    wanted.request = request;
    for (const idHex of wanted.announcers.keys()) this.#peers.get(idHex)?.ready.delete(key);
  }

  /** Does not ask this peer again for what it did not send. */
  #giveUp(state: PeerState, request: OpenRequest, keys = request.keys): void {
    for (const key of keys) if (this.#wanted.get(key)?.request === request) this.#unlink(key, state);
  }

  /** @param transactions undefined when there was no answer */
  #answered(state: PeerState, request: OpenRequest, transactions: readonly Uint8Array[] | undefined): void {
    // A peer that has left, perhaps to come back with another session.
    if (this.#peers.get(state.peer.idHex) !== state) return;
    request.timer.cancel();
    const { keys } = request;
    const delivered =
      transactions === undefined
        ? new Set<string>()
        : this.#host.onAnswer(state.peer.idHex, new Set(keys), transactions);
    // What comes before the last delivered one is missing. The rest did not fit into the answer, unless it is empty.
    const end = delivered.size === 0 ? keys.length : keys.findLastIndex((key) => delivered.has(key));
    this.#giveUp(state, request, keys.slice(0, end));
    for (const key of keys.slice(end)) {
      const wanted = this.#wanted.get(key);
      if (wanted?.request === request) this.#makeReady(key, wanted);
    }
    if (state.request === request) state.request = undefined;
    this.#schedule();
  }
}
