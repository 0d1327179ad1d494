import { isLan } from '../leaf/ip.ts';
import type { Clock } from '../leaf/runtime.ts';
import type { ClockStatus } from '../../shared/model/node.ts';
import type { NodeEvent } from './events.ts';

/** How long a node's packet speaks for its clock, milliseconds (our choice). */
const WINDOW_MS = 10 * 60_000;

/**
 * Nodes that must have spoken, as fewer may all be wrong; or so few where they agree to within so many milliseconds: a
 * new node whose clock is ahead hears nobody but its bootnodes (our choice).
 */
const MIN_SAMPLES = 5;
const FEW_SAMPLES = 3;
const AGREEMENT_MS = 5_000;

/** Nodes whose latest packet is kept; the oldest goes first. BOUNDED. */
const MAX_SAMPLES = 256;

/** Expirations are whole seconds, cut off: on average they are so much too early, milliseconds. */
const CUT_OFF_MS = 500;

interface Sample {
  readonly offsetMs: number;
  /** Monotonic milliseconds: the wall clock is what is in question. */
  readonly at: number;
}

/**
 * Our clock against others': the median of what the latest packet of each node said. On the internet an address has one
 * voice, however many identities speak from it; in a local network each node has.
 */
export class ClockDrift {
  readonly #clock: Clock;
  readonly #samples = new Map<string, Sample>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes what a fact says of a clock; every other fact is passed over. */
  apply(event: NodeEvent): void {
    // Who set our clock anew, or slept, begins anew: what was measured is measured against a clock that is gone.
    if (event.type === 'node/woke') this.#samples.clear();
    if (event.type !== 'discovery/clock') return;
    const voice = isLan(event.ip) ? event.idHex : event.ip;
    this.#samples.delete(voice);
    this.#samples.set(voice, { offsetMs: event.offsetMs, at: this.#clock.monotonic() });
    const [oldest] = this.#samples.keys();
    if (this.#samples.size > MAX_SAMPLES && oldest !== undefined) this.#samples.delete(oldest);
  }

  /** Null before five nodes, or three that agree, have spoken within the last ten minutes. */
  get status(): ClockStatus | null {
    const cutoff = this.#clock.monotonic() - WINDOW_MS;
    for (const [voice, { at }] of this.#samples) if (at < cutoff) this.#samples.delete(voice);
    if (this.#samples.size < FEW_SAMPLES) return null;
    const offsets = [...this.#samples.values()].map(({ offsetMs }) => offsetMs).sort((a, b) => a - b);
    const spread = (offsets.at(-1) ?? 0) - (offsets[0] ?? 0);
    if (offsets.length < MIN_SAMPLES && spread > AGREEMENT_MS) return null;
    const middle = offsets.length >> 1;
    const upper = offsets[middle] ?? 0;
    const median = offsets.length % 2 === 1 ? upper : (upper + (offsets[middle - 1] ?? upper)) / 2;
    return { offsetMs: Math.round(median + CUT_OFF_MS), samples: offsets.length };
  }
}
