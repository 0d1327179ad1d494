import { MAX_SERVED_IN_ALL } from './constants.ts';
import type { EthRequestName } from './queries.ts';

/**
 * How a request of a peer was answered. `served`: with items, or nothing was asked for. `empty`: the source has none of
 * the items. `late`: the source did not answer in time. `failed`: the source failed.
 */
export type ServedOutcome = 'served' | 'empty' | 'late' | 'failed';

/** The requests of one kind, and how they were answered. Those that were not answered are in `asked` alone. */
export interface ServedCounts extends Readonly<Record<ServedOutcome, number>> {
  readonly name: EthRequestName;
  readonly asked: number;
  /** Items in the answers: headers, bodies, blocks with receipts, or transactions. */
  readonly items: number;
}

type Counts = { -readonly [Key in keyof ServedCounts]: ServedCounts[Key] };

/** Counts the requests of peers by kind. BOUNDED: the names of the requests. */
export class ServingTally {
  readonly #kinds = new Map<EthRequestName, Counts>();

  /** A request arrived. */
  asked(name: EthRequestName): void {
    this.#kind(name).asked++;
  }

  /** An answer was sent. */
  answered(name: EthRequestName, outcome: ServedOutcome, items: number): void {
    const kind = this.#kind(name);
    kind[outcome]++;
    kind.items += items;
  }

  /** All kinds that were asked for, in the order of the first request. */
  list(): readonly ServedCounts[] {
    return [...this.#kinds.values()].map((counts) => ({ ...counts }));
  }

  #kind(name: EthRequestName): Counts {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const kind: Counts = { name, asked: 0, served: 0, empty: 0, late: 0, failed: 0, items: 0 };
    this.#kinds.set(name, kind);
    return kind;
  }
}

/**
 * What the sessions of a node share to answer requests: the slots, one for each request that the source processes, and
 * the counts of all sessions.
 */
export class Serving {
  readonly tally = new ServingTally();
  #free: number;
  /** BOUNDED: one function per session. */
  readonly #waiting = new Set<() => void>();

  constructor(slots = MAX_SERVED_IN_ALL) {
    this.#free = slots;
  }

  /**
   * Takes a slot. Sessions that wait for one get it in turn.
   * @param retry called when a slot is free again, after false
   * @returns false when none is free
   */
  take(retry: () => void): boolean {
    if (this.#free === 0) {
      this.#waiting.add(retry);
      return false;
    }
    this.#free--;
    return true;
  }

  /** Gives a slot back. */
  release(): void {
    this.#free++;
    for (const retry of [...this.#waiting]) {
      if (this.#free === 0) return;
      this.#waiting.delete(retry);
      retry();
    }
  }

  /** Removes a function that waits for a slot. */
  forget(retry: () => void): void {
    this.#waiting.delete(retry);
  }
}
