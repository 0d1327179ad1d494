/** Keeps the node reachable through a gateway: creates, renews and removes port mappings, and watches the external address. */
import type { Failure } from '../../shared/causes/facts.ts';
import type { NatStatus, PortMapping } from '../../shared/model/node.ts';
import { describeError } from '../base/errors.ts';
import { ipFamily } from '../base/ip.ts';
import { Scope } from '../base/lifecycle.ts';
import type { AddressFamily } from '../base/network.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import type { EventSink } from '../events/events.ts';
import { NatError, natFailureOf } from './errors.ts';
import type { Gateway, GatewayFinder, LocalPort, MappedProtocol } from './gateway.ts';
import { natTextOf, type NatMethod } from '../../shared/nat-text.ts';
import { isPublicAddress } from './external-address.ts';

/** Requested lifetime of a mapping, milliseconds (geth p2p/server_nat.go portMapDuration). */
export const MAPPING_LIFETIME_MS = 10 * 60_000;

/** Share of its lifetime after which a mapping is renewed (geth: 8 of 10 minutes). */
const RENEW_SHARE = 0.8;

/** Time between requests for the external address, milliseconds (geth p2p/server_nat.go extipRetryInterval). */
export const ADDRESS_INTERVAL_MS = 2 * 60_000;

/** First and longest pause after a failure, milliseconds; the pause doubles each time (geth retries every 5 minutes). */
const PAUSE_MS = { first: 15_000, longest: 10 * 60_000 } as const;

/** Time limits of the search for a gateway and of one request to it, milliseconds. */
const FIND_LIMIT_MS = 12_000;
const ASK_LIMIT_MS = 10_000;

/** Time limit of the removal of mappings when the node stops, milliseconds. */
export const STOP_LIMIT_MS = 2_000;

/** Queries a server for the external address. */
export interface AddressOracle {
  /** @throws NatError */
  query(signal: AbortSignal): Promise<string>;
}

/** Options of NatService. */
export interface NatServiceOptions {
  readonly method: NatMethod;
  /** Why the node must not send (guard.ts natRefusal); called before each round. */
  readonly refusal: () => Failure | undefined;
  /** For the methods `any`, `upnp` and `pmp`. */
  readonly finder?: GatewayFinder | undefined;
  /** For the method `stun`. */
  readonly oracle?: AddressOracle | undefined;
  /** Ports to map; called before each round. */
  readonly ports: () => readonly LocalPort[];
  /** Called when the external address or an external port has changed. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

interface Kept extends PortMapping {
  /** Monotonic milliseconds. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * NAT traversal as a service. `start` returns immediately; `status` has the progress. The node also runs without a
 * gateway.
 */
export class NatService implements Startable {
  readonly #options: NatServiceOptions;
  /** BOUNDED: one per protocol. */
  readonly #mappings = new Map<MappedProtocol, Kept>();
  readonly #external = new Map<AddressFamily, string>();
  #scope: Scope | undefined;
  #gateway: Gateway | undefined;
  #gatewayName: string | null = null;
  #failure: Failure | null = null;
  /** Failure that concerns only the external address. */
  #addressProblem: Failure | null = null;
  #failures = 0;
  #nextTryAt: number | null = null;
  #wake: (() => void) | undefined;
  #isStale = false;
  #addressDueAt = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: NatServiceOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    const { kind } = this.#options.method;
    const asks = this.#options.finder !== undefined || this.#options.oracle !== undefined;
    if (this.#scope !== undefined || kind === 'none' || kind === 'extip' || !asks) return Promise.resolve();
    this.#scope = new Scope(this.#options.clock);
    this.#running = this.#run(this.#scope);
    return Promise.resolve();
  }

  /** Removes the mappings, within STOP_LIMIT_MS. */
  async stop(): Promise<void> {
    const scope = this.#scope;
    this.#scope = undefined;
    scope?.close();
    this.#wake?.();
    await this.#running;
    await this.#removeMappings();
  }

  /** Starts the next round immediately, after the machine slept. With `isElsewhere` the machine is in another network, and all mappings are dropped. */
  renew(isElsewhere: boolean): void {
    this.#isStale = true;
    if (isElsewhere) this.#loseAll();
    this.#failures = 0;
    this.#wake?.();
  }

  /** External address of a family, from the gateway or the STUN server. */
  external(family: AddressFamily): { readonly ip: string; readonly source: 'nat' | 'stun' } | undefined {
    const ip = this.#external.get(family);
    if (ip === undefined) return undefined;
    return { ip, source: this.#options.oracle === undefined ? 'nat' : 'stun' };
  }

  /** External port of a local port; undefined while it is not mapped. */
  externalPort({ protocol, port }: LocalPort): number | undefined {
    const mapping = this.#mappings.get(protocol);
    return mapping?.internalPort === port ? mapping.externalPort : undefined;
  }

  status(): NatStatus {
    const mappings = [...this.#mappings.values()].map(
      ({ protocol, internalPort, externalPort, expiresAt }): PortMapping => ({
        protocol,
        internalPort,
        externalPort,
        expiresAt,
      }),
    );
    return {
      method: natTextOf(this.#options.method),
      state: this.#state(),
      gateway: this.#gatewayName,
      mappings,
      failure: this.#failure,
      nextTryAt: this.#nextTryAt,
    };
  }

  #state(): NatStatus['state'] {
    const { method, oracle } = this.#options;
    if (method.kind === 'extip') return 'known';
    if (method.kind === 'none' || this.#scope === undefined) return 'off';
    if (this.#mappings.size > 0) {
      return this.#options.ports().every((port) => this.externalPort(port) !== undefined)
        ? 'mapped'
        : 'partial';
    }
    if (oracle !== undefined && this.#external.size > 0) return 'known';
    if (this.#failure === null) return 'searching';
    return this.#nextTryAt === null ? 'off' : 'failed';
  }

  async #run(scope: Scope): Promise<void> {
    while (!scope.closed) {
      const refusal = this.#options.refusal();
      if (refusal === undefined) {
        await this.#round(scope);
      } else {
        this.#failure = refusal;
        this.#nextTryAt = null;
        // Check again later, because the machine may join a network; the check sends nothing.
        await this.#pause(scope, ADDRESS_INTERVAL_MS);
      }
    }
  }

  /** Runs one round and waits until the next. */
  async #round(scope: Scope): Promise<void> {
    const { clock } = this.#options;
    if (this.#isStale) await this.#refreshAll();
    try {
      await this.#refresh(scope.signal);
      this.#failures = 0;
      this.#nextTryAt = null;
      this.#failure = this.#addressProblem;
      await this.#pause(scope, Math.max(1_000, this.#nextDueAt() - clock.monotonic()));
    } catch (error) {
      if (scope.closed) return;
      await this.#failed(scope, error);
    }
  }

  async #failed(scope: Scope, error: unknown): Promise<void> {
    const { clock, random, events, logger, method } = this.#options;
    const pause = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(this.#failures, 10));
    // Jitter of a tenth, so that nodes behind one gateway do not send at the same time.
    const retryInMs = Math.round(pause * (0.95 + random.below(1_000) / 10_000));
    this.#failures++;
    this.#failure = natFailureOf(error);
    this.#nextTryAt = clock.now() + retryInMs;
    this.#dropEnded();
    await this.#gateway?.close();
    this.#gateway = undefined;
    events.emit({ type: 'nat/failed', method: natTextOf(method), failure: this.#failure, retryInMs });
    logger.debug('NAT traversal failed', { reason: this.#failure.message, retryInMs });
    await this.#pause(scope, retryInMs);
  }

  /** Sends the requests that are due. */
  async #refresh(signal: AbortSignal): Promise<void> {
    const { oracle, clock } = this.#options;
    if (oracle !== undefined) {
      this.#setExternal(await this.#withTimeout(ASK_LIMIT_MS, signal, (limit) => oracle.query(limit)));
      this.#addressDueAt = clock.monotonic() + ADDRESS_INTERVAL_MS;
      return;
    }
    const gateway = await this.#found(signal);
    await this.#askAddress(gateway, signal);
    await this.#mapAll(gateway, signal);
    await this.#askAddress(gateway, signal);
  }

  async #found(signal: AbortSignal): Promise<Gateway> {
    const { finder } = this.#options;
    if (this.#gateway !== undefined) return this.#gateway;
    if (finder === undefined) throw new NatError('no-gateway', 'No method to find a gateway is configured.');
    const gateway = await this.#withTimeout(FIND_LIMIT_MS, signal, (limit) => finder.find(limit));
    this.#gateway = gateway;
    this.#gatewayName = gateway.name;
    return gateway;
  }

  async #askAddress(gateway: Gateway, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() < this.#addressDueAt) return;
    this.#addressDueAt = clock.monotonic() + ADDRESS_INTERVAL_MS;
    try {
      this.#setExternal(await this.#withTimeout(ASK_LIMIT_MS, signal, (limit) => gateway.externalIp(limit)));
      this.#addressProblem = null;
    } catch (error) {
      signal.throwIfAborted();
      // Mapped ports are useful without it: the endpoint statements of other nodes yield the address.
      this.#addressProblem = natFailureOf(error);
    }
  }

  /** Records the external address; one that is not public is refused. */
  #setExternal(ip: string): void {
    const { events, onChange } = this.#options;
    if (!isPublicAddress(ip)) {
      this.#external.delete(ipFamily(ip));
      onChange();
      throw new NatError(
        'private-address',
        `The external address ${ip} is not public: the gateway is behind another router.`,
      );
    }
    if (this.#external.get(ipFamily(ip)) === ip) return;
    const isMove = this.#external.has(ipFamily(ip));
    this.#external.set(ipFamily(ip), ip);
    const source = this.#options.oracle === undefined ? 'nat' : 'stun';
    events.emit({ type: 'nat/external', ip, source });
    // A gateway whose address changed may have lost its mappings.
    if (isMove) for (const [key, kept] of this.#mappings) this.#mappings.set(key, { ...kept, renewAt: 0 });
    onChange();
  }

  async #mapAll(gateway: Gateway, signal: AbortSignal): Promise<void> {
    let failure: Error | undefined;
    for (const port of this.#options.ports()) {
      if (port.port === 0) continue;
      try {
        await this.#map(gateway, port, signal);
      } catch (error) {
        signal.throwIfAborted();
        failure ??= error instanceof Error ? error : new Error(describeError(error));
      }
    }
    if (failure !== undefined) throw failure;
  }

  async #map(gateway: Gateway, { protocol, port }: LocalPort, signal: AbortSignal): Promise<void> {
    const { clock, events, logger, onChange } = this.#options;
    const before = this.#mappings.get(protocol);
    if (before?.internalPort === port && clock.monotonic() < before.renewAt) return;
    const externalPort = before?.internalPort === port ? before.externalPort : port;
    const granted = await this.#withTimeout(ASK_LIMIT_MS, signal, (limit) =>
      gateway.map({ protocol, internalPort: port, externalPort, lifetimeMs: MAPPING_LIFETIME_MS }, limit),
    );
    const now = clock.monotonic();
    if (granted.isElsewhere === true) this.#addressDueAt = 0;
    const lifetimeMs = Math.min(granted.lifetimeMs, MAPPING_LIFETIME_MS);
    const mapping: Kept = {
      protocol,
      internalPort: port,
      externalPort: granted.externalPort,
      expiresAt: clock.now() + lifetimeMs,
      renewAt: now + lifetimeMs * RENEW_SHARE,
      endsAt: now + lifetimeMs,
    };
    this.#mappings.set(protocol, mapping);
    if (before?.internalPort === port && before.externalPort === mapping.externalPort) return;
    const { renewAt: _renewAt, endsAt: _endsAt, ...reported } = mapping;
    events.emit({ type: 'nat/mapped', mapping: reported, gateway: gateway.name });
    logger.info('port mapped', { protocol, port, externalPort: mapping.externalPort, gateway: gateway.name });
    onChange();
  }

  #nextDueAt(): number {
    return Math.min(this.#addressDueAt, ...[...this.#mappings.values()].map(({ renewAt }) => renewAt));
  }

  /** After a failure, mappings stay valid until their lifetime ends. */
  #dropEnded(): void {
    const now = this.#options.clock.monotonic();
    const ended = [...this.#mappings.values()].filter(({ endsAt }) => endsAt <= now);
    for (const { protocol } of ended) this.#mappings.delete(protocol);
    // An address that was not confirmed for MAPPING_LIFETIME_MS is dropped.
    const isOld = now - this.#addressDueAt > MAPPING_LIFETIME_MS && this.#external.size > 0;
    if (isOld) this.#external.clear();
    if (ended.length > 0 || isOld) this.#options.onChange();
  }

  #loseAll(): void {
    const hadAny = this.#mappings.size > 0 || this.#external.size > 0;
    this.#mappings.clear();
    this.#external.clear();
    this.#gatewayName = null;
    this.#failure = null;
    if (hadAny) this.#options.onChange();
  }

  async #refreshAll(): Promise<void> {
    this.#isStale = false;
    this.#addressDueAt = 0;
    for (const [key, kept] of this.#mappings) this.#mappings.set(key, { ...kept, renewAt: 0 });
    await this.#gateway?.close();
    this.#gateway = undefined;
  }

  async #removeMappings(): Promise<void> {
    const { clock, logger } = this.#options;
    const gateway = this.#gateway;
    const mappings = [...this.#mappings.values()];
    this.#mappings.clear();
    this.#external.clear();
    this.#gateway = undefined;
    this.#gatewayName = null;
    this.#failure = null;
    this.#nextTryAt = null;
    if (gateway === undefined) return;
    const limit = new AbortController();
    const timer = clock.after(STOP_LIMIT_MS, () => {
      limit.abort();
    });
    const removals = mappings.map(({ protocol, internalPort, externalPort }) =>
      gateway.unmap({ protocol, port: internalPort, externalPort }, limit.signal),
    );
    for (const removal of await Promise.allSettled(removals)) {
      if (removal.status === 'rejected')
        logger.debug('a port mapping was not removed', { reason: describeError(removal.reason) });
    }
    timer.cancel();
    await gateway.close();
  }

  /** Waits for `ms` or until `#wake` is called. */
  async #pause(scope: Scope, ms: number): Promise<void> {
    if (this.#isStale || scope.closed) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timer = scope.after(ms, () => this.#wake?.());
    await woken;
    this.#wake = undefined;
    timer.cancel();
  }

  async #withTimeout<T>(
    ms: number,
    signal: AbortSignal,
    action: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const limit = new AbortController();
    const abort = (): void => {
      limit.abort();
    };
    const timer = this.#options.clock.after(ms, abort);
    signal.addEventListener('abort', abort);
    try {
      return await action(limit.signal);
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    }
  }
}
