import type { Clock, Timer } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import { EMPTY_TABLE_WAIT_MS, FILLED_TABLE_PAUSE_MS, WALK_INTERVAL_MS } from '../constants.ts';
import type { Lookup } from './lookup.ts';

/** Constructor arguments of RandomWalk. */
export interface RandomWalkOptions {
  readonly clock: Clock;
  /** Starts a lookup for a random target; it must end when `signal` aborts. */
  readonly newLookup: (signal: AbortSignal) => Lookup;
  /** Refreshes the table; called when it is empty. */
  readonly refresh: () => Promise<void>;
  /** Resolves when the table has a node or the signal aborts. */
  readonly filled: (signal: AbortSignal) => Promise<void>;
}

/**
 * The nodes of consecutive random lookups, in the order in which they are found. Sends nothing unless `next` is
 * waiting. (p2p/discover/lookup.go lookupIterator) BOUNDED: holds the nodes of one answer.
 */
export class RandomWalk {
  readonly #options: RandomWalkOptions;
  readonly #abort = new AbortController();
  readonly #sleeps = new Set<() => void>();
  #lookup: Lookup | undefined;
  #buffer: Node[] = [];
  #lastStart: number | undefined;

  constructor(options: RandomWalkOptions) {
    this.#options = options;
  }

  /** The next node; undefined when the walk is stopped. One call at a time. */
  async next(): Promise<Node | undefined> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const node = this.#buffer.shift();
      if (node !== undefined) return node;
      await this.#advance(signal);
    }
    return undefined;
  }

  stop(): void {
    this.#abort.abort();
    for (const wake of this.#sleeps) wake();
  }

  async #advance(signal: AbortSignal): Promise<void> {
    if (this.#lookup === undefined) {
      await this.#slowDown();
      if (signal.aborted) return;
      this.#lookup = this.#options.newLookup(signal);
      if (this.#lookup.closest.length === 0) {
        this.#lookup = undefined;
        await this.#waitForNodes(signal);
        return;
      }
    }
    const nodes = await this.#lookup.next();
    if (nodes === undefined) this.#lookup = undefined;
    else this.#buffer = [...nodes];
  }

  async #slowDown(): Promise<void> {
    const { clock } = this.#options;
    const elapsed = this.#lastStart === undefined ? WALK_INTERVAL_MS : clock.monotonic() - this.#lastStart;
    if (elapsed < WALK_INTERVAL_MS) await this.#sleep(WALK_INTERVAL_MS - elapsed);
    this.#lastStart = clock.monotonic();
  }

  async #waitForNodes(signal: AbortSignal): Promise<void> {
    const filled = this.#options.refresh().then(() => this.#options.filled(signal));
    await this.#sleep(EMPTY_TABLE_WAIT_MS, filled);
    if (!signal.aborted) await this.#sleep(FILLED_TABLE_PAUSE_MS);
  }

  /** Resolves after `ms`, when `early` resolves, or at stop. */
  async #sleep(ms: number, early?: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    let wake: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#sleeps.add(resolve);
      timer = this.#options.clock.after(ms, resolve);
      void early?.then(resolve, () => undefined);
    });
    timer?.cancel();
    if (wake !== undefined) this.#sleeps.delete(wake);
  }
}
