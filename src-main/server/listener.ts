/** Accepts TCP connections on both address families, and refuses connections that need no handshake. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseArgs } from '../../shared/causes/facts.ts';
import { silentEnd } from '../causes/end-cause.ts';
import { describeError, NetworkError } from '../base/errors.ts';
import { formatSocketAddress, isUnspecified } from '../base/ip.ts';
import type { ByteStream, SocketAddress, StreamListener, StreamServer } from '../base/network.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { TapSource } from '../events/connection-tap.ts';
import type { EndCause, EventSink } from '../events/events.ts';
import { AcceptLimit, type AcceptRates } from './accept-limit.ts';
import { banFacts, type Guard } from './admission.ts';
import { ServerError } from './errors.ts';
import { HandshakeSlots } from './handshake-slots.ts';
import { InboundThrottle } from './inbound-throttle.ts';

/** Number of attempts to find a port that is free in both families. */
const PORT_ATTEMPTS = 10;

/** Dependencies and options of the listener. */
export interface ListenerOptions {
  /** Listen addresses, at most one per family, all with the same port; 0 for any free port. Empty: no listener. */
  readonly at: readonly SocketAddress[];
  /** Whether to use any free port when the port of `at` is in use. */
  readonly orAnyPort?: boolean;
  readonly transport: StreamListener;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
  /** Returns the largest number of concurrent handshakes. */
  readonly maxPending: () => number;
  /** Records the connections that are refused; absent where nothing can be recorded. */
  readonly taps?: Pick<TapSource, 'refused'> | undefined;
  readonly guard: Pick<Guard, 'isAllowedAddress' | 'banOfAddress'>;
  /** Rates per host; DEFAULT_ACCEPT_RATES if undefined. */
  readonly acceptRates: AcceptRates | undefined;
  /**
   * Performs the handshakes. Resolves with undefined when a session has started, else with the cause. Must not reject.
   * Calls `onSecured` when the encryption handshake has proven the identity.
   */
  readonly accept: (
    stream: ByteStream,
    onSecured: (identity: SecuredIdentity) => void,
  ) => Promise<InboundEnd | undefined>;
}

/** Proven identity of an inbound connection. */
export interface SecuredIdentity {
  readonly isTrusted: boolean;
}

/** End of an inbound connection that did not become a session. */
export interface InboundEnd {
  readonly cause: EndCause;
  /** Node ID; undefined when it was not proven. */
  readonly idHex: string | undefined;
}

/** The TCP listener. */
export class InboundListener {
  readonly #options: ListenerOptions;
  readonly #throttle: InboundThrottle;
  readonly #limit: AcceptLimit;
  #servers: readonly StreamServer[] = [];
  /** Listen addresses with the actual ports, for `reopen`. */
  #boundAt: readonly SocketAddress[] = [];
  readonly #slots: HandshakeSlots;
  /** Connections with a slot, and destroyed streams that are still closing. BOUNDED: by options.maxPending. */
  readonly #pending = new Set<Promise<void>>();
  #open = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#throttle = new InboundThrottle(options.clock);
    this.#limit = new AcceptLimit(options.clock, options.acceptRates);
    this.#slots = new HandshakeSlots(options.clock, options.maxPending);
  }

  /** Open listen addresses with their ports. */
  get addresses(): readonly SocketAddress[] {
    return this.#servers.map((server) => server.local);
  }

  /** Number of connections during their handshakes. */
  get pendingCount(): number {
    return this.#slots.size;
  }

  /** Opens all listen addresses. @throws ServerError; no socket is open then */
  async start(): Promise<void> {
    this.#servers = await this.#bindAll();
    this.#boundAt = this.addresses;
    this.#open = true;
  }

  /**
   * Closes the sockets and opens them again at the same addresses and ports, because a socket ends with its address.
   * Accepted connections stay.
   * @throws ServerError; no socket is open then, and it can be called again
   */
  async reopen(): Promise<void> {
    if (!this.#open) return;
    await this.#close();
    this.#servers = await this.#bindAt(this.#boundAt);
  }

  /** Closes the sockets and waits for the pending handshakes, which the caller aborts. */
  async stop(): Promise<void> {
    this.#open = false;
    await this.#close();
    await Promise.all(this.#pending);
  }

  async #close(): Promise<void> {
    const servers = this.#servers;
    this.#servers = [];
    await Promise.all(servers.map((server) => server.close()));
  }

  async #bindAll(): Promise<readonly StreamServer[]> {
    let wanted = this.#options.at;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#bindAt(wanted);
      } catch (error) {
        const isTaken = error instanceof ServerError && error.code === 'port-in-use';
        const isOurChoice = wanted[0]?.port === 0 ? wanted.length > 1 : this.#options.orAnyPort === true;
        if (!isTaken || !isOurChoice || attempt >= PORT_ATTEMPTS) throw error;
        wanted = wanted.map(({ ip }) => ({ ip, port: 0 }));
      }
    }
  }

  /** @throws ServerError; no socket is open then */
  async #bindAt(wanted: readonly SocketAddress[]): Promise<readonly StreamServer[]> {
    const bound: StreamServer[] = [];
    try {
      for (const at of wanted) await this.#bindNext(at, bound);
      return bound;
    } catch (error) {
      await Promise.all(bound.map((server) => server.close()));
      throw error;
    }
  }

  /** Binds the next address. The families share a port, so that the ENR needs one TCP port. */
  async #bindNext(at: SocketAddress, bound: StreamServer[]): Promise<void> {
    const port = at.port === 0 ? (bound[0]?.local.port ?? 0) : at.port;
    const target = { ip: at.ip, port };
    try {
      bound.push(
        await this.#options.transport.listen(target, (stream) => {
          this.#onStream(stream);
        }),
      );
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const absent = error.code === 'address-not-available' && isUnspecified(at.ip) && bound.length > 0;
      if (!absent) throw explain(target, error);
      this.#options.logger.info('This machine has no address of this family: not listening on it', {
        ip: at.ip,
      });
    }
  }

  #onStream(stream: ByteStream): void {
    const { ip, port } = stream.remote;
    const refusal = this.#refuse(ip);
    if (refusal !== undefined) {
      stream.destroy();
      this.#options.taps?.refused(stream.remote, refusal);
      this.#options.events.emit({ type: 'inbound/ended', ip, port, idHex: undefined, cause: refusal });
      return;
    }
    this.#options.events.emit({ type: 'inbound/accepted', ip, port });
    const pending = this.#handle(stream).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  async #handle(stream: ByteStream): Promise<void> {
    const { ip, port } = stream.remote;
    const slot = this.#slots.take(ip, () => {
      stream.destroy();
    });
    if (slot === undefined) throw new TypeError('A connection was accepted without a slot');
    try {
      const end = await this.#options.accept(stream, ({ isTrusted }) => {
        this.#slots.stepped(slot, isTrusted);
      });
      if (end === undefined) return;
      const cause = slot.isDisplaced ? DISPLACED : end.cause;
      this.#options.events.emit({ type: 'inbound/ended', ip, port, ...end, cause });
    } catch (error) {
      stream.destroy();
      this.#options.logger.error('An inbound connection failed with an unexpected error', {
        error: describeError(error),
      });
    } finally {
      this.#slots.release(slot);
    }
  }

  #refuse(ip: string): EndCause | undefined {
    if (!this.#open) return refusedAtListener('client-quitting');
    const { guard } = this.#options;
    if (!guard.isAllowedAddress(ip)) return refusedAtListener('not-netrestricted');
    const ban = guard.banOfAddress(ip);
    if (ban !== undefined) return silentEnd('local', 'connect', 'banned', banFacts(ban));
    const slotRefusal = this.#slots.refusal(ip);
    if (slotRefusal !== undefined) return refusedAtListener('too-many-pending', { slots: slotRefusal });
    if (!this.#throttle.admit(ip)) {
      return refusedAtListener('inbound-throttled');
    }
    if (!this.#limit.admit(ip)) {
      return refusedAtListener('inbound-rate-limited');
    }
    return undefined;
  }
}

/** Returns the error of an address that could not be bound. */
function explain(at: SocketAddress, cause: NetworkError): ServerError {
  const where = formatSocketAddress(at);
  switch (cause.code) {
    case 'address-in-use':
      return new ServerError(
        'port-in-use',
        `TCP port ${String(at.port)} is in use by another program (${where}): choose another port in the setting “Port”.`,
        { cause },
      );
    case 'address-not-available':
      return new ServerError('address-not-available', `This machine has no address ${at.ip}.`, { cause });
    case 'permission-denied':
      return new ServerError(
        'permission-denied',
        `The system does not allow listening on TCP ${where}: choose a port above 1023 in the setting “Port”.`,
        { cause },
      );
    default:
      return new ServerError('cannot-listen', `Listening on TCP ${where} failed (${cause.message}).`, {
        cause,
      });
  }
}

const DISPLACED = refusedAtListener('handshake-displaced');

/** Returns the cause of a connection that the listener closed before or during its handshakes. */
function refusedAtListener(...args: CauseArgs<EndCode>): EndCause {
  return silentEnd('local', 'connect', ...args);
}
