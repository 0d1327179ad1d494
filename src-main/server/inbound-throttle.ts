import { isLan } from '../base/ip.ts';
import type { Clock } from '../base/runtime.ts';

/** Shortest time between two connections of an address, milliseconds: go-ethereum p2p/server.go, inboundThrottleTime. */
export const INBOUND_THROTTLE_MS = 30_000;

/** BOUNDED: addresses that are kept; with more of them in 30 s, the oldest may connect again earlier. */
const MAX_ADDRESSES = 10_000;

/** Limits each internet address to one connection per INBOUND_THROTTLE_MS. Loopback and LAN addresses have no limit. */
export class InboundThrottle {
  readonly #clock: Clock;
  /** Monotonic time at which each address may connect again, earliest first. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a connection from `ip` is admitted now. */
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
