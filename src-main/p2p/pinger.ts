import type { Clock, Timer } from '../base/runtime.ts';
import { LatencyRecord } from './latency.ts';

/** Time between pings: go-ethereum p2p/peer.go, pingInterval. */
export const PING_INTERVAL_MS = 15_000;

/** The first ping comes sooner, so that a new peer's latency is known while somebody looks at it. */
const FIRST_PING_MS = 1_000;

/** Pings the peer from time to time, and measures how long its answers take. */
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

  start(): void {
    this.#schedule(FIRST_PING_MS);
  }

  /** Pings at once: a connection that died in silence is found out by it. */
  pingNow(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** A pong has come; one that nobody waits for says nothing. */
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
