import { BoundedMap } from '../base/bounded-map.ts';
import { addressGroupOf, isLan } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';
import type { ClockStatus } from '../../shared/model/node.ts';
import type { ClockEvidence, NodeEvent } from '../events/events.ts';

/** How long a sample counts, milliseconds (our choice). */
const WINDOW_MS = 10 * 60_000;

/**
 * Samples that a result needs (our choice): MIN_SAMPLES, because fewer clocks may all be wrong. FEW_SAMPLES are enough
 * if they differ by at most AGREEMENT_MS: a new node whose clock is ahead gets packets from its bootnodes only.
 */
const MIN_SAMPLES = 5;
const FEW_SAMPLES = 3;
const AGREEMENT_MS = 5_000;

/** BOUNDED: samples that are kept; the oldest is removed first. */
const MAX_SAMPLES = 256;

/** Mean error of an expiration, which is truncated to whole seconds, milliseconds. */
const TRUNCATION_MS = 500;

interface Sample {
  readonly offsetMs: number;
  readonly evidence: ClockEvidence;
  /** Monotonic milliseconds, because the wall clock may be wrong. */
  readonly at: number;
}

/**
 * Compares our clock with the clocks of nodes that have proven their endpoints: the median of one sample per address
 * group, taken from the latest packet of the group. An address group is a network on the internet (IPv4 /24, IPv6 /48),
 * so that many node IDs of one host count once, and one socket in a local network.
 */
export class ClockDrift {
  readonly #clock: Clock;
  /** By address group. */
  readonly #samples = new BoundedMap<string, Sample>(MAX_SAMPLES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Processes the events `discovery/clock` and `node/*`, and ignores the others. */
  apply(event: NodeEvent): void {
    // The wall clock may have been set since the samples were taken.
    const isNewRun = event.type === 'node/phase' && event.phase !== 'running' && event.phase !== 'stopping';
    if (event.type === 'node/woke' || isNewRun) this.#samples.clear();
    if (event.type !== 'discovery/clock') return;
    const group = isLan(event.ip) ? `${event.ip} ${String(event.port)}` : addressGroupOf(event.ip);
    const known = this.#samples.peek(group);
    if (known?.evidence === 'proven' && event.evidence === 'asked' && this.#isFresh(known)) return;
    const { offsetMs, evidence } = event;
    this.#samples.set(group, { offsetMs, evidence, at: this.#clock.monotonic() });
  }

  #isFresh({ at }: Sample): boolean {
    return this.#clock.monotonic() - at <= WINDOW_MS;
  }

  /** Null when there are fewer than MIN_SAMPLES fresh samples, or fewer than FEW_SAMPLES that agree. */
  get status(): ClockStatus | null {
    for (const [group, sample] of this.#samples.entries())
      if (!this.#isFresh(sample)) this.#samples.delete(group);
    const samples = [...this.#samples.values()];
    const proven = samples.filter(({ evidence }) => evidence === 'proven');
    // Unproven samples count only while there is no proven one: a node whose clock is behind gets no endpoint proof.
    const counted = proven.length > 0 ? proven : samples;
    if (counted.length < FEW_SAMPLES) return null;
    const offsets = counted.map(({ offsetMs }) => offsetMs).sort((a, b) => a - b);
    const spread = (offsets.at(-1) ?? 0) - (offsets[0] ?? 0);
    if (offsets.length < MIN_SAMPLES && spread > AGREEMENT_MS) return null;
    const middle = offsets.length >> 1;
    const upper = offsets[middle] ?? 0;
    const median = offsets.length % 2 === 1 ? upper : (upper + (offsets[middle - 1] ?? upper)) / 2;
    return { offsetMs: Math.round(median + TRUNCATION_MS), samples: offsets.length };
  }
}
