/** The TCP side of the node: listener, dials, sessions and limits. */
import type { EndCode } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import type { DialSettings } from '../dialing/dial-policy.ts';
import type { DialScheduler, DialSchedulerOptions } from '../dialing/dial-scheduler.ts';
import type { SocketAddress, StreamDialer, StreamListener } from '../base/network.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { Node } from '../node-record/node.ts';
import { silentEnd } from '../causes/end-cause.ts';
import type { PeerSession } from '../p2p/peer-session.ts';
import type { TapSource } from '../events/connection-tap.ts';
import type { EventSink } from '../events/events.ts';
import type { AcceptRates } from './accept-limit.ts';
import { refuseByGuard, type Guard } from './admission.ts';
import { PeerDropper } from './dropper.ts';
import { ConnectError } from './errors.ts';
import type { ConnectionHandshakes } from './handshakes.ts';
import { maxDialedPeers, maxInboundPeers, type PeerLimitSettings } from './limits.ts';
import { InboundListener } from './listener.ts';
import { PeerSet, type Peer } from './peer-set.ts';
import { PeerWatch } from './peer-watch.ts';
import { SessionManager, type PeerCategory } from './session-manager.ts';

/** The part of the dial scheduler that the server uses. */
export type Dialing = Pick<
  DialScheduler,
  | 'start'
  | 'stop'
  | 'addStatic'
  | 'removeStatic'
  | 'isStatic'
  | 'setLimits'
  | 'setSettings'
  | 'dialNow'
  | 'recheck'
  | 'resume'
  | 'peerAdded'
  | 'peerRemoved'
  | 'inboundPending'
  | 'inboundCompleted'
  | 'totals'
  | 'stateOf'
>;

/** Options of the dial scheduler that the server provides. */
export type DialHooks = Pick<
  DialSchedulerOptions,
  'ownIdHex' | 'limits' | 'settings' | 'connector' | 'hasStaticSlot'
>;

/** Settings of the server; each may change while it runs. */
export interface ServerSettings extends DialSettings {
  /** Timeout of a TCP connect, milliseconds. */
  readonly dialTimeoutMs: number;
  /** Whether the dropper replaces peers from time to time. */
  readonly dropper: boolean;
}

/** Dependencies and options of the server. */
export interface P2pServerOptions {
  /** Records the connections; absent where nothing can be recorded. */
  readonly taps?: TapSource | undefined;
  readonly ownIdHex: string;
  /** Listen addresses, IPv4 first, at most one per family, all with the same port; empty: no listener. */
  readonly listenAt: readonly SocketAddress[];
  /** Whether to use any free port when the port of `listenAt` is in use, for a port that the user did not choose. */
  readonly orAnyPort?: boolean;
  readonly limits: PeerLimitSettings;
  readonly settings: ServerSettings;
  readonly handshakes: ConnectionHandshakes;
  readonly dialer: StreamDialer;
  readonly listener: StreamListener;
  /** Creates the dial scheduler; called once. */
  readonly createDialing: (hooks: DialHooks) => Dialing;
  /** Bans and address restrictions. */
  readonly guard: Guard;
  /** Rates per host; DEFAULT_ACCEPT_RATES by default. */
  readonly acceptRates?: AcceptRates;
  /** Called when the number of sessions falls below half of the limit, at most once per FEW_PEERS_PAUSE_MS. */
  readonly onFewPeers?: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** Numbers of peers. */
export interface PeerCounts {
  readonly total: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly static: number;
  readonly trusted: number;
}

/** The current limits and the values derived from them. */
export interface EffectiveLimits extends PeerLimitSettings {
  readonly maxDialed: number;
  readonly maxInbound: number;
}

/** Parts that exist from start to stop. */
interface Running {
  readonly listener: InboundListener;
  readonly dropper: PeerDropper;
}

/** The server. It can be started again after a stop; lists and limits are kept. */
export class P2pServer implements Startable {
  readonly #options: P2pServerOptions;
  readonly #peers: PeerSet;
  readonly #sessions: SessionManager;
  /** The dial scheduler, which owns the list of static nodes. */
  readonly dialing: Dialing;
  #settings: ServerSettings;
  #running: Running | undefined;
  /** Starts and stops run one at a time. */
  readonly #transitions = new SerialQueue();

  constructor(options: P2pServerOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const { ownIdHex, limits, guard } = options;
    this.#peers = new PeerSet({ ownIdHex, limits, guard });
    this.#sessions = this.#createSessions();
    this.dialing = options.createDialing({
      ownIdHex,
      limits: dialLimits(limits),
      settings: options.settings,
      hasStaticSlot: () => this.#hasStaticSlot(),
      connector: this.#sessions,
    });
    this.#sessions.observe(this.dialing);
  }

  /** Starts the listener and the dials. @throws ServerError; no socket is open then */
  start(): Promise<void> {
    return this.#transitions.run(() => this.#start());
  }

  /** Closes the listener, aborts dials, disconnects all peers with "client quitting", and waits for all sockets to close. */
  stop(): Promise<void> {
    return this.#transitions.run(() => this.#stop());
  }

  /** Open TCP listen addresses. */
  get listening(): readonly SocketAddress[] {
    return this.#running?.listener.addresses ?? [];
  }

  /** Returns all peers in the order in which they were added. */
  peers(): readonly Peer[] {
    return this.#peers.all();
  }

  peer(idHex: string): Peer | undefined {
    return this.#peers.get(idHex);
  }

  counts(): PeerCounts {
    const peers = this.#peers.all();
    const inbound = this.#peers.inboundCount;
    return {
      total: peers.length,
      inbound,
      outbound: peers.length - inbound,
      static: peers.filter(({ session }) => this.dialing.isStatic(session.idHex)).length,
      trusted: peers.filter(({ session }) => this.isTrusted(session.idHex)).length,
    };
  }

  /** Returns the current limits. */
  limits(): EffectiveLimits {
    const { limits } = this.#peers;
    return { ...limits, maxDialed: maxDialedPeers(limits), maxInbound: maxInboundPeers(limits) };
  }

  /** Returns the number of inbound connections during their handshakes. */
  pendingInbound(): number {
    return this.#running?.listener.pendingCount ?? 0;
  }

  isTrusted(idHex: string): boolean {
    return this.#peers.isTrusted(idHex);
  }

  /** Marks a node as trusted: it is admitted above the limits. */
  addTrusted(idHex: string): void {
    this.#peers.setTrusted(idHex, true);
  }

  /** Removes the mark; an existing session continues, also above the limits. */
  removeTrusted(idHex: string): void {
    this.#peers.setTrusted(idHex, false);
  }

  /** Ends the session with a node and waits until its socket has closed; false when there is none. */
  async disconnect(
    idHex: string,
    code: EndCode = 'disconnect-requested',
    params?: CauseParams,
  ): Promise<boolean> {
    const peer = this.#peers.get(idHex);
    if (peer === undefined) return false;
    await peer.session.disconnect(code, params);
    return true;
  }

  /** Changes the limits and disconnects excess peers, the youngest first, but never static and trusted peers. */
  setLimits(limits: PeerLimitSettings): void {
    this.#peers.limits = limits;
    this.dialing.setLimits(dialLimits(limits));
    const expendable = this.#peers.all().filter(({ session }) => {
      return (
        session.endCause === undefined &&
        !this.dialing.isStatic(session.idHex) &&
        !this.isTrusted(session.idHex)
      );
    });
    const excess =
      this.#peers.all().filter(({ session }) => session.endCause === undefined).length - limits.maxPeers;
    for (const { session } of excess > 0 ? expendable.slice(-excess) : []) {
      void session.disconnect('too-many-peers');
    }
  }

  /** Applies changed settings immediately. */
  setSettings(settings: ServerSettings): void {
    this.#settings = settings;
    this.dialing.setSettings(settings);
  }

  /** Checks all peers after a change of the bans or the allowed networks, and disconnects those that are refused now. */
  recheck(): void {
    for (const { session } of this.#peers.all()) {
      const { idHex, remote } = session;
      const refusal = refuseByGuard({ idHex, ip: remote.ip }, this.#options.guard);
      if (refusal === undefined) continue;
      void session.disconnect(refusal.code, refusal.params);
    }
    this.dialing.recheck();
  }

  /**
   * Opens the listening sockets again at their ports, because a socket ends with its address. Sessions stay.
   * @throws ServerError; no socket is open then, and it can be called again
   */
  reopen(): Promise<void> {
    return this.#transitions.run(async () => {
      await this.#running?.listener.reopen();
    });
  }

  /** After a sleep or a change of the network: pings all sessions and dials static nodes immediately. */
  resume(): void {
    for (const { session } of this.#peers.all()) session.ping();
    this.dialing.resume();
  }

  /**
   * Returns the session with a node, and dials the node if there is none. Concurrent calls for one node share one dial.
   * The limits and checks are those of every connection.
   * @throws ConnectError
   */
  async connect(node: Node): Promise<PeerSession> {
    const present = this.#peers.get(node.idHex);
    if (present !== undefined) return present.session;
    const cause = this.#running === undefined ? undefined : await this.dialing.dialNow(node);
    const session = this.#peers.get(node.idHex)?.session;
    if (session !== undefined) return session;
    throw new ConnectError(cause ?? ABORTED);
  }

  /** Whether a session with a static node is possible now. When no slot is free, it replaces a dynamic peer. */
  #hasStaticSlot(): boolean {
    const isDynamic = ({ session }: Peer): boolean => this.#kindOf(session.idHex) === 'dynamic';
    return this.#peers.size < this.#peers.limits.maxPeers || this.#peers.all().some(isDynamic);
  }

  #kindOf(idHex: string): PeerCategory {
    if (this.dialing.isStatic(idHex)) return 'static';
    return this.isTrusted(idHex) ? 'trusted' : 'dynamic';
  }

  async #start(): Promise<void> {
    if (this.#running !== undefined) return;
    const running = this.#create();
    this.#sessions.start();
    await running.listener.start();
    this.#running = running;
    running.dropper.start();
    await this.dialing.start();
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.dropper.stop();
    const listening = running.listener.stop();
    const dialing = this.dialing.stop();
    await this.#sessions.stop();
    await Promise.all([listening, dialing]);
    // The last pending handshake may have started a session.
    await this.#sessions.stop();
    this.#running = undefined;
  }

  #createSessions(): SessionManager {
    const { handshakes, dialer, clock, events, taps, onFewPeers } = this.#options;
    const watch = new PeerWatch(clock, onFewPeers ?? (() => undefined));
    return new SessionManager({
      peers: this.#peers,
      handshakes,
      dialer,
      dialTimeoutMs: () => this.#settings.dialTimeoutMs,
      events,
      taps,
      kindOf: (idHex) => this.#kindOf(idHex),
      onLost: () => {
        watch.peerLost(this.#peers.size, this.#peers.limits.maxPeers);
      },
    });
  }

  #create(): Running {
    const { clock, events, logger, guard, taps } = this.#options;
    const listener = new InboundListener({
      at: this.#options.listenAt,
      orAnyPort: this.#options.orAnyPort ?? false,
      transport: this.#options.listener,
      clock,
      events,
      logger,
      maxPending: () => this.#peers.limits.maxPendingInbound,
      guard,
      taps,
      acceptRates: this.#options.acceptRates,
      accept: (stream, onSecured) => this.#sessions.accept(stream, onSecured),
    });
    return { listener, dropper: this.#createDropper() };
  }

  #createDropper(): PeerDropper {
    const { clock, random, events } = this.#options;
    return new PeerDropper({
      ...{ clock, random, events },
      peers: () => this.#peers.all(),
      limits: () => this.#peers.limits,
      isEnabled: () => this.#settings.dropper,
      isKept: (idHex) => this.#kindOf(idHex) !== 'dynamic',
    });
  }
}

/** The cause when the server is not running, or a new session has ended already. */
const ABORTED = silentEnd('local', 'connect', 'aborted');

function dialLimits(limits: PeerLimitSettings): DialSchedulerOptions['limits'] {
  return { maxDialed: maxDialedPeers(limits), maxActive: limits.maxPendingOutbound };
}
