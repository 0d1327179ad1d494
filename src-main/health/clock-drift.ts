import { isLan, voiceKey } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';
import type { ClockStatus } from '../../shared/model/node.ts';
import type { ClockEvidence, NodeEvent } from '../events/events.ts';

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
  readonly evidence: ClockEvidence;
  /** Monotonic milliseconds: the wall clock is what is in question. */
  readonly at: number;
}

/**
 * Our clock against others': the median of what the latest packet of each voice said, of nodes that have proven their
 * endpoints. On the internet a network has one voice (IPv4 /24, IPv6 /48), however many hosts and identities speak from it;
 * in a local network each socket has.
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
    const isNew = event.type === 'node/phase' && event.phase !== 'running' && event.phase !== 'stopping';
    if (event.type === 'node/woke' || isNew) this.#samples.clear();
    if (event.type !== 'discovery/clock') return;
    const voice = isLan(event.ip) ? `${event.ip} ${String(event.port)}` : voiceKey(event.ip);
    const known = this.#samples.get(voice);
    if (known?.evidence === 'proven' && event.evidence === 'asked' && this.#isFresh(known)) return;
    this.#samples.delete(voice);
    const { offsetMs, evidence } = event;
    this.#samples.set(voice, { offsetMs, evidence, at: this.#clock.monotonic() });
    const [oldest] = this.#samples.keys();
    if (this.#samples.size > MAX_SAMPLES && oldest !== undefined) this.#samples.delete(oldest);
  }

  #isFresh({ at }: Sample): boolean {
    return this.#clock.monotonic() - at <= WINDOW_MS;
  }

  /** Null before five nodes, or three that agree, have spoken within the last ten minutes. */
  get status(): ClockStatus | null {
    for (const [voice, sample] of this.#samples) if (!this.#isFresh(sample)) this.#samples.delete(voice);
    const samples = [...this.#samples.values()];
    const proven = samples.filter(({ evidence }) => evidence === 'proven');
    // What others say counts only while nobody has a proof: with a clock that is behind nobody gets one.
    const counted = proven.length > 0 ? proven : samples;
    if (counted.length < FEW_SAMPLES) return null;
    const offsets = counted.map(({ offsetMs }) => offsetMs).sort((a, b) => a - b);
    const spread = (offsets.at(-1) ?? 0) - (offsets[0] ?? 0);
    if (offsets.length < MIN_SAMPLES && spread > AGREEMENT_MS) return null;
    const middle = offsets.length >> 1;
    const upper = offsets[middle] ?? 0;
    const median = offsets.length % 2 === 1 ? upper : (upper + (offsets[middle - 1] ?? upper)) / 2;
    return { offsetMs: Math.round(median + CUT_OFF_MS), samples: offsets.length };
  }
}
