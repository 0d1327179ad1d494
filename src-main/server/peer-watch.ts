import type { Clock } from '../base/runtime.ts';

/** Shortest time between two notifications, milliseconds (our choice): the duration of several lookups. */
export const FEW_PEERS_PAUSE_MS = 30_000;

/** Notifies when the number of sessions falls below half of the limit, so that a search for peers starts immediately. */
export class PeerWatch {
  readonly #clock: Clock;
  readonly #onFewPeers: () => void;
  #notifiedAt = -Infinity;

  constructor(clock: Clock, onFewPeers: () => void) {
    this.#clock = clock;
    this.#onFewPeers = onFewPeers;
  }

  /** A session has ended; `count` sessions remain. */
  peerLost(count: number, maxPeers: number): void {
    if (count >= maxPeers / 2) return;
    const now = this.#clock.monotonic();
    if (now - this.#notifiedAt < FEW_PEERS_PAUSE_MS) return;
    this.#notifiedAt = now;
    this.#onFewPeers();
  }
}
