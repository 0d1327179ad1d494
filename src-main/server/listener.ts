/** Accepts TCP connections on every address family, and turns away at the door what need not come in. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseArgs } from '../../shared/causes/facts.ts';
import { silentEnd } from '../causes/end-cause.ts';
import { describeError, NetworkError } from '../base/errors.ts';
import { formatSocketAddress, isUnspecified } from '../base/ip.ts';
import type { ByteStream, SocketAddress, StreamListener, StreamServer } from '../base/network.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { EndCause, EventSink } from '../events/events.ts';
import { AcceptLimit, type AcceptRates } from './accept-limit.ts';
import { banFacts, type Guard } from './admission.ts';
import { ServerError } from './errors.ts';
import { HandshakeSlots } from './handshake-slots.ts';
import { InboundThrottle } from './inbound-throttle.ts';

/** How often a free port is looked for that is free in both families. */
const PORT_ATTEMPTS = 10;

/** What the listener works with. */
export interface ListenerOptions {
  /** Addresses to listen on, one of each family; the same port, 0 for any that is free. Empty: none. */
  readonly at: readonly SocketAddress[];
  /** Takes any free port where that of `at` is in use. */
  readonly orAnyPort?: boolean;
  readonly transport: StreamListener;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly logger: Logger;
  /** Handshakes that may be under way. */
  readonly maxPending: () => number;
  readonly guard: Pick<Guard, 'isAllowedAddress' | 'banOfAddress'>;
  /** How often a host may connect; the usual rates without it. */
  readonly acceptRates: AcceptRates | undefined;
  /**
   * Performs the handshakes; resolves when they are over, with the cause when they led to nothing. Must not reject.
   * `onSecured` is called when the encryption handshake has proven the identity.
   */
  readonly accept: (
    stream: ByteStream,
    onSecured: (identity: SecuredIdentity) => void,
  ) => Promise<InboundEnd | undefined>;
}

/** Who an inbound connection comes from. */
export interface SecuredIdentity {
  readonly isTrusted: boolean;
}

/** How an inbound connection ended that became no session. */
export interface InboundEnd {
  readonly cause: EndCause;
  /** Undefined when it never told its identity. */
  readonly idHex: string | undefined;
}

/** The TCP listener. */
export class InboundListener {
  readonly #options: ListenerOptions;
  readonly #throttle: InboundThrottle;
  readonly #limit: AcceptLimit;
  #servers: readonly StreamServer[] = [];
  /** Where it listens, with the ports that were drawn. */
  #places: readonly SocketAddress[] = [];
  readonly #slots: HandshakeSlots;
  /** Those with a slot, and those that are being closed. BOUNDED: options.maxPending, and streams destroyed already. */
  readonly #pending = new Set<Promise<void>>();
  #open = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#throttle = new InboundThrottle(options.clock);
    this.#limit = new AcceptLimit(options.clock, options.acceptRates);
    this.#slots = new HandshakeSlots(options.clock, options.maxPending);
  }

  /** The addresses that are open, with their ports. */
  get addresses(): readonly SocketAddress[] {
    return this.#servers.map((server) => server.local);
  }

  get pendingCount(): number {
    return this.#slots.size;
  }

  /** @throws ServerError; nothing is open then */
  async start(): Promise<void> {
    this.#servers = await this.#bindAll();
    this.#places = this.addresses;
    this.#open = true;
  }

  /**
   * Closes the door and opens it anew at the same addresses and ports: a socket goes with its address. Connections that
   * came in stay.
   * @throws ServerError; nothing is open then, and it can be called again
   */
  async reopen(): Promise<void> {
    if (!this.#open) return;
    await this.#close();
    this.#servers = await this.#bindAt(this.#places);
  }

  /** Closes the door and waits for the handshakes under way, which their owner has aborted. */
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

  /** @throws ServerError; nothing is open then */
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

  /** Binds a further address; the families share a port, so that one record can name it. */
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
      this.#options.logger.info('This machine has no such addresses: not listening there', { ip: at.ip });
    }
  }

  #onStream(stream: ByteStream): void {
    const { ip, port } = stream.remote;
    const refusal = this.#refuse(ip);
    if (refusal !== undefined) {
      stream.destroy();
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
    if (slot === undefined) throw new TypeError('The door has let in a connection without a slot');
    try {
      const end = await this.#options.accept(stream, ({ isTrusted }) => {
        this.#slots.stepped(slot, isTrusted);
      });
      if (end === undefined) return;
      const cause = slot.isDisplaced ? DISPLACED : end.cause;
      this.#options.events.emit({ type: 'inbound/ended', ip, port, ...end, cause });
    } catch (error) {
      stream.destroy();
      this.#options.logger.error('An inbound connection failed in a way that it must not', {
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

/** One sentence for an address that could not be bound. */
function explain(at: SocketAddress, cause: NetworkError): ServerError {
  const where = formatSocketAddress(at);
  switch (cause.code) {
    case 'address-in-use':
      return new ServerError(
        'port-in-use',
        `TCP port ${String(at.port)} is in use by another program (${where}): choose another in the setting “Port”.`,
        { cause },
      );
    case 'address-not-available':
      return new ServerError('address-not-available', `This machine has no address ${at.ip}.`, { cause });
    case 'permission-denied':
      return new ServerError(
        'permission-denied',
        `The system does not allow listening on TCP ${where}: choose one above 1023 in the setting “Port”.`,
        { cause },
      );
    default:
      return new ServerError('cannot-listen', `Listening on TCP ${where} failed (${cause.message}).`, {
        cause,
      });
  }
}

const DISPLACED = refusedAtListener('handshake-displaced');

/** Why the listener closed a connection before any handshake. */
function refusedAtListener(...args: CauseArgs<EndCode>): EndCause {
  return silentEnd('local', 'connect', ...args);
}
