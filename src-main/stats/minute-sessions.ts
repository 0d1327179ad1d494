import type { Direction, NodeEvent } from '../events/events.ts';

/** Age at which a session counts, milliseconds (go-ethereum p2p/peer.go, live1min). */
const AGE_MS = 60_000;

/** Counts the sessions that reached the age of a minute since the node started, by direction. */
export class MinuteSessions {
  /** Younger sessions by node ID, the oldest first. BOUNDED: by the number of peers. */
  readonly #young = new Map<string, { readonly direction: Direction; readonly since: number }>();
  #counts = { inbound: 0, outbound: 0 };

  /** Processes an event. @param at milliseconds of the monotonic clock */
  apply(event: NodeEvent, at: number): void {
    switch (event.type) {
      case 'peer/added':
        this.#young.set(event.idHex, { direction: event.direction, since: at });
        break;
      case 'peer/dropped':
        this.advance(at);
        this.#young.delete(event.idHex);
        break;
      case 'node/phase':
        if (event.phase === 'starting') this.#reset();
        break;
      default:
        break;
    }
  }

  /** Counts the sessions that have reached the age by now. @param at milliseconds of the monotonic clock */
  advance(at: number): void {
    for (const [idHex, { direction, since }] of this.#young) {
      if (at - since < AGE_MS) return;
      this.#young.delete(idHex);
      this.#counts[direction] += 1;
    }
  }

  /** Sessions that reached the age, those that ended later included. */
  get counts(): Readonly<Record<Direction, number>> {
    return this.#counts;
  }

  #reset(): void {
    this.#young.clear();
    this.#counts = { inbound: 0, outbound: 0 };
  }
}
