import type { Clock } from '../base/runtime.ts';

/** Few peers are told of at most once in this time, milliseconds: our choice, some lookups take that long. */
export const FEW_PEERS_PAUSE_MS = 30_000;

/** Tells when sessions fall under half of the limit, so that others are looked for at once. */
export class PeerWatch {
  readonly #clock: Clock;
  readonly #onFewPeers: () => void;
  #toldAt = -Infinity;

  constructor(clock: Clock, onFewPeers: () => void) {
    this.#clock = clock;
    this.#onFewPeers = onFewPeers;
  }

  /** A session has ended; `count` are left. */
  peerLost(count: number, maxPeers: number): void {
    if (count >= maxPeers / 2) return;
    const now = this.#clock.monotonic();
    if (now - this.#toldAt < FEW_PEERS_PAUSE_MS) return;
    this.#toldAt = now;
    this.#onFewPeers();
  }
}
