import { LateMap } from './late-collections.ts';
import { Ring } from './ring.ts';

/** Latencies that are kept for each kind of request. BOUNDED. */
const MAX_LATENCIES = 128;

/** How the requests of one kind ended. */
export interface RequestCounts {
  readonly name: string;
  readonly answered: number;
  readonly timedOut: number;
  /** Of the last 128 answers, milliseconds; null before the first. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

interface Kind {
  answered: number;
  timedOut: number;
  readonly latencies: Ring<number>;
}

/** Counts requests and their latency by kind. BOUNDED: the caller uses the message names of one protocol. */
export class RequestTally {
  readonly #kinds = new LateMap<string, Kind>();

  /** A request of this kind was answered after `latencyMs`. */
  answered(name: string, latencyMs: number): void {
    const kind = this.#kind(name);
    kind.answered++;
    kind.latencies.push(latencyMs);
  }

  timedOut(name: string): void {
    this.#kind(name).timedOut++;
  }

  /** All kinds, in the order of their first end. */
  list(): readonly RequestCounts[] {
    return [...this.#kinds].map(([name, { answered, timedOut, latencies }]) => {
      const values = latencies.toArray();
      return { name, answered, timedOut, p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95) };
    });
  }

  /** The requests of all kinds together. */
  get totals(): Pick<RequestCounts, 'answered' | 'timedOut'> {
    const totals = { answered: 0, timedOut: 0 };
    for (const { answered, timedOut } of this.#kinds.values()) {
      totals.answered += answered;
      totals.timedOut += timedOut;
    }
    return totals;
  }

  #kind(name: string): Kind {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const kind: Kind = { answered: 0, timedOut: 0, latencies: new Ring(MAX_LATENCIES) };
    this.#kinds.set(name, kind);
    return kind;
  }
}

/** The smallest value that at least `share` of the values do not exceed (nearest rank); null for no values. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
