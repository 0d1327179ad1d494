import type { Clock } from '../../base/runtime.ts';
import type { PacketCount } from '../../../shared/model/table.ts';

/** Seconds over which "per second now" is averaged. */
const RATE_SECONDS = 10;

/** Pings whose outcome counts for the share of answered ones, milliseconds. */
const PING_WINDOW_MS = 10 * 60_000;

/** Slots that the ping window is cut into. */
const PING_SLOTS = 10;

/** Names under which drops are counted; further ones count as `other`. BOUNDED. */
const MAX_REASONS = 64;

interface Slots {
  readonly counts: number[];
  /** The slot number (time divided by the slot's length) that was written last. */
  last: number;
}

/** Counts within the last n slots of time; older ones fall out. */
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
    const gone = Math.min(slot - slots.last, slots.counts.length);
    for (let i = 1; i <= gone; i++) slots.counts[(slot - gone + i) % slots.counts.length] = 0;
    slots.last = Math.max(slot, slots.last);
  }
}

interface Direction {
  total: number;
  readonly recent: SlidingCount;
}

/** Our pings and how many of them were answered. */
export interface PingCount {
  readonly asked: number;
  readonly answered: number;
}

/** PingCount within the last 10 minutes. */
class SlidingPings {
  readonly #asked = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);
  readonly #answered = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);

  add(now: number, answered: boolean): void {
    this.#asked.add(now);
    if (answered) this.#answered.add(now);
  }

  at(now: number): PingCount {
    return { asked: this.#asked.sum(now), answered: this.#answered.sum(now) };
  }
}

/** How many packets went each way, were dropped, and how many of our pings were answered. Plain counting, no I/O. */
export class PacketCounters {
  readonly #clock: Clock;
  readonly #packets = new Map<string, Readonly<Record<'in' | 'out', Direction>>>();
  readonly #dropped = new Map<string, number>();
  readonly #pings = { proven: new SlidingPings(), first: new SlidingPings() };

  /** @param packets the names of the packets, all shown from the start */
  constructor(clock: Clock, packets: readonly string[]) {
    this.#clock = clock;
    const direction = (): Direction => ({ total: 0, recent: new SlidingCount(RATE_SECONDS, 1_000) });
    for (const name of packets) this.#packets.set(name, { in: direction(), out: direction() });
  }

  packet(direction: 'in' | 'out', name: string): void {
    const count = this.#packets.get(name)?.[direction];
    if (count === undefined) return;
    count.total++;
    count.recent.add(this.#clock.monotonic());
  }

  dropped(reason: string): void {
    const name = this.#dropped.has(reason) || this.#dropped.size < MAX_REASONS ? reason : 'other';
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + 1);
  }

  /**
   * Notes what became of a ping that we sent of our own accord. Pings that a stranger provoked are not to be noted.
   * @param to whether the endpoint had proven itself before: a node that only others named may not exist
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
  get drops(): { readonly reason: string; readonly count: number }[] {
    return [...this.#dropped].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }

  /** Our pings of the last 10 minutes: to endpoints that had proven themselves, and to others. */
  get pings(): { readonly proven: PingCount; readonly first: PingCount } {
    const now = this.#clock.monotonic();
    return { proven: this.#pings.proven.at(now), first: this.#pings.first.at(now) };
  }

  /** Share of `pings.proven` that was answered; null where there were none. */
  get pingsAnswered(): number | null {
    const { asked, answered } = this.pings.proven;
    return asked === 0 ? null : answered / asked;
  }
}
