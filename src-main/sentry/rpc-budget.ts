import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import { TokenBucket, type RateLimit } from '../base/token-bucket.ts';
import { RpcError } from './errors.ts';

/** The origin of a request: this node itself, or a peer, whose ID may be unknown. */
export type RpcAsker = 'own' | { readonly peer: string | undefined };

/** What the operator's client is burdened with at most. */
export interface BudgetLimits {
  /** Requests without an answer. */
  readonly inFlight: number;
  readonly inFlightPerPeer: number;
  /** Calls a second; each request has up to MAX_BATCH calls. Each BYTES_PER_CALL of an answer count as one more call. */
  readonly rate: RateLimit;
  readonly ratePerPeer: RateLimit;
  /** Requests that wait. */
  readonly waiting: number;
  readonly waitingPerPeer: number;
}

/** Our choice: a fraction of what one core of a client answers. BOUNDED: queues and requests in flight. */
export const DEFAULT_BUDGET: BudgetLimits = {
  inFlight: 16,
  inFlightPerPeer: 4,
  rate: { perSecond: 2_000, burst: 4_000 },
  ratePerPeer: { perSecond: 400, burst: 2_048 },
  waiting: 512,
  waitingPerPeer: 32,
};

/** BOUNDED: peers whose use is remembered. */
const MAX_PEERS = 1_024;
/** Waiting requests are tried again after this time, milliseconds. */
const RETRY_MS = 25;
/** A request that waited so long is refused, milliseconds: its peer has got the empty answer (eth SERVE_DEADLINE_MS). */
const MAX_WAIT_MS = 2_000;
/** Size of an answer that costs as much as a call, as JSON: a header has 1.3 KiB, a block of mainnet hundreds of KiB. */
export const BYTES_PER_CALL = 16 * 1024;

interface PeerUse {
  readonly tokens: TokenBucket;
  inFlight: number;
  waiting: number;
  /** The place of its next request in the fair order. */
  next: number;
}

interface WaitingRequest {
  readonly use: PeerUse | undefined;
  readonly place: number;
  readonly until: number;
  begin(): void;
  cancel(error: Error): void;
}

/** A request to the client. */
export interface BudgetRequest<T> {
  readonly asker: RpcAsker;
  readonly calls: number;
  /** Of `placeOf`; by default the next one of the peer. */
  readonly place?: number;
  readonly action: () => Promise<T>;
  /** Bytes of what `action` gave; none by default. */
  readonly sizeOf?: (result: T) => number;
}

/**
 * Limits the requests of all peers and of each one. The requests that wait are run in a fair order: first those of the peer
 * that has made the fewest calls, so that a peer that asks for little is not kept waiting by many that flood. Time
 * without requests counts for at most ratePerPeer.burst calls. One whose peer has its share is passed over.
 * This is start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996).
 */
export class RpcBudget {
  readonly #clock: Clock;
  readonly #limits: BudgetLimits;
  readonly #tokens: TokenBucket;
  readonly #peers = new BoundedMap<string, PeerUse>(MAX_PEERS);
  /** BOUNDED: limits.waiting. */
  readonly #queue = new Set<WaitingRequest>();
  /** The highest place of a request that was begun. */
  #progress = 0;
  #inFlight = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(clock: Clock, limits: BudgetLimits = DEFAULT_BUDGET) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tokens = new TokenBucket(clock, limits.rate);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * The place in the fair order for requests that belong together, so that they are run together: with some of them refused,
   * or much later, the others would burden the client for nothing.
   * @param calls of all requests
   * @returns undefined when so many requests may not wait
   */
  placeOf(asker: RpcAsker, requests: number, calls: number): number | undefined {
    const use = this.#useFor(asker);
    if (asker === 'own') return this.#progress;
    const { waiting, waitingPerPeer } = this.#limits;
    const isFull = this.#queue.size + requests > waiting || (use?.waiting ?? 0) + requests > waitingPerPeer;
    return isFull ? undefined : this.#nextPlace(use, calls);
  }

  /**
   * Runs a request when the budget allows it. Those of this node itself run at once: they are few.
   * @throws RpcError `rpc-busy` when too many wait or it waited too long, `rpc-closed` after `close`, and what `action`
   *   throws
   */
  async run<T>(request: BudgetRequest<T>): Promise<T> {
    const { asker, calls, action, sizeOf } = request;
    const use = this.#useFor(asker);
    if (asker === 'own') this.#charge(use, calls);
    else await this.#turn(use, calls, request.place ?? this.#nextPlace(use, calls));
    try {
      const result = await action();
      this.#chargeSize(use, Math.floor((sizeOf?.(result) ?? 0) / BYTES_PER_CALL));
      return result;
    } finally {
      this.#inFlight -= 1;
      if (use !== undefined) use.inFlight -= 1;
      this.#serve();
    }
  }

  /** Takes requests again after `close`. */
  open(): void {
    this.#isClosed = false;
  }

  /** Refuses what waits, and what comes until `open`. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const request of [...this.#queue]) request.cancel(new RpcError('rpc-closed', { detail: '' }));
  }

  #useFor(asker: RpcAsker): PeerUse | undefined {
    if (asker === 'own' || asker.peer === undefined) return undefined;
    const known = this.#peers.get(asker.peer);
    if (known !== undefined) return known;
    const tokens = new TokenBucket(this.#clock, this.#limits.ratePerPeer);
    const use = { tokens, inFlight: 0, waiting: 0, next: this.#progress };
    this.#peers.set(asker.peer, use);
    return use;
  }

  /** The place of the next request of a peer, which then stands behind its `calls` calls. */
  #nextPlace(use: PeerUse | undefined, calls: number): number {
    if (use === undefined) return this.#progress;
    const place = Math.max(use.next, this.#progress - this.#limits.ratePerPeer.burst);
    use.next = place + calls;
    return place;
  }

  #turn(use: PeerUse | undefined, calls: number, place: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new RpcError('rpc-closed', { detail: '' }));
        return;
      }
      const full = this.#queue.size >= this.#limits.waiting;
      if (full || (use?.waiting ?? 0) >= this.#limits.waitingPerPeer) {
        reject(new RpcError('rpc-busy'));
        return;
      }
      const leave = (): void => {
        this.#queue.delete(request);
        if (use !== undefined) use.waiting -= 1;
      };
      const request: WaitingRequest = {
        ...{ use, place },
        until: this.#clock.monotonic() + MAX_WAIT_MS,
        begin: () => {
          leave();
          this.#progress = Math.max(this.#progress, place);
          this.#charge(use, calls);
          resolve();
        },
        cancel: (error) => {
          leave();
          if (use !== undefined) use.next -= calls;
          reject(error);
        },
      };
      this.#queue.add(request);
      if (use !== undefined) use.waiting += 1;
      this.#serve();
    });
  }

  get #isFree(): boolean {
    return this.#inFlight < this.#limits.inFlight && this.#tokens.available > 0;
  }

  #charge(use: PeerUse | undefined, calls: number): void {
    this.#inFlight += 1;
    this.#tokens.takeOnCredit(calls);
    if (use === undefined) return;
    use.inFlight += 1;
    use.tokens.takeOnCredit(calls);
  }

  #chargeSize(use: PeerUse | undefined, calls: number): void {
    this.#tokens.takeOnCredit(calls);
    if (use === undefined) return;
    use.tokens.takeOnCredit(calls);
    use.next += calls;
  }

  /** Begins what may begin, in the fair order, and refuses what has waited too long. */
  #serve(): void {
    const now = this.#clock.monotonic();
    for (const request of [...this.#queue].sort((a, b) => a.place - b.place)) {
      const { use } = request;
      const hasShare = use !== undefined && use.inFlight >= this.#limits.inFlightPerPeer;
      if (request.until <= now) request.cancel(new RpcError('rpc-busy'));
      else if (this.#isFree && !hasShare && (use?.tokens.available ?? 1) > 0) request.begin();
    }
    if (this.#queue.size === 0 || this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#clock.after(RETRY_MS, () => {
      this.#timer = undefined;
      this.#serve();
    });
  }
}
