import type { Clock, Timer } from '../base/runtime.ts';
import { LatencyRecord } from './latency.ts';

/** Time between two pings: go-ethereum p2p/peer.go, pingInterval. */
export const PING_INTERVAL_MS = 15_000;

/** Delay of the first ping: short, so that the window can show the latency of a new peer soon. */
const FIRST_PING_MS = 1_000;

/** Pings the peer periodically and measures the round-trip time. */
export class Pinger {
  readonly latency = new LatencyRecord();
  readonly #clock: Clock;
  readonly #sendPing: () => void;
  #timer: Timer | undefined;
  #sentAt: number | undefined;
  #stopped = false;

  constructor(clock: Clock, sendPing: () => void) {
    this.#clock = clock;
    this.#sendPing = sendPing;
  }

  /** When the oldest unanswered ping was sent, by the monotonic clock; undefined when there is none. */
  get sentAt(): number | undefined {
    return this.#sentAt;
  }

  start(): void {
    this.#schedule(FIRST_PING_MS);
  }

  /** Pings immediately, to detect a connection that was lost without notice. */
  pingNow(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Records a received pong; ignores it when no ping is unanswered. */
  receivePong(): void {
    if (this.#sentAt === undefined) return;
    this.latency.add(this.#clock.monotonic() - this.#sentAt);
    this.#sentAt = undefined;
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(delayMs, () => {
      this.#sentAt ??= this.#clock.monotonic();
      this.#sendPing();
      this.#schedule(PING_INTERVAL_MS);
    });
  }
}
