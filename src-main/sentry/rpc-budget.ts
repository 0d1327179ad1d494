import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import { TokenBucket, type RateLimit } from '../base/token-bucket.ts';
import { RpcError } from './errors.ts';

/** For whom a request is: this node itself, or a peer; the peer's ID may be unknown. */
export type RpcAsker = 'own' | { readonly peer: string | undefined };

/** What the operator's client is burdened with at most. */
export interface BudgetLimits {
  /** Requests without an answer. */
  readonly inFlight: number;
  readonly inFlightPerPeer: number;
  /** Calls a second; each request has up to MAX_BATCH calls. */
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
/** A request that found no tokens is tried again after this time, milliseconds. */
const RETRY_MS = 25;

interface PeerUse {
  readonly tokens: TokenBucket;
  inFlight: number;
  waiting: number;
}

interface WaitingRequest {
  readonly use: PeerUse | undefined;
  readonly calls: number;
  begin(): void;
  cancel(error: Error): void;
}

/** Limits the requests of all peers and of each one. Requests wait in one queue; one whose peer has its share is passed over. */
export class RpcBudget {
  readonly #clock: Clock;
  readonly #limits: BudgetLimits;
  readonly #tokens: TokenBucket;
  readonly #peers = new BoundedMap<string, PeerUse>(MAX_PEERS);
  /** BOUNDED: limits.waiting. */
  readonly #queue = new Set<WaitingRequest>();
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
   * Runs a request of `calls` calls when the budget allows it. Those of this node itself run at once: they are few.
   * @throws RpcError `rpc-busy` when too many wait, `rpc-closed` after `close`, and what `action` throws
   */
  async run<T>(asker: RpcAsker, calls: number, action: () => Promise<T>): Promise<T> {
    const use = asker === 'own' || asker.peer === undefined ? undefined : this.#useOf(asker.peer);
    if (asker !== 'own') await this.#turn(use, calls);
    else this.#charge(use, calls);
    try {
      return await action();
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

  #useOf(peer: string): PeerUse {
    const known = this.#peers.get(peer);
    if (known !== undefined) return known;
    const use = { tokens: new TokenBucket(this.#clock, this.#limits.ratePerPeer), inFlight: 0, waiting: 0 };
    this.#peers.set(peer, use);
    return use;
  }

  #turn(use: PeerUse | undefined, calls: number): Promise<void> {
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
        use,
        calls,
        begin: () => {
          leave();
          this.#charge(use, calls);
          resolve();
        },
        cancel: (error) => {
          leave();
          reject(error);
        },
      };
      this.#queue.add(request);
      if (use !== undefined) use.waiting += 1;
      this.#serve();
    });
  }

  #charge(use: PeerUse | undefined, calls: number): void {
    this.#inFlight += 1;
    this.#tokens.takeOnCredit(calls);
    if (use === undefined) return;
    use.inFlight += 1;
    use.tokens.takeOnCredit(calls);
  }

  /** Begins what may begin, the longest waiting first. */
  #serve(): void {
    let lacksTokens = false;
    for (const request of [...this.#queue]) {
      if (this.#inFlight >= this.#limits.inFlight) break;
      if (this.#tokens.available <= 0) {
        lacksTokens = true;
        break;
      }
      const { use } = request;
      if (use !== undefined && use.inFlight >= this.#limits.inFlightPerPeer) continue;
      if (use !== undefined && use.tokens.available <= 0) {
        lacksTokens = true;
        continue;
      }
      request.begin();
    }
    if (!lacksTokens || this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#clock.after(RETRY_MS, () => {
      this.#timer = undefined;
      this.#serve();
    });
  }
}
