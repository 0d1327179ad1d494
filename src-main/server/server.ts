/** The TCP side of the node as one thing: listener, dials, sessions and their limits. */
import type { DialKind } from '../dialing/dial-policy.ts';
import type { DialScheduler, DialSchedulerOptions } from '../dialing/dial-scheduler.ts';
import type { DialStanding, DialTotals } from '../dialing/dial-standing.ts';
import type { SocketAddress, StreamDialer, StreamListener } from '../leaf/network.ts';
import type { Clock, Logger, Startable } from '../leaf/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { DisconnectReason } from '../p2p/disconnect-reason.ts';
import type { EventSink } from '../stats/events.ts';
import type { Handshakes, RefusalDetail } from './handshakes.ts';
import { maxDialedPeers, maxInboundPeers, type PeerLimitSettings } from './limits.ts';
import { InboundListener } from './listener.ts';
import { PeerSet, type Peer } from './peer-set.ts';
import { DIAL_TIMEOUT_MS, SessionManager, type PeerKind } from './session-manager.ts';

/** What the server asks of the dial scheduler. */
export type Dialing = Pick<
  DialScheduler,
  | 'start'
  | 'stop'
  | 'addStatic'
  | 'removeStatic'
  | 'isStatic'
  | 'setLimits'
  | 'setDynamicDials'
  | 'recheck'
  | 'peerAdded'
  | 'peerRemoved'
  | 'inboundPending'
  | 'inboundCompleted'
  | 'totals'
  | 'standing'
>;

/** What the server gives to a new dial scheduler. */
export type DialHooks = Pick<DialSchedulerOptions, 'ownIdHex' | 'limits' | 'dynamicDials' | 'connect'>;

/** What the server works with. */
export interface P2pServerOptions {
  readonly ownIdHex: string;
  /** Where to listen, IPv4 first, one address of each family with the same port; empty: nowhere. */
  readonly listenAt: readonly SocketAddress[];
  /** Listens on any free port where that of `listenAt` is in use: for a port that nobody asked for. */
  readonly orAnyPort?: boolean;
  readonly limits: PeerLimitSettings;
  readonly dynamicDials: boolean;
  readonly handshakes: Handshakes;
  readonly dialer: StreamDialer;
  readonly listener: StreamListener;
  /** Makes the dial scheduler; called at each start. */
  readonly createDialing: (hooks: DialHooks) => Dialing;
  /** Whether --netrestrict lets the address in. */
  readonly isAllowedAddress: (ip: string) => boolean;
  readonly dialTimeoutMs?: number;
  readonly clock: Clock;
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

/** The limits in force and what follows from them. */
export interface LimitsInForce extends PeerLimitSettings {
  readonly maxDialed: number;
  readonly maxInbound: number;
}

/** What lives from a start to a stop. */
interface Running {
  readonly listener: InboundListener;
  readonly sessions: SessionManager;
  readonly dialing: Dialing;
}

/** The server. Its lists and limits outlive a stop; it can be started again. */
export class P2pServer implements Startable {
  readonly #options: P2pServerOptions;
  readonly #peers: PeerSet;
  /** BOUNDED: by the node lists that they come from. */
  readonly #static = new Map<string, Node>();
  #dynamicDials: boolean;
  #running: Running | undefined;
  /** Starts and stops, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: P2pServerOptions) {
    this.#options = options;
    this.#dynamicDials = options.dynamicDials;
    this.#peers = new PeerSet(options.ownIdHex, options.limits);
  }

  /** @throws ServerError in one sentence; nothing is open then */
  start(): Promise<void> {
    return this.#next(() => this.#start());
  }

  /** Closes the door, breaks off dials, says "client quitting" to all, and waits until every socket is closed. */
  stop(): Promise<void> {
    return this.#next(() => this.#stop());
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
      static: peers.filter(({ session }) => this.isStatic(session.idHex)).length,
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

  /** The dial scheduler in figures; undefined while the server is stopped. */
  dialTotals(): DialTotals | undefined {
    return this.#running?.dialing.totals();
  }

  /** How a node stands with the dial scheduler; undefined while the server is stopped. */
  dialStanding(node: Node): DialStanding | undefined {
    return this.#running?.dialing.standing(node);
  }

  isStatic(idHex: string): boolean {
    return this.#static.has(idHex);
  }

  isTrusted(idHex: string): boolean {
    return this.#peers.isTrusted(idHex);
  }

  /** Keeps a node connected from now on. */
  addStatic(node: Node): void {
    this.#static.set(node.idHex, node);
    this.#running?.dialing.addStatic(node);
  }

  /** Keeps it connected no longer; a session with it goes on. */
  removeStatic(idHex: string): void {
    this.#static.delete(idHex);
    this.#running?.dialing.removeStatic(idHex);
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
    reason: DisconnectReason = 'disconnect-requested',
    detail: RefusalDetail = {},
  ): Promise<boolean> {
    const peer = this.#peers.get(idHex);
    if (peer === undefined) return false;
    await peer.session.disconnect(reason, detail);
    return true;
  }

  /** Changes the limits at once: peers beyond a lower one are told to go, the youngest first, static and trusted never. */
  setLimits(limits: PeerLimitSettings): void {
    this.#peers.limits = limits;
    this.#running?.dialing.setLimits(dialLimits(limits));
    const expendable = this.#peers.all().filter(({ session }) => {
      return (
        session.endCause === undefined && !this.isStatic(session.idHex) && !this.isTrusted(session.idHex)
      );
    });
    const excess =
      this.#peers.all().filter(({ session }) => session.endCause === undefined).length - limits.maxPeers;
    for (const { session } of excess > 0 ? expendable.slice(-excess) : []) {
      void session.disconnect('too-many-peers', { message: 'The limit on peers was lowered' });
    }
  }

  /** Switches dials to nodes that discovery finds on or off; static nodes are dialled in any case. */
  setDynamicDials(on: boolean): void {
    this.#dynamicDials = on;
    this.#running?.dialing.setDynamicDials(on);
  }

  #kindOf(idHex: string): PeerKind {
    if (this.isStatic(idHex)) return 'static';
    return this.isTrusted(idHex) ? 'trusted' : 'dynamic';
  }

  #next(action: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #start(): Promise<void> {
    if (this.#running !== undefined) return;
    const running = this.#create();
    await running.listener.start();
    this.#running = running;
    for (const node of this.#static.values()) running.dialing.addStatic(node);
    await running.dialing.start();
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const listening = running.listener.stop();
    const dialing = running.dialing.stop();
    await running.sessions.stop();
    await Promise.all([listening, dialing]);
    // A session may have begun on the last handshake that was under way.
    await running.sessions.stop();
    this.#running = undefined;
  }

  #create(): Running {
    const { handshakes, dialer, clock, events, logger, dialTimeoutMs = DIAL_TIMEOUT_MS } = this.#options;
    const dialing: Dialing = this.#options.createDialing({
      ownIdHex: this.#options.ownIdHex,
      limits: dialLimits(this.#peers.limits),
      dynamicDials: this.#dynamicDials,
      connect: (node: Node, kind: DialKind, signal: AbortSignal) => sessions.dial(node, kind, signal),
    });
    const sessions = new SessionManager({
      peers: this.#peers,
      handshakes,
      dialer,
      dialTimeoutMs,
      clock,
      events,
      observer: dialing,
      kindOf: (idHex) => this.#kindOf(idHex),
    });
    const listener = new InboundListener({
      at: this.#options.listenAt,
      orAnyPort: this.#options.orAnyPort ?? false,
      transport: this.#options.listener,
      clock,
      events,
      logger,
      maxPending: () => this.#peers.limits.maxPendingInbound,
      isAllowedAddress: this.#options.isAllowedAddress,
      accept: (stream) => sessions.accept(stream),
    });
    return { listener, sessions, dialing };
  }
}

function dialLimits(limits: PeerLimitSettings): DialSchedulerOptions['limits'] {
  return { maxDialed: maxDialedPeers(limits), maxActive: limits.maxPendingOutbound };
}
