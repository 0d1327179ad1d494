/**
 * Performs the handshakes and both admission checks of connections, and owns the resulting sessions (go-ethereum
 * p2p/server.go, setupConn, run).
 */
import { networkCause, silentEnd } from '../causes/end-cause.ts';
import { bytesToHex } from '../base/bytes.ts';
import { NetworkError } from '../base/errors.ts';
import { formatSocketAddress } from '../base/ip.ts';
import type { ByteStream, StreamDialer } from '../base/network.ts';
import { nodeFromParts } from '../node-record/node-factory.ts';
import { nodeIdOf } from '../node-record/node-id.ts';
import type { Node } from '../node-record/node.ts';
import type { ConnectionTap, TapSource } from '../events/connection-tap.ts';
import type { ConnectionStage, Direction, EndCause, EventSink } from '../events/events.ts';
import type { ConnectionHandshakes, NegotiatedConnection, SecuredConnection } from './handshakes.ts';
import type { InboundEnd, SecuredIdentity } from './listener.ts';
import type { Peer, PeerOrigin, PeerSet } from './peer-set.ts';

/** Timeout of a TCP connect, milliseconds: go-ethereum p2p/server.go, defaultDialTimeout. */
export const DIAL_TIMEOUT_MS = 15_000;

/** Observes the start and end of sessions, and inbound connections whose identity is proven. */
export interface SessionObserver {
  peerAdded(idHex: string, dialed: boolean): void;
  peerRemoved(idHex: string, cause: EndCause): void;
  inboundPending(idHex: string): void;
  inboundCompleted(idHex: string): void;
}

/** Dependencies of the session manager. */
export interface SessionManagerOptions {
  readonly peers: PeerSet;
  readonly handshakes: ConnectionHandshakes;
  readonly dialer: StreamDialer;
  /** Returns the current timeout of a TCP connect, milliseconds. */
  readonly dialTimeoutMs: () => number;
  readonly events: EventSink;
  /** Records the connections; absent where nothing can be recorded. */
  readonly taps?: TapSource | undefined;
  /** Returns the current category of a node. */
  readonly kindOf: (idHex: string) => PeerCategory;
  /** Called when a session has ended while the server runs. */
  readonly onLost: () => void;
}

/** Category of a peer; a static node that is trusted too is `static`. */
export type PeerCategory = 'static' | 'trusted' | 'dynamic';

/** State of a connection during its handshakes. */
interface Setup {
  readonly stream: ByteStream;
  readonly direction: Direction;
  readonly origin: PeerOrigin;
  /** The dialled node; undefined for an inbound connection. */
  readonly dialed: Node | undefined;
  stage: ConnectionStage;
  idHex: string | undefined;
  /** Whether the observer was notified with `inboundPending`. */
  isReported: boolean;
  readonly onSecured: (identity: SecuredIdentity) => void;
  readonly tap: ConnectionTap | undefined;
}

/** The session manager of a server. */
export class SessionManager {
  readonly #options: SessionManagerOptions;
  /** Connections during their handshakes. BOUNDED: by the limits on dials and on inbound handshakes. */
  readonly #setups = new Set<Setup>();
  /** Resolve when their session has ended. BOUNDED: by the number of peers. */
  readonly #ending = new Set<Promise<void>>();
  #observer: SessionObserver | undefined;
  #stopping = false;

  constructor(options: SessionManagerOptions) {
    this.#options = options;
  }

  /** Sets the observer: the dial scheduler, which is constructed after the session manager. */
  observe(observer: SessionObserver): void {
    this.#observer = observer;
  }

  /** Accepts connections again after a stop. */
  start(): void {
    this.#stopping = false;
  }

  /**
   * Performs the handshakes on an accepted stream; resolves with undefined when a session has started. Never rejects.
   * @param onSecured called when the encryption handshake has proven the identity
   */
  async accept(
    stream: ByteStream,
    onSecured: (identity: SecuredIdentity) => void = () => undefined,
  ): Promise<InboundEnd | undefined> {
    const setup: Setup = {
      stream,
      direction: 'inbound',
      origin: 'inbound',
      dialed: undefined,
      stage: 'encryption',
      idHex: undefined,
      isReported: false,
      onSecured,
      tap: this.#options.taps?.connection('inbound', stream.remote),
    };
    const cause = await this.#setUp(setup, () => this.#options.handshakes.secureInbound(stream, setup.tap));
    const { idHex } = setup;
    if (setup.isReported && idHex !== undefined) this.#observer?.inboundCompleted(idHex);
    return cause === undefined ? undefined : { cause, idHex };
  }

  /** Aborts all handshakes, disconnects all peers with "client quitting", and waits until all sessions have ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { stream } of this.#setups) stream.destroy();
    for (const { session } of this.#options.peers.all()) void session.disconnect('client-quitting');
    await Promise.all(this.#ending);
  }

  /** Dials a node; resolves with undefined when a session has started, else with the cause. Never rejects. */
  async dial(node: Node, origin: 'static' | 'dynamic', signal: AbortSignal): Promise<EndCause | undefined> {
    const { dialer, dialTimeoutMs, handshakes } = this.#options;
    if (node.ip === undefined) return silentEnd('local', 'connect', 'no-address');
    let stream: ByteStream;
    try {
      stream = await dialer.dial({ ip: node.ip, port: node.tcp }, { timeoutMs: dialTimeoutMs(), signal });
    } catch (error) {
      return this.#unlessAborted(connectCause(error), signal);
    }
    if (signal.aborted || this.#stopping) {
      stream.destroy();
      return silentEnd('local', 'connect', 'aborted');
    }
    const abort = (): void => {
      stream.destroy();
    };
    signal.addEventListener('abort', abort);
    try {
      const setup: Setup = {
        stream,
        direction: 'outbound',
        origin,
        dialed: node,
        stage: 'encryption',
        idHex: node.idHex,
        isReported: false,
        onSecured: () => undefined,
        tap: this.#options.taps?.connection('outbound', stream.remote),
      };
      setup.tap?.identified(node.idHex);
      const cause = await this.#setUp(setup, () =>
        handshakes.secureOutbound(stream, node.publicKey, setup.tap),
      );
      return this.#unlessAborted(cause, signal);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #setUp(setup: Setup, secure: () => Promise<SecuredConnection>): Promise<EndCause | undefined> {
    const closed = closeOf(setup.stream);
    this.#setups.add(setup);
    try {
      const cause = await this.#performHandshakes(setup, await secure());
      if (cause === undefined) return undefined;
      setup.tap?.ended(cause);
      // A refused connection keeps its handshake slot until its socket has closed.
      await closed;
      return cause;
    } catch (error) {
      await closed;
      return this.#failureOf(setup, error);
    } finally {
      this.#setups.delete(setup);
    }
  }

  #failureOf(setup: Setup, error: unknown): EndCause {
    const key = this.#options.handshakes.provenKeyIn(error);
    if (key !== undefined) setup.idHex ??= bytesToHex(nodeIdOf(key));
    const cause = this.#stopping
      ? silentEnd('local', 'connect', 'aborted')
      : this.#options.handshakes.causeOf(error, setup.stage);
    setup.tap?.ended(cause);
    return cause;
  }

  /** Performs Hello and both admission checks. A connection that fails the first check gets Disconnect instead of Hello. */
  async #performHandshakes(setup: Setup, secured: SecuredConnection): Promise<EndCause | undefined> {
    const { peers } = this.#options;
    const idHex = setup.idHex ?? bytesToHex(nodeIdOf(secured.publicKey));
    setup.idHex = idHex;
    setup.tap?.identified(idHex);
    setup.onSecured({ isTrusted: peers.isTrusted(idHex) });
    const early = this.#refuse(setup, idHex, secured);
    if (early !== undefined) return early;
    if (setup.direction === 'inbound') {
      setup.isReported = true;
      this.#observer?.inboundPending(idHex);
    }
    this.#passed(setup, idHex, 'encryption');
    setup.stage = 'hello';
    const negotiated = await secured.exchangeHello();
    const late = this.#refuse(setup, idHex, negotiated);
    if (late !== undefined) return late;
    this.#passed(setup, idHex, 'hello');
    this.#startSession(setup, secured.publicKey, negotiated);
    return undefined;
  }

  #passed({ stream, direction }: Setup, idHex: string, stage: 'encryption' | 'hello'): void {
    this.#options.events.emit({ type: 'connection/passed', idHex, direction, stage, ip: stream.remote.ip });
  }

  #refuse(
    { direction, origin, stream }: Setup,
    idHex: string,
    connection: SecuredConnection | NegotiatedConnection,
  ): EndCause | undefined {
    if (this.#stopping) return connection.refuse('client-quitting');
    const makesRoom = origin === 'static' && this.#expendablePeer() !== undefined;
    const refusal = this.#options.peers.refuse({ idHex, direction, ip: stream.remote.ip, makesRoom });
    if (refusal === undefined) return undefined;
    return connection.refuse(refusal.code, refusal.params);
  }

  #startSession(setup: Setup, publicKey: Uint8Array, negotiated: NegotiatedConnection): void {
    const { peers, events } = this.#options;
    const session = negotiated.startSession();
    const { ip, port } = session.remote;
    const node = setup.dialed ?? nodeFromParts({ publicKey, ip, tcp: session.remoteHello.listenPort });
    const peer: Peer = { session, node, origin: setup.origin };
    this.#replace(session.idHex);
    if (setup.origin === 'static' && !peers.isTrusted(session.idHex)) this.#makeRoom();
    peers.add(peer);
    const { idHex, clientName: name, direction } = session;
    const local = formatSocketAddress(session.local);
    events.emit({ type: 'peer/added', idHex, name, direction, ip, port, local });
    this.#observer?.peerAdded(idHex, direction === 'outbound');
    void session.established.then((detail) => {
      if (detail !== undefined) events.emit({ type: 'peer/established', idHex, detail });
    });
    const ending = session.closed.then((cause) => {
      this.#ending.delete(ending);
      setup.tap?.ended(cause);
      this.#drop(peer, cause);
    });
    this.#ending.add(ending);
  }

  /** Ends the session of a dynamic peer when no slot is free. */
  #makeRoom(): void {
    const { peers } = this.#options;
    if (peers.size < peers.limits.maxPeers) return;
    const peer = this.#expendablePeer();
    if (peer !== undefined) this.#end(peer, 'too-many-peers');
  }

  /** Returns the dynamic peer to drop for a static node: the youngest outbound one, else the youngest inbound one. */
  #expendablePeer(): Peer | undefined {
    const dynamic = this.#options.peers
      .all()
      .filter(({ session }) => this.#options.kindOf(session.idHex) === 'dynamic');
    return dynamic.findLast(({ origin }) => origin !== 'inbound') ?? dynamic.at(-1);
  }

  /** Ends the session that a new connection replaces after a tie-break. */
  #replace(idHex: string): void {
    const peer = this.#options.peers.get(idHex);
    if (peer !== undefined) this.#end(peer, 'already-connected');
  }

  /** Ends a session and frees its slot immediately, before its socket has closed. */
  #end(peer: Peer, code: 'already-connected' | 'too-many-peers'): void {
    void peer.session.disconnect(code);
    const cause = peer.session.endCause;
    if (cause !== undefined) this.#drop(peer, cause);
  }

  #drop(peer: Peer, cause: EndCause): void {
    const { peers, events } = this.#options;
    if (!peers.remove(peer)) return;
    const { idHex, clientName: name, direction, capabilities, ageMs, bytesIn, bytesOut } = peer.session;
    const { ip, port } = peer.session.remote;
    events.emit({
      ...{ type: 'peer/dropped', idHex, name, direction, ip, port, cause, ageMs },
      ...{ kind: this.#options.kindOf(idHex), capabilities, bytesIn, bytesOut },
    });
    this.#observer?.peerRemoved(idHex, cause);
    if (!this.#stopping) this.#options.onLost();
  }

  /** Returns the cause of a failed dial; `aborted` when the dial was aborted. */
  #unlessAborted(cause: EndCause | undefined, signal: AbortSignal): EndCause | undefined {
    return cause !== undefined && signal.aborted ? silentEnd('local', 'connect', 'aborted') : cause;
  }
}

/** Resolves when the stream has closed. */
function closeOf(stream: ByteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.onClose(() => {
      resolve();
    });
  });
}

function connectCause(error: unknown): EndCause {
  if (!(error instanceof NetworkError)) throw error;
  return networkCause(error, 'connect');
}
