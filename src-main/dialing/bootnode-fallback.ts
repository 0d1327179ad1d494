import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Random, Timer } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import { StaticNode, type HostLookup } from './static-node.ts';

/** Dependencies of the fallback. */
export interface BootnodeFallbackOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Returns the current bootnodes. */
  readonly bootnodes: () => readonly Node[];
  readonly lookupHost: HostLookup | undefined;
  readonly isAllowedAddress: (ip: string) => boolean;
  /** Dials a bootnode, if the dial check allows it. */
  readonly dial: (node: Node) => void;
}

/**
 * Dials a random bootnode when the node has had no peer for a time, and another after the same time again. go-ethereum
 * did so after 20 s until version 1.9 (p2p/dial.go, fallbackInterval).
 */
export class BootnodeFallback {
  readonly #options: BootnodeFallbackOptions;
  #afterMs = 0;
  #hasNoPeers = false;
  #timer: Timer | undefined;

  constructor(options: BootnodeFallbackOptions) {
    this.#options = options;
  }

  /** Sets the time without a peer, milliseconds; 0: never. */
  setAfter(afterMs: number): void {
    if (afterMs === this.#afterMs) return;
    this.#afterMs = afterMs;
    this.#arm();
  }

  /** Sets whether the node has no peer; the time starts when that becomes true. */
  setHasNoPeers(hasNoPeers: boolean): void {
    if (hasNoPeers === this.#hasNoPeers) return;
    this.#hasNoPeers = hasNoPeers;
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#hasNoPeers || this.#afterMs === 0) return;
    this.#timer = this.#options.clock.after(this.#afterMs, () => {
      void this.#dialOne();
      this.#arm();
    });
  }

  /** Never rejects. */
  async #dialOne(): Promise<void> {
    const { bootnodes, random, lookupHost, logger } = this.#options;
    const nodes = bootnodes();
    const chosen = nodes.length === 0 ? undefined : nodes[random.below(nodes.length)];
    if (chosen === undefined) return;
    const entry = new StaticNode(chosen);
    try {
      if (lookupHost !== undefined) await entry.lookUpHost(lookupHost, this.#options.isAllowedAddress);
    } catch (error) {
      logger.warn('The DNS name of a bootnode could not be resolved', {
        hostname: chosen.hostname,
        error: describeError(error),
      });
    }
    if (this.#hasNoPeers) this.#options.dial(entry.current);
  }
}
