import { LateMap } from '../base/late-collections.ts';
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
  readonly #kinds = new LateMap<EthRequestName, Counts>();

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

/** A session that answers requests. */
export interface ServingSession {
  /** Called when a slot may be free again, after `take` has returned false. */
  retry(): void;
}

interface SessionSlots {
  taken: number;
  isWaiting: boolean;
}

/**
 * What the sessions of a node share to answer requests: the slots, one for each request that the source processes, and
 * the counts of all sessions. A session without a slot comes before those that have one: as long as there are more slots
 * than sessions, it finds one free, whatever the others request.
 */
export class Serving {
  readonly tally = new ServingTally();
  #free: number;
  /** BOUNDED: the sessions, and closed ones whose requests the source still processes. */
  readonly #sessions = new Map<ServingSession, SessionSlots>();

  constructor(slots = MAX_SERVED_IN_ALL) {
    this.#free = slots;
  }

  /** A session begins. */
  join(session: ServingSession): void {
    this.#sessions.set(session, { taken: 0, isWaiting: false });
  }

  /** Takes a slot for a session that has joined. @returns false when none is free for it; `retry` is called later */
  take(session: ServingSession): boolean {
    const slots = this.#slotsOf(session);
    slots.isWaiting = this.#free === 0 || (slots.taken > 0 && this.#free <= this.#withoutSlot());
    if (slots.isWaiting) return false;
    slots.taken++;
    this.#free--;
    // Last, so that sessions with equally many slots get the next one in turn.
    this.#sessions.delete(session);
    this.#sessions.set(session, slots);
    return true;
  }

  /** Gives a slot back. */
  release(session: ServingSession): void {
    this.#slotsOf(session).taken--;
    this.#free++;
    this.#offer();
  }

  /** A session ends; it gives its slots back when its requests have been processed. */
  leave(session: ServingSession): void {
    this.#sessions.delete(session);
    this.#offer();
  }

  #slotsOf(session: ServingSession): SessionSlots {
    // Of a session that has left, only the slots that it still has count, and nobody asks for them.
    return this.#sessions.get(session) ?? { taken: 0, isWaiting: false };
  }

  #withoutSlot(): number {
    let count = 0;
    for (const { taken } of this.#sessions.values()) if (taken === 0) count++;
    return count;
  }

  /** Offers the free slots, to the sessions with the fewest first. */
  #offer(): void {
    const waiting = [...this.#sessions].filter(([, { isWaiting }]) => isWaiting);
    for (const [session, slots] of waiting.sort(([, a], [, b]) => a.taken - b.taken)) {
      if (this.#free === 0) return;
      slots.isWaiting = false;
      session.retry();
    }
  }
}
