import type { Clock, Timer } from '../../base/runtime.ts';
import { MAX_FINDNODE_FAILURES, PROOF_LIFETIME_MS } from '../constants.ts';
import type { NodeDatabase } from '../table/node-database.ts';
import { PROOF_SETTLE_MS, REPLY_TIMEOUT_MS } from './constants.ts';

/**
 * Endpoint proofs in both directions. A node has proven its endpoint to us if it answered our PING from there within the
 * last 24 hours; it has our proof if it pinged us (and received our PONG) within that time.
 * (p2p/discover/v4_udp.go checkBond, ensureBond)
 * @see https://github.com/ethereum/devp2p/blob/master/discv4.md#endpoint-proof
 */
export class EndpointProof {
  readonly #database: NodeDatabase;
  readonly #clock: Clock;
  /** Waits for the ping of a node, by node and address. BOUNDED: by the requests in progress. */
  readonly #waiters = new Map<string, Set<PingWaiter>>();

  constructor(database: NodeDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether the node has proven its endpoint at `ip` to us. */
  hasProven(idHex: string, ip: string): boolean {
    return this.#clock.now() - this.#database.lastPongReceived(idHex, ip) < PROOF_LIFETIME_MS;
  }

  /** Whether the node must receive our endpoint proof before we send it other requests. */
  mustProve(idHex: string, ip: string): boolean {
    return (
      this.#clock.now() - this.#database.lastPingReceived(idHex, ip) > PROOF_LIFETIME_MS ||
      this.#database.findFails(idHex, ip) > MAX_FINDNODE_FAILURES
    );
  }

  /** Records that the node pinged us from `ip` and that we sent our pong. */
  pingReceived(idHex: string, ip: string): void {
    this.#database.setLastPingReceived(idHex, ip, this.#clock.now());
    for (const waiter of this.#waiters.get(keyOf(idHex, ip)) ?? []) waiter.pinged();
  }

  /** Records that the node answered our ping from `ip`. */
  pongReceived(idHex: string, ip: string): void {
    this.#database.setLastPongReceived(idHex, ip, this.#clock.now());
  }

  /**
   * Resolves shortly after the node has pinged us from `ip`, or after the reply timeout: then the node has our proof
   * already, or does not want it.
   */
  async pingBack(idHex: string, ip: string): Promise<void> {
    const key = keyOf(idHex, ip);
    const waiters = this.#waiters.get(key) ?? new Set<PingWaiter>();
    this.#waiters.set(key, waiters);
    const waiter = new PingWaiter(this.#clock);
    waiters.add(waiter);
    await waiter.done;
    waiters.delete(waiter);
    if (waiters.size === 0 && this.#waiters.get(key) === waiters) this.#waiters.delete(key);
  }

  /** Ends all waits. */
  close(): void {
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.end();
  }
}

/** The wait of one request for a ping. */
class PingWaiter {
  readonly done: Promise<void>;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #resolve: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#endAfter(REPLY_TIMEOUT_MS);
  }

  pinged(): void {
    this.#endAfter(PROOF_SETTLE_MS);
  }

  end(): void {
    this.#timer?.cancel();
    this.#resolve();
  }

  #endAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(ms, this.#resolve);
  }
}

function keyOf(idHex: string, ip: string): string {
  return `${idHex} ${ip}`;
}
