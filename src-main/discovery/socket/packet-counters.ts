import type { CauseCode } from '../../../shared/causes/catalogue.ts';
import type { Clock } from '../../base/runtime.ts';
import type { PacketCount } from '../../../shared/model/table.ts';

/** Seconds over which the current rates are averaged. */
const RATE_SECONDS = 10;

/** Time over which the share of answered pings is computed, milliseconds. */
const PING_WINDOW_MS = 10 * 60_000;

/** Slots of that time. */
const PING_SLOTS = 10;

interface Slots {
  readonly counts: number[];
  /** Number of the slot that was written last: time divided by the slot's length. */
  last: number;
}

/** Counts events of the last n slots of time. */
class SlidingCount {
  readonly #slotMs: number;
  readonly #slots: Slots;

  constructor(slots: number, slotMs: number) {
    this.#slotMs = slotMs;
    this.#slots = { counts: new Array<number>(slots).fill(0), last: 0 };
  }

  add(now: number): void {
    this.#advance(now);
    const { counts, last } = this.#slots;
    const index = last % counts.length;
    counts[index] = (counts[index] ?? 0) + 1;
  }

  sum(now: number): number {
    this.#advance(now);
    return this.#slots.counts.reduce((sum, count) => sum + count, 0);
  }

  #advance(now: number): void {
    const slots = this.#slots;
    const slot = Math.floor(now / this.#slotMs);
    const expired = Math.min(slot - slots.last, slots.counts.length);
    for (let i = 1; i <= expired; i++) slots.counts[(slot - expired + i) % slots.counts.length] = 0;
    slots.last = Math.max(slot, slots.last);
  }
}

interface DirectionCount {
  total: number;
  readonly recent: SlidingCount;
}

/** Pings that we sent and how many of them were answered. */
export interface PingCount {
  readonly sent: number;
  readonly answered: number;
}

/** PingCount within the last 10 minutes. */
class SlidingPings {
  readonly #sent = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);
  readonly #answered = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);

  add(now: number, answered: boolean): void {
    this.#sent.add(now);
    if (answered) this.#answered.add(now);
  }

  at(now: number): PingCount {
    return { sent: this.#sent.sum(now), answered: this.#answered.sum(now) };
  }
}

/** Counts the packets of one protocol by direction and type, the dropped ones by reason, and the answers to our pings. */
export class PacketCounters {
  readonly #clock: Clock;
  readonly #packets = new Map<string, Readonly<Record<'in' | 'out', DirectionCount>>>();
  /** BOUNDED: the codes of the catalogue. */
  readonly #dropped = new Map<CauseCode, number>();
  readonly #pings = { proven: new SlidingPings(), first: new SlidingPings() };

  /** @param packets names of the packet types; others are not counted */
  constructor(clock: Clock, packets: readonly string[]) {
    this.#clock = clock;
    const direction = (): DirectionCount => ({ total: 0, recent: new SlidingCount(RATE_SECONDS, 1_000) });
    for (const name of packets) this.#packets.set(name, { in: direction(), out: direction() });
  }

  packet(direction: 'in' | 'out', name: string): void {
    const count = this.#packets.get(name)?.[direction];
    if (count === undefined) return;
    count.total++;
    count.recent.add(this.#clock.monotonic());
  }

  dropped(reason: CauseCode): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /**
   * Counts a ping of ours and whether it was answered. The caller leaves out pings that another node's ping triggered.
   * @param to whether the endpoint was proven before: a node known only from other nodes may not exist
   */
  pinged(to: 'proven' | 'first', answered: boolean): void {
    this.#pings[to].add(this.#clock.monotonic(), answered);
  }

  /** Counts by packet, in the order of the constructor's names. */
  get packets(): PacketCount[] {
    const now = this.#clock.monotonic();
    return [...this.#packets].map(([packet, count]) => ({
      packet,
      in: count.in.total,
      out: count.out.total,
      inPerSecond: count.in.recent.sum(now) / RATE_SECONDS,
      outPerSecond: count.out.recent.sum(now) / RATE_SECONDS,
    }));
  }

  /** Drops by reason, most frequent first. */
  get drops(): { readonly reason: CauseCode; readonly count: number }[] {
    return [...this.#dropped].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }

  /** Our pings of the last 10 minutes, to proven endpoints and to others. */
  get pings(): { readonly proven: PingCount; readonly first: PingCount } {
    const now = this.#clock.monotonic();
    return { proven: this.#pings.proven.at(now), first: this.#pings.first.at(now) };
  }

  /** Share of `pings.proven` that was answered, 0 to 1; null if there were none. */
  get pingsAnswered(): number | null {
    const { sent, answered } = this.pings.proven;
    return sent === 0 ? null : answered / sent;
  }
}
