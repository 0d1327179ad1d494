/** The TCP side of the node as one thing: listener, dials, sessions and their limits. */
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
import type { EventSink } from '../events/events.ts';
import type { AcceptRates } from './accept-limit.ts';
import { refuseByGuard, type Guard } from './admission.ts';
import { PeerDropper } from './dropper.ts';
import { ConnectError } from './errors.ts';
import type { Handshakes } from './handshakes.ts';
import { maxDialedPeers, maxInboundPeers, type PeerLimitSettings } from './limits.ts';
import { InboundListener } from './listener.ts';
import { PeerSet, type Peer } from './peer-set.ts';
import { PeerWatch } from './peer-watch.ts';
import { SessionManager, type PeerCategory } from './session-manager.ts';

/** What the server asks of the dial scheduler. */
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

/** What the server gives to a new dial scheduler. */
export type DialHooks = Pick<
  DialSchedulerOptions,
  'ownIdHex' | 'limits' | 'settings' | 'connector' | 'hasStaticPlace'
>;

/** The user's settings of the server; each may change while it runs. */
export interface ServerSettings extends DialSettings {
  /** Timeout of a TCP connect, milliseconds. */
  readonly dialTimeoutMs: number;
  /** Whether the dropper replaces peers from time to time. */
  readonly dropper: boolean;
}

/** A message to many peers: what one of them is sent; undefined for nothing. */
export type Announcement = (
  session: PeerSession,
) => { readonly code: number; readonly payload: Uint8Array } | undefined;

/** What the server works with. */
export interface P2pServerOptions {
  readonly ownIdHex: string;
  /** Where to listen, IPv4 first, one address of each family with the same port; empty: nowhere. */
  readonly listenAt: readonly SocketAddress[];
  /** Listens on any free port where that of `listenAt` is in use: for a port that the user did not choose. */
  readonly orAnyPort?: boolean;
  readonly limits: PeerLimitSettings;
  readonly settings: ServerSettings;
  readonly handshakes: Handshakes;
  readonly dialer: StreamDialer;
  readonly listener: StreamListener;
  /** Creates the dial scheduler; called once. */
  readonly createDialing: (hooks: DialHooks) => Dialing;
  /** Bans and address restrictions. */
  readonly guard: Guard;
  /** How often one host may connect; the usual rates without it. */
  readonly acceptRates?: AcceptRates;
  /** Called when sessions fall below half of the limit, at most once in 30 s. */
  readonly onFewPeers?: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/** How many peers there are, by kind. */
export interface PeerCounts {
  readonly total: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly static: number;
  readonly trusted: number;
}

/** The current limits and the values derived from them. */
export interface LimitsInForce extends PeerLimitSettings {
  readonly maxDialed: number;
  readonly maxInbound: number;
}

/** What lives from a start to a stop. */
interface Running {
  readonly listener: InboundListener;
  readonly dropper: PeerDropper;
}

/** The server. Its lists and limits outlive a stop; it can be started again. */
export class P2pServer implements Startable {
  readonly #options: P2pServerOptions;
  readonly #peers: PeerSet;
  readonly #sessions: SessionManager;
  /** The dial scheduler, which owns the list of static nodes. It lives as long as the server. */
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
      hasStaticPlace: () => this.#hasStaticPlace(),
      connector: this.#sessions,
    });
    this.#sessions.observe(this.dialing);
  }

  /** @throws ServerError in one sentence; nothing is open then */
  start(): Promise<void> {
    return this.#transitions.run(() => this.#start());
  }

  /** Closes the listener, aborts dials, disconnects all peers with "client quitting", and waits for all sockets to close. */
  stop(): Promise<void> {
    return this.#transitions.run(() => this.#stop());
  }

  /** Open TCP addresses. */
  get listening(): readonly SocketAddress[] {
    return this.#running?.listener.addresses ?? [];
  }

  /** Sessions in the order in which they began. */
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

  limits(): LimitsInForce {
    const { limits } = this.#peers;
    return { ...limits, maxDialed: maxDialedPeers(limits), maxInbound: maxInboundPeers(limits) };
  }

  /** Inbound handshakes under way. */
  pendingInbound(): number {
    return this.#running?.listener.pendingCount ?? 0;
  }

  isTrusted(idHex: string): boolean {
    return this.#peers.isTrusted(idHex);
  }

  /** Lets a node in even when all places are taken. */
  addTrusted(idHex: string): void {
    this.#peers.setTrusted(idHex, true);
  }

  /** Ends that; a session with it goes on, also above the limit. */
  removeTrusted(idHex: string): void {
    this.#peers.setTrusted(idHex, false);
  }

  /** Ends a session and waits until its socket is closed; false when there is none. */
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

  /** Changes the limits at once: peers beyond a lower one are told to go, the youngest first, static and trusted never. */
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

  /** Changes what the user says, at once. */
  setSettings(settings: ServerSettings): void {
    this.#settings = settings;
    this.dialing.setSettings(settings);
  }

  /** Checks all peers after bans or the allowed networks have changed, and disconnects those that are refused now. */
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
   * Reopens the listening sockets at their ports, as a socket ends with its address; sessions stay.
   * @throws ServerError; then no inbound connection is possible until it is called again
   */
  reopen(): Promise<void> {
    return this.#transitions.run(async () => {
      await this.#running?.listener.reopen();
    });
  }

  /** The machine slept or changed its network: pings all sessions, and dials static nodes at once. */
  resume(): void {
    for (const { session } of this.#peers.all()) session.ping();
    this.dialing.resume();
  }

  /**
   * The session with a node: the one that there is, else one that is dialled now. All who ask for the same node at once
   * share one dial. The limits and checks of every other connection hold.
   * @throws ConnectError
   */
  async connect(node: Node): Promise<PeerSession> {
    const present = this.#peers.get(node.idHex);
    if (present !== undefined) return present.session;
    const cause = this.#running === undefined ? undefined : await this.dialing.dialNow(node);
    const session = this.#peers.get(node.idHex)?.session;
    if (session !== undefined) return session;
    throw new ConnectError(cause ?? GONE_CAUSE);
  }

  /**
   * Sends a message of a protocol to all peers that speak it, or to those that pass the filter.
   * @returns to how many
   */
  broadcast(protocol: string, announce: Announcement, accepts: (peer: Peer) => boolean = () => true): number {
    let count = 0;
    for (const peer of this.#peers.all()) {
      if (peer.session.stage !== 'running' || !accepts(peer)) continue;
      const message = announce(peer.session);
      if (message !== undefined && peer.session.send(protocol, message.code, message.payload)) count++;
    }
    return count;
  }

  /** A static node that was dialled takes the place of a dynamic peer where all are taken. */
  #hasStaticPlace(): boolean {
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
    // A session may have begun on the last handshake that was under way.
    await this.#sessions.stop();
    this.#running = undefined;
  }

  #createSessions(): SessionManager {
    const { handshakes, dialer, clock, events, onFewPeers } = this.#options;
    const watch = new PeerWatch(clock, onFewPeers ?? (() => undefined));
    return new SessionManager({
      peers: this.#peers,
      handshakes,
      dialer,
      dialTimeoutMs: () => this.#settings.dialTimeoutMs,
      events,
      kindOf: (idHex) => this.#kindOf(idHex),
      onLost: () => {
        watch.peerLost(this.#peers.size, this.#peers.limits.maxPeers);
      },
    });
  }

  #create(): Running {
    const { clock, events, logger, guard } = this.#options;
    const listener = new InboundListener({
      at: this.#options.listenAt,
      orAnyPort: this.#options.orAnyPort ?? false,
      transport: this.#options.listener,
      clock,
      events,
      logger,
      maxPending: () => this.#peers.limits.maxPendingInbound,
      guard,
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

/** Of a session that ended before anybody could have it, and of a server that does not run. */
const GONE_CAUSE = silentEnd('local', 'connect', 'aborted');

function dialLimits(limits: PeerLimitSettings): DialSchedulerOptions['limits'] {
  return { maxDialed: maxDialedPeers(limits), maxActive: limits.maxPendingOutbound };
}
