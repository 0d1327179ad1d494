import type { Clock } from '../leaf/runtime.ts';
import type { PacketCount } from '../../shared/model/table.ts';

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

/** How many packets went each way, were dropped, and how many of our pings were answered. Plain counting, no I/O. */
export class PacketCounters {
  readonly #clock: Clock;
  readonly #packets = new Map<string, Readonly<Record<'in' | 'out', Direction>>>();
  readonly #dropped = new Map<string, number>();
  readonly #pings = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);
  readonly #pongs = new SlidingCount(PING_SLOTS, PING_WINDOW_MS / PING_SLOTS);

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

  /** Notes what became of one of our pings. */
  pinged(answered: boolean): void {
    this.#pings.add(this.#clock.monotonic());
    if (answered) this.#pongs.add(this.#clock.monotonic());
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

  /** Share of our pings that were answered within the last 10 minutes; null before the first. */
  get pingsAnswered(): number | null {
    const now = this.#clock.monotonic();
    const pings = this.#pings.sum(now);
    return pings === 0 ? null : this.#pongs.sum(now) / pings;
  }
}
