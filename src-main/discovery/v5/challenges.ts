import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/runtime.ts';
import type { Enr } from '../../node-record/enr.ts';
import { CHALLENGE_TIMEOUT_MS, MAX_CHALLENGES } from './constants.ts';

/** A WHOAREYOU that we sent. */
export interface Challenge {
  /** Its masking IV and unmasked header, which the handshake signs; it can be sent again from these. */
  readonly challengeData: Uint8Array;
  /** The known record of the peer when the challenge was sent; undefined for none. */
  readonly record: Enr | undefined;
}

interface Entry extends Challenge {
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/**
 * Our challenges without an answer, one per peer and address. While a challenge is valid, the same one is sent again,
 * because its answer may be in transit. BOUNDED: MAX_CHALLENGES; the oldest is dropped first.
 */
export class Challenges {
  readonly #clock: Clock;
  readonly #entries = new BoundedMap<string, Entry>(MAX_CHALLENGES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Valid challenges. */
  get size(): number {
    this.#expire();
    return this.#entries.size;
  }

  /** The valid challenge to a peer; undefined if there is none. */
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

  /** Removes and returns a challenge: one answer to it is accepted, valid or not. */
  take(key: string): Challenge | undefined {
    const challenge = this.get(key);
    this.#entries.delete(key);
    return challenge;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** All challenges are valid equally long, so the expired ones come first. */
  #expire(): void {
    const now = this.#clock.monotonic();
    for (const [key, { expiresAt }] of this.#entries.entries()) {
      if (expiresAt > now) return;
      this.#entries.delete(key);
    }
  }
}
