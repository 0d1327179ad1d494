import { machineAddresses } from './machine-addresses.ts';
import type { ExternalAddressManager } from './external-address-manager.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { SystemWatch } from './system-watch.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { describeError } from '../base/errors.ts';
import { isLoopback, isUnspecified } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { Clock, Logger, Startable } from '../base/runtime.ts';
import type { EventSink } from '../events/events.ts';
import type { P2pServer } from '../server/server.ts';

/** Pause before another attempt to reopen sockets, milliseconds (our choice). */
const REBIND_PAUSE_MS = 5_000;

/** Constructor arguments: the clock, and the parts that the recovery restores. */
export interface RecoveryParts {
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly settings: Pick<EffectiveSettings, 'current'>;
  readonly discovery: Pick<Discovery, 'reopen' | 'refresh'> | undefined;
  readonly server: Pick<P2pServer, 'resume' | 'reopen'>;
  readonly externalAddress: Pick<ExternalAddressManager, 'renew'>;
  /** The machine's addresses; given by tests. */
  readonly addresses?: () => readonly string[];
}

/**
 * Restores the node after a sleep or in another network: sockets, address, mapping, record, sessions and dials.
 */
export class Recovery implements Startable {
  readonly #parts: RecoveryParts;
  readonly #watch: SystemWatch;
  #scope: Scope;
  /** Recoveries run one at a time: each closes and opens sockets. */
  readonly #recoveries = new SerialQueue();

  constructor(parts: RecoveryParts) {
    const { clock, events } = parts;
    this.#parts = parts;
    this.#scope = new Scope(clock);
    this.#watch = new SystemWatch({
      clock,
      addresses: parts.addresses ?? outerAddresses,
      onWoke: (sleptMs) => {
        events.emit({ type: 'node/woke', sleptMs });
        this.#recover({ rebind: true, isElsewhere: false });
      },
      onAddresses: (addresses) => {
        events.emit({ type: 'node/network-changed', addresses });
        this.#recover({ rebind: this.#listensOnOne(), isElsewhere: true });
      },
    });
  }

  async start(): Promise<void> {
    this.#scope = new Scope(this.#parts.clock);
    await this.#watch.start();
  }

  async stop(): Promise<void> {
    this.#scope.close();
    await this.#watch.stop();
    await this.#recoveries.idle();
  }

  #recover(what: { readonly rebind: boolean; readonly isElsewhere: boolean }): void {
    void this.#recoveries.run(async () => {
      if (what.rebind) await this.#rebind();
      if (this.#scope.closed) return;
      this.#parts.externalAddress.renew(what.isElsewhere);
      this.#parts.server.resume();
      void this.#parts.discovery?.refresh();
    });
  }

  async #rebind(): Promise<void> {
    const { discovery, server } = this.#parts;
    if (discovery !== undefined) await this.#retry('UDP', () => discovery.reopen());
    // A socket on all addresses stays usable.
    if (isOnOne(this.#parts.settings.current().addresses)) await this.#retry('TCP', () => server.reopen());
  }

  /** Repeats until it succeeds or the node stops: the listen address may become available later. */
  async #retry(what: 'UDP' | 'TCP', reopen: () => Promise<void>): Promise<void> {
    const logger = this.#parts.logger.child('recovery');
    for (let isFirst = true; !this.#scope.closed; isFirst = false) {
      try {
        await reopen();
        return;
      } catch (error) {
        if (isFirst) logger.warn(`${what} cannot be reopened yet`, { reason: describeError(error) });
        await this.#scope.delay(REBIND_PAUSE_MS);
      }
    }
  }

  #listensOnOne(): boolean {
    const { addresses, discoveryAddresses } = this.#parts.settings.current();
    return isOnOne([...addresses, ...(discoveryAddresses ?? [])]);
  }
}

/** A socket on all addresses survives a change of addresses; a socket on one address does not. */
const isOnOne = (addresses: readonly string[]): boolean =>
  addresses.some((ip) => !isUnspecified(ip) && !isLoopback(ip));

/** Loopback and link-local addresses do not identify a network. */
const outerAddresses = (): readonly string[] =>
  machineAddresses().filter((ip) => !isLoopback(ip) && !ip.startsWith('fe80:') && !ip.startsWith('169.254.'));
