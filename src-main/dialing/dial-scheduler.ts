/**
 * Decides which node to dial and when, as go-ethereum's dial scheduler (p2p/dial.go): static nodes first, in random order,
 * then candidates of discovery, requested only while a slot is free. In addition there is a backoff by cause.
 */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause, EventSink } from '../events/events.ts';
import { backoffClassOf } from '../causes/policy.ts';
import { BootnodeFallback } from './bootnode-fallback.ts';
import { CandidateFeed, type CandidateSource } from './candidate-feed.ts';
import { DIAL_HISTORY_MS, DialMemory } from './dial-memory.ts';
import {
  checkDial,
  isWaived,
  type DialKind,
  type DialLimits,
  type DialSettings,
  type DialView,
} from './dial-policy.ts';
import { dialStateOf, type DialState, type DialTotals } from './dial-state.ts';
import { silentEnd } from '../causes/end-cause.ts';
import { dialStaticNode, type Connector } from './static-dial.ts';
import type { HostLookup, NodeResolver, StaticNode } from './static-node.ts';
import { StaticPool } from './static-pool.ts';

/**
 * Static dials that may be under way while no slot is free (our choice). go-ethereum has no such reserve: there a static
 * node waits until a dialled peer leaves (p2p/dial.go startStaticDials).
 */
const RESERVED_STATIC_DIALS = 1;

/** What the scheduler works with. */
export interface DialSchedulerOptions {
  readonly ownIdHex: string;
  readonly limits: DialLimits;
  readonly settings: DialSettings;
  /** Whether a session with a static node would find a place among the peers now; always without it. */
  readonly hasStaticPlace?: () => boolean;
  /** DIAL_HISTORY_MS by default; shorter in private networks without an inbound throttle. */
  readonly historyMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly connector: Connector;
  /** What the settings and the node's record say. */
  readonly guard: Pick<DialView, 'isBanned' | 'isAllowedAddress' | 'isOfOtherNetwork'>;
  readonly candidates?: CandidateSource | undefined;
  readonly resolver?: NodeResolver | undefined;
  readonly lookupHost?: HostLookup | undefined;
  /** The bootnodes at the moment, for a node that finds no peer. */
  readonly bootnodes?: () => readonly Node[];
}

interface DialTask {
  readonly kind: DialKind;
  readonly abort: AbortController;
  /** Undefined for a candidate of discovery. */
  readonly entry: StaticNode | undefined;
  /** The node as it was when the dial began; a search may find another address of a static node. */
  readonly node: Node;
  /** The outcome of the dial; undefined when there is a session. */
  end: Promise<EndCause | undefined> | undefined;
}

/** Owns the static list and starts all dials. */
export class DialScheduler implements Startable {
  readonly #options: DialSchedulerOptions;
  readonly #view: DialView;
  #feed: CandidateFeed | undefined;
  #limits: DialLimits;
  #settings: DialSettings;
  #running = false;
  #hasStopped = false;

  /** BOUNDED: limits.maxActive. */
  readonly #dialing = new Map<string, DialTask>();
  /** Sessions and whether we dialled them. BOUNDED: by the server's limits. */
  readonly #peers = new Map<string, { readonly dialed: boolean }>();
  #dialedPeers = 0;
  /** BOUNDED: by the server's pending limit. */
  readonly #pendingInbound = new Set<string>();
  readonly #static = new StaticPool();
  #memory: DialMemory;
  readonly #fallback: BootnodeFallback;

  constructor(options: DialSchedulerOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#settings = options.settings;
    const { clock, logger, random, lookupHost, bootnodes = () => [] } = options;
    this.#memory = this.#createMemory();
    this.#feed = this.#createFeed();
    this.#fallback = new BootnodeFallback({
      ...{ clock, random, logger, bootnodes, lookupHost },
      dial: (node) => {
        this.#takeCandidate(node);
      },
      isAllowedAddress: (ip) => options.guard.isAllowedAddress(ip),
    });
    this.#view = this.#createView();
  }

  start(): Promise<void> {
    if (this.#hasStopped) [this.#memory, this.#feed] = [this.#createMemory(), this.#createFeed()];
    this.#running = true;
    for (const idHex of this.#static.ids()) this.#repool(idHex);
    this.#fallback.setAfter(this.#settings.bootnodeFallbackMs);
    this.#schedule();
    return Promise.resolve();
  }

  /** Aborts all dials and waits until they have ended. The static nodes stay for the next start. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#hasStopped = true;
    this.#feed?.stop();
    this.#fallback.setHasNoPeers(false);
    this.#memory.stop();
    for (const task of this.#dialing.values()) task.abort.abort();
    for (const { end } of [...this.#dialing.values()]) await end;
  }

  /**
   * Keeps a node connected from now on; its earlier failures are forgotten. A known one gets its new address, to which
   * the dial history says nothing.
   */
  addStatic(node: Node): void {
    const hasMoved = this.#static.get(node.idHex)?.isListedAt(node) === false;
    if (!this.#static.add(node)) return;
    if (hasMoved) {
      this.#memory.forgetDial(node.idHex);
      this.#breakOff(node.idHex);
    }
    this.#memory.forgetFailures(node.idHex);
    this.#repool(node.idHex);
    this.#schedule();
  }

  /** Keeps it connected no longer: a dial under way is broken off, a session is the server's to end. */
  removeStatic(idHex: string): void {
    if (!this.#static.remove(idHex)) return;
    this.#breakOff(idHex);
    this.#schedule();
  }

  isStatic(idHex: string): boolean {
    return this.#static.has(idHex);
  }

  setLimits(limits: DialLimits): void {
    this.#limits = limits;
    this.#schedule();
  }

  /** Changes what the user says of dials; where none are allowed any more, those under way are broken off. */
  setSettings(settings: DialSettings): void {
    this.#settings = settings;
    this.#fallback.setAfter(settings.bootnodeFallbackMs);
    if (settings.noDial) for (const task of this.#dialing.values()) task.abort.abort();
    this.recheck();
  }

  /**
   * Dials a node on request; a dial that is under way is shared. Neither its
   * earlier failures nor the fork that its record names keep it from it. Does not reject.
   * @returns why there is no session; undefined when one was made
   */
  dialNow(node: Node): Promise<EndCause | undefined> {
    const underWay = this.#dialing.get(node.idHex)?.end;
    if (underWay !== undefined) return underWay;
    const entry = this.#static.get(node.idHex);
    const verdict = checkDial(entry?.current ?? node, entry === undefined ? 'dynamic' : 'static', this.#view);
    if (verdict !== 'allowed' && !isWaived(verdict)) {
      return Promise.resolve(silentEnd('local', 'connect', verdict, null));
    }
    if (!this.#running || this.#dialing.size >= this.#limits.maxActive) {
      return Promise.resolve(silentEnd('local', 'connect', 'no-free-slot'));
    }
    this.#static.setReady(node.idHex, false);
    const kind = entry === undefined ? 'dynamic' : 'static';
    const task = newTask(kind, entry?.current ?? node, entry);
    task.end = this.#run(task);
    return task.end;
  }

  /** Looks again at every static node: a ban or a network restriction has changed. */
  recheck(): void {
    for (const idHex of this.#static.ids()) this.#repool(idHex);
    this.#schedule();
  }

  /** The machine slept or changed its network: static nodes are dialled at once, whatever happened before. */
  resume(): void {
    for (const idHex of this.#static.ids()) {
      this.#memory.forgetDial(idHex);
      this.#memory.forgetFailures(idHex);
      this.#breakOff(idHex);
    }
    this.recheck();
  }

  /** A session has begun. */
  peerAdded(idHex: string, dialed: boolean): void {
    if (dialed) this.#dialedPeers++;
    this.#peers.set(idHex, { dialed });
    this.#static.setReady(idHex, false);
    this.#schedule();
  }

  /** A session has ended. One that never ran counts as a failed attempt; one that did wipes out earlier failures. */
  peerRemoved(idHex: string, cause: EndCause): void {
    if (this.#peers.get(idHex)?.dialed === true) this.#dialedPeers--;
    this.#peers.delete(idHex);
    const kind = this.#static.has(idHex) ? 'static' : 'dynamic';
    if (cause.stage === 'running') this.#memory.forgetFailures(idHex);
    // A static node that worked until now is dialled again at once, unless it has shown that it does not want us.
    const lost = kind === 'static' && cause.stage === 'running' && backoffClassOf(cause) !== 'high';
    if (!lost) this.#memory.failed(idHex, kind, cause, this.#static.has(idHex));
    this.#repool(idHex);
    this.#schedule();
  }

  /** A node has shown its identity on an inbound connection, whose handshakes go on. */
  inboundPending(idHex: string): void {
    this.#pendingInbound.add(idHex);
    this.#static.setReady(idHex, false);
  }

  /** That connection has become a session or has ended. */
  inboundCompleted(idHex: string): void {
    this.#pendingInbound.delete(idHex);
    this.#repool(idHex);
    this.#schedule();
  }

  totals(): DialTotals {
    return {
      dialing: this.#dialing.size,
      freeSlots: Math.max(0, this.#freeSlots()),
      // A reserved dial goes beyond the slots.
      slots: Math.max(0, this.#slots(), this.#dialing.size),
      dialedPeers: this.#dialedPeers,
      static: this.#static.size,
      waiting: this.#memory.countWaiting((idHex) => this.#dialing.has(idHex) || this.#peers.has(idHex)),
    };
  }

  /** The state of a node; a node that is not static is judged as a candidate of discovery. */
  stateOf(node: Node): DialState {
    const { clock } = this.#options;
    const { idHex } = node;
    const entry = this.#static.get(idHex);
    const verdict = checkDial(entry?.current ?? node, entry === undefined ? 'dynamic' : 'static', this.#view);
    const { until, cause, failures } = this.#memory.waitOf(idHex);
    const wait = until - clock.monotonic();
    const state = dialStateOf(verdict);
    return {
      state,
      waitsFor: state !== 'queued' ? undefined : this.#hasStaticPlace() ? 'dial-slot' : 'peer-place',
      refusal: verdict === 'allowed' ? undefined : verdict,
      nextTryAt: state === 'waiting' && wait > 0 ? Math.round(clock.now() + wait) : undefined,
      cause,
      failures,
    };
  }

  #createMemory(): DialMemory {
    const { clock, random, historyMs = DIAL_HISTORY_MS } = this.#options;
    const onOver = (idHexes: readonly string[]): void => {
      for (const idHex of idHexes) this.#repool(idHex);
      this.#schedule();
    };
    return new DialMemory({ clock, random, historyMs, onOver });
  }

  #createFeed(): CandidateFeed | undefined {
    const { candidates, logger } = this.#options;
    if (candidates === undefined) return undefined;
    return new CandidateFeed(
      candidates,
      (node) => {
        this.#takeCandidate(node);
      },
      logger,
    );
  }

  #createView(): DialView {
    const { guard, ownIdHex } = this.#options;
    return {
      isSelf: (idHex) => idHex === ownIdHex,
      isConnected: (idHex) => this.#peers.has(idHex),
      isDialing: (idHex) => this.#dialing.has(idHex),
      isPendingInbound: (idHex) => this.#pendingInbound.has(idHex),
      wasDialedRecently: (idHex) => this.#memory.wasDialedRecently(idHex),
      isBackingOff: (idHex) => this.#memory.isBackingOff(idHex),
      isBanned: (node) => guard.isBanned(node),
      isOff: () => this.#settings.noDial,
      isAllowedAddress: (ip) => guard.isAllowedAddress(ip),
      isOfOtherNetwork: (node) => guard.isOfOtherNetwork(node),
    };
  }

  /** Two dials for each missing session, as half of them fail; at most the limit (geth p2p/dial.go freeDialSlots). */
  #slots(): number {
    return Math.min((this.#limits.maxDialed - this.#dialedPeers) * 2, this.#limits.maxActive);
  }

  /** Negative when sessions were made while dials are still under way. */
  #freeSlots(): number {
    return this.#slots() - this.#dialing.size;
  }

  /** Slots for static nodes: the free ones, and the reserve while none is free. */
  #freeStaticSlots(): number {
    const underWay = [...this.#dialing.values()].filter(({ kind }) => kind === 'static').length;
    return Math.max(this.#freeSlots(), RESERVED_STATIC_DIALS - underWay);
  }

  #hasStaticPlace(): boolean {
    return this.#limits.maxDialed > 0 && (this.#options.hasStaticPlace?.() ?? true);
  }

  #schedule(): void {
    if (!this.#running) return;
    while (this.#static.readyCount > 0 && this.#freeStaticSlots() > 0 && this.#hasStaticPlace()) {
      const entry = this.#static.draw(this.#options.random);
      if (entry === undefined) break;
      const task = newTask('static', entry.current, entry);
      task.end = this.#run(task);
    }
    const { dynamicDials, noDial } = this.#settings;
    this.#feed?.want(dynamicDials && !noDial && this.#freeSlots() > 0);
    this.#fallback.setHasNoPeers(dynamicDials && !noDial && this.#peers.size === 0);
  }

  #takeCandidate(node: Node): void {
    if (this.#freeSlots() <= 0) return;
    const verdict = checkDial(node, 'dynamic', this.#view);
    if (verdict === 'allowed') {
      const task = newTask('dynamic', node, undefined);
      task.end = this.#run(task);
    } else {
      this.#options.events.emit({ type: 'dial/refused', node, reason: verdict });
    }
    this.#schedule();
  }

  /** Dials and records the outcome. Never rejects. */
  async #run(task: DialTask): Promise<EndCause | undefined> {
    const { clock, events, logger } = this.#options;
    const startedAt = clock.monotonic();
    this.#memory.dialed(task.node.idHex);
    this.#dialing.set(task.node.idHex, task);
    events.emit({ type: 'dial/started', node: task.node, kind: task.kind });
    let cause: EndCause | undefined;
    try {
      const { signal } = task.abort;
      cause =
        task.entry === undefined
          ? await this.#options.connector.dial(task.node, task.kind, signal)
          : await dialStaticNode(task.entry, signal, { ...this.#options, ...this.#options.guard });
    } catch (error) {
      logger.error('A dial failed in a way that it must not', { error: describeError(error) });
      cause = silentEnd('local', 'connect', 'internal-error');
    }
    const node = task.entry?.current ?? task.node;
    const { idHex } = node;
    this.#dialing.delete(idHex);
    const durationMs = clock.monotonic() - startedAt;
    events.emit({ type: 'dial/ended', node, kind: task.kind, cause, durationMs });
    if (cause !== undefined && !task.abort.signal.aborted) {
      this.#memory.failed(idHex, task.kind, cause, this.#static.has(idHex));
    }
    this.#repool(idHex);
    this.#schedule();
    return cause;
  }

  #breakOff(idHex: string): void {
    const task = this.#dialing.get(idHex);
    if (task?.kind === 'static') task.abort.abort();
  }

  /** Looks whether a static node may be dialled now. */
  #repool(idHex: string): void {
    const node = this.#static.get(idHex)?.current;
    if (node === undefined || !this.#running) return;
    const { events } = this.#options;
    const verdict = checkDial(node, 'static', this.#view);
    this.#static.setReady(idHex, verdict === 'allowed');
    if (verdict !== 'allowed' && dialStateOf(verdict) === 'refused')
      events.emit({ type: 'dial/refused', node, reason: verdict });
  }
}

function newTask(kind: DialKind, node: Node, entry: StaticNode | undefined): DialTask {
  return { kind, abort: new AbortController(), entry, node, end: undefined };
}
