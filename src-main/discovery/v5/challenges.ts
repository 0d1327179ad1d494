import { BoundedMap } from '../../base/lru-map.ts';
import type { Clock } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import { CHALLENGE_TIMEOUT_MS, MAX_CHALLENGES } from './constants.ts';

/** A WHOAREYOU that we sent. */
export interface Challenge {
  /** Its masking IV and unmasked header: what repeats it, and what the answer must sign. */
  readonly challengeData: Uint8Array;
  /** The record that we had of the peer when we asked; undefined for none. */
  readonly record: Enr | undefined;
}

interface Entry extends Challenge {
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/**
 * The challenges that we wait for answers to, one a peer and address. Each is repeated as it is while it holds, because
 * the answer to the first may be under way. BOUNDED: MAX_CHALLENGES, the oldest goes first.
 */
export class Challenges {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<string, Entry>(MAX_CHALLENGES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Challenges that still hold. */
  get size(): number {
    this.#expire();
    return this.#entries.size;
  }

  /** The challenge that the peer has from us; undefined when there is none or its time is over. */
  get(key: string): Challenge | undefined {
    const entry = this.#entries.peek(key);
    if (entry === undefined || entry.expiresAt > this.#clock.monotonic()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  add(key: string, challenge: Challenge): void {
    this.#expire();
    const expiresAt = this.#clock.monotonic() + CHALLENGE_TIMEOUT_MS;
    this.#entries.set(key, { ...challenge, expiresAt });
  }

  /** Removes and returns a challenge: it may be answered once, rightly or not. */
  take(key: string): Challenge | undefined {
    const challenge = this.get(key);
    this.#entries.delete(key);
    return challenge;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** All hold equally long, so the oldest entries are the ones that are over. */
  #expire(): void {
    const now = this.#clock.monotonic();
    for (const [key, { expiresAt }] of this.#entries.entries()) {
      if (expiresAt > now) return;
      this.#entries.delete(key);
    }
  }
}
