import { Scope } from '../base/lifecycle.ts';
import type { Clock, Random } from '../base/runtime.ts';
import type { EventSink } from '../events/events.ts';
import { maxDialedPeers, maxInboundPeers, type PeerLimitSettings } from './limits.ts';
import type { Peer } from './peer-set.ts';

/** Shortest time between two drops, milliseconds: go-ethereum eth/dropper.go, peerDropIntervalMin. */
export const DROP_INTERVAL_MIN_MS = 180_000;
/** Longest time between two drops, milliseconds: go-ethereum eth/dropper.go, peerDropIntervalMax. */
export const DROP_INTERVAL_MAX_MS = 420_000;

/** Age below which a peer is not dropped, milliseconds: go-ethereum eth/dropper.go, doNotDropBefore. */
export const DROP_MIN_AGE_MS = 600_000;

/** Dependencies of the dropper. */
export interface DropperOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly peers: () => readonly Peer[];
  readonly limits: () => PeerLimitSettings;
  readonly isEnabled: () => boolean;
  /** Whether a peer is static or trusted and must not be dropped. */
  readonly isKept: (idHex: string) => boolean;
}

/**
 * Drops a random peer periodically, so that new nodes find free slots in a network of full nodes (go-ethereum
 * eth/dropper.go). Inbound and outbound peers are two pools; a peer is dropped only while its pool is full.
 */
export class PeerDropper {
  readonly #options: DropperOptions;
  readonly #scope: Scope;

  constructor(options: DropperOptions) {
    this.#options = options;
    this.#scope = new Scope(options.clock);
  }

  start(): void {
    this.#scope.every(
      () => this.#interval(),
      () => {
        if (this.#options.isEnabled()) this.#dropOne();
      },
    );
  }

  stop(): void {
    this.#scope.close();
  }

  #interval(): number {
    const span = DROP_INTERVAL_MAX_MS - DROP_INTERVAL_MIN_MS;
    return DROP_INTERVAL_MIN_MS + this.#options.random.below(span + 1);
  }

  #dropOne(): void {
    const { random, events } = this.#options;
    const droppable = this.#droppable();
    if (droppable.length === 0) return;
    const session = droppable[random.below(droppable.length)]?.session;
    if (session === undefined) return;
    events.emit({ type: 'dropper/dropped', idHex: session.idHex, direction: session.direction });
    void session.disconnect('peer-churn');
  }

  #droppable(): Peer[] {
    const { peers, limits, isKept } = this.#options;
    const all = peers().filter(({ session }) => session.endCause === undefined);
    const inbound = all.filter(({ session }) => session.direction === 'inbound').length;
    const isFull = {
      inbound: inbound >= maxInboundPeers(limits()),
      outbound: all.length - inbound >= maxDialedPeers(limits()),
    };
    return all.filter(
      ({ session }) =>
        isFull[session.direction] && session.ageMs >= DROP_MIN_AGE_MS && !isKept(session.idHex),
    );
  }
}
