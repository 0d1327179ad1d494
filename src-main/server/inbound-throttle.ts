import { isLan } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';

/** An address connects at most once within this time, milliseconds (geth p2p/server.go inboundThrottleTime). */
export const INBOUND_THROTTLE_MS = 30_000;

/** BOUNDED: addresses remembered; with more in 30 s the oldest may come again sooner. */
const MAX_ADDRESSES = 10_000;

/** Lets each address of the Internet connect only every 30 s; loopback and LAN as they like. */
export class InboundThrottle {
  readonly #clock: Clock;
  /** When each address may come again, in that order: all wait equally long. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a connection from `ip` is let in now; if so, the next one waits. */
  admit(ip: string): boolean {
    if (isLan(ip)) return true;
    const now = this.#clock.monotonic();
    for (const [known, until] of this.#until) {
      if (until > now && this.#until.size <= MAX_ADDRESSES) break;
      this.#until.delete(known);
    }
    if (this.#until.has(ip)) return false;
    this.#until.set(ip, now + INBOUND_THROTTLE_MS);
    return true;
  }
}
