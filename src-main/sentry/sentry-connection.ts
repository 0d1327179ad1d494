import { asFailure } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import type { Failure } from '../../shared/causes/facts.ts';
import type { ClientLack } from '../../shared/model/chain.ts';
import { MAX_RECONNECT_MS, RECONNECT_MS } from './constants.ts';
import type { ClientIdentity, Dialect } from './dialect.ts';
import { RpcError } from './errors.ts';
import { openChannel } from './open-channel.ts';
import { probeClient } from './probe.ts';
import type { RpcSockets } from './rpc-channel.ts';
import { RpcClient } from './rpc-client.ts';
import type { RpcBudget } from './rpc-budget.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';

/** A probed client, from its connect to its end. */
export interface ConnectedClient {
  readonly client: RpcClient;
  readonly identity: ClientIdentity;
  readonly dialect: Dialect;
  readonly lacks: readonly ClientLack[];
  /** Closes when the connection ends. */
  readonly scope: Scope;
  /** Ends the connection because of an error. A later call does nothing. */
  readonly fail: (error: unknown) => void;
}

/** Where the connection is. `away` includes the first connect; `stopped` is before the start and after the stop. */
export type ConnectionPhase = 'stopped' | 'away' | 'connected';

/** What the connection works with. */
export interface ConnectionServices {
  readonly endpoint: RpcEndpoint;
  readonly sockets: RpcSockets;
  readonly budget: RpcBudget;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /**
   * Called with each client after its probe; the connection counts as made when it resolves. A rejection ends it.
   */
  readonly onConnected: (client: ConnectedClient) => Promise<void>;
  readonly onChange: () => void;
}

/** Keeps one connection to a client: connects, probes, and after an end connects again with growing waits. */
export class SentryConnection {
  readonly #services: ConnectionServices;
  #scope: Scope | undefined;
  #current: ConnectedClient | undefined;
  #phase: ConnectionPhase = 'stopped';
  #since: number;
  #failures = 0;
  #lastError: Failure | undefined;

  constructor(services: ConnectionServices) {
    this.#services = services;
    this.#since = services.clock.now();
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  /** When the phase began, milliseconds since 1970. */
  get since(): number {
    return this.#since;
  }

  /** Why the last connection failed or ended; undefined while one is made and none has failed before. */
  get lastError(): Failure | undefined {
    return this.#lastError;
  }

  /** The connected client; undefined while it is away. */
  get current(): ConnectedClient | undefined {
    return this.#phase === 'connected' ? this.#current : undefined;
  }

  /** Begins to connect; returns at once. */
  start(): void {
    if (this.#scope !== undefined) return;
    this.#scope = new Scope(this.#services.clock);
    this.#enter('away');
    this.#connect(this.#scope);
  }

  /** Closes the connection and makes no other. */
  stop(): void {
    this.#scope?.close();
    this.#scope = undefined;
    this.#enter('stopped');
  }

  #connect(scope: Scope): void {
    this.#attempt(scope).catch((error: unknown) => {
      if (!scope.closed) this.#retry(scope, error);
    });
  }

  async #attempt(scope: Scope): Promise<void> {
    const { endpoint, sockets, clock, budget, genesisHash, onConnected } = this.#services;
    const channel = await openChannel(endpoint, sockets, clock);
    const own = new Scope(clock);
    const end = (): void => {
      own.close();
      channel.close();
    };
    const release = scope.own(end);
    // A function, because each await may have ended the connection.
    const hasEnded = (): boolean => own.closed;
    if (hasEnded()) return;
    const fail = (error: unknown): void => {
      if (hasEnded()) return;
      end();
      release();
      this.#retry(scope, error);
    };
    try {
      own.own(channel.onClose(fail));
      const client = new RpcClient(channel, budget);
      const probed = await probeClient(client, genesisHash);
      if (hasEnded()) return;
      const { dialect, lacks } = probed;
      const identity = probed.client;
      const connected: ConnectedClient = { client, identity, dialect, lacks, scope: own, fail };
      this.#current = connected;
      await onConnected(connected);
      if (hasEnded()) return;
      this.#failures = 0;
      this.#logClient(connected);
      this.#enter('connected');
    } catch (error) {
      fail(error);
    }
  }

  #retry(scope: Scope, error: unknown): void {
    const { random, logger, endpoint } = this.#services;
    const failure = asFailure(error);
    const isNew =
      this.#phase === 'connected' || this.#failures === 0 || this.#lastError?.code !== failure.code;
    this.#lastError = failure;
    this.#failures += 1;
    const longest = Math.min(MAX_RECONNECT_MS, RECONNECT_MS * 2 ** Math.min(this.#failures - 1, 10));
    // Between half and all of it, so that several nodes do not come back at once.
    const waitMs = Math.ceil(longest / 2) + random.below(Math.floor(longest / 2) + 1);
    if (isNew) logger.warn('the client is away', { client: endpoint.label, reason: failure.message });
    else
      logger.debug('the client is still away', { client: endpoint.label, reason: failure.message, waitMs });
    this.#enter('away');
    scope.after(waitMs, () => {
      this.#connect(scope);
    });
  }

  #logClient({ identity, lacks }: ConnectedClient): void {
    const { logger, endpoint } = this.#services;
    const facts = {
      client: endpoint.label,
      version: identity.version,
      lacks: lacks.map(({ method }) => method).join(', '),
    };
    if (lacks.some(({ consequence }) => consequence === 'no-blocks-served'))
      logger.warn('the client is connected, but no blocks are served', facts);
    else logger.info('the client is connected', facts);
  }

  #enter(phase: ConnectionPhase): void {
    if (this.#phase !== phase) this.#since = this.#services.clock.now();
    this.#phase = phase;
    this.#services.onChange();
  }
}

/** The client of a connection. @throws RpcError `rpc-away` */
export function connectedClient(connection: SentryConnection): ConnectedClient {
  const { current } = connection;
  if (current === undefined) throw new RpcError('rpc-away');
  return current;
}
