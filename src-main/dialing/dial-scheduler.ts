/**
 * The dial scheduler, as in go-ethereum (p2p/dial.go): dials static nodes first, in random order, then candidates of
 * discovery, which it requests only while a slot is free. In addition it has a backoff by cause.
 */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Random, Startable } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause, EventSink } from '../events/events.ts';
import { backoffClassOf } from '../causes/policy.ts';
import { ActiveDials, newTask, type DialTask } from './active-dials.ts';
import { BootnodeFallback } from './bootnode-fallback.ts';
import { CandidateFeed, type CandidateSource } from './candidate-feed.ts';
import { DIAL_HISTORY_MS, DialMemory } from './dial-memory.ts';
import { checkDial, isWaived, type DialLimits, type DialSettings, type DialView } from './dial-policy.ts';
import { dialStateOf, type DialState, type DialTotals } from './dial-state.ts';
import { silentEnd } from '../causes/end-cause.ts';
import { dialStaticNode, type Connector } from './static-dial.ts';
import type { HostLookup, NodeResolver } from './static-node.ts';
import { StaticPool } from './static-pool.ts';

/**
 * Number of static dials that may exceed the slots (our choice). go-ethereum has no such reserve: a static node waits
 * until an outbound peer disconnects (p2p/dial.go, startStaticDials).
 */
const RESERVED_STATIC_DIALS = 1;

/** Dependencies and options of the scheduler. */
export interface DialSchedulerOptions {
  readonly ownIdHex: string;
  readonly limits: DialLimits;
  readonly settings: DialSettings;
  /** Whether a peer slot is available for a static node now; always by default. */
  readonly hasStaticSlot?: () => boolean;
  /** DIAL_HISTORY_MS by default; shorter in private networks without an inbound throttle. */
  readonly historyMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  readonly connector: Connector;
  /** Checks of bans, allowed networks and fork IDs. */
  readonly guard: Pick<DialView, 'isBanned' | 'isAllowedAddress' | 'isOfOtherNetwork'>;
  readonly candidates?: CandidateSource | undefined;
  readonly resolver?: NodeResolver | undefined;
  readonly lookupHost?: HostLookup | undefined;
  /** Returns the current bootnodes, for the fallback without peers. */
  readonly bootnodes?: () => readonly Node[];
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

  readonly #dialing = new ActiveDials();
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
    for (const idHex of this.#static.ids()) this.#updatePool(idHex);
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
    this.#dialing.abortAll();
    await this.#dialing.ended();
  }

  /**
   * Adds a static node, which the scheduler keeps connected. Removes its earlier failures. If the address of a known node
   * changes, its last dial is removed too.
   */
  addStatic(node: Node): void {
    const hasMoved = this.#static.get(node.idHex)?.isListedAt(node) === false;
    if (!this.#static.add(node)) return;
    if (hasMoved) {
      this.#memory.forgetDial(node.idHex);
      this.#dialing.abortStatic(node.idHex);
    }
    this.#memory.forgetFailures(node.idHex);
    this.#updatePool(node.idHex);
    this.#schedule();
  }

  /** Removes a static node and aborts its dial. The server ends its session. */
  removeStatic(idHex: string): void {
    if (!this.#static.remove(idHex)) return;
    this.#dialing.abortStatic(idHex);
    this.#schedule();
  }

  isStatic(idHex: string): boolean {
    return this.#static.has(idHex);
  }

  setLimits(limits: DialLimits): void {
    this.#limits = limits;
    this.#schedule();
  }

  /** Applies changed settings; aborts all dials when dials are switched off. */
  setSettings(settings: DialSettings): void {
    this.#settings = settings;
    this.#fallback.setAfter(settings.bootnodeFallbackMs);
    if (settings.noDial) this.#dialing.abortAll();
    this.recheck();
  }

  /**
   * Dials a node on request; a pending dial of the node is shared. Ignores its backoff and the fork ID in its ENR. Never
   * rejects.
   * @returns the cause of a failure; undefined when a session has started
   */
  dialNow(node: Node): Promise<EndCause | undefined> {
    const pending = this.#dialing.endOf(node.idHex);
    if (pending !== undefined) return pending;
    const verdict = this.#check(node);
    if (verdict !== 'allowed' && !isWaived(verdict)) {
      return Promise.resolve(silentEnd('local', 'connect', verdict, null));
    }
    if (!this.#running || this.#dialing.size >= this.#limits.maxActive) {
      return Promise.resolve(silentEnd('local', 'connect', 'no-free-slot'));
    }
    this.#static.setReady(node.idHex, false);
    const entry = this.#static.get(node.idHex);
    const task = newTask(entry?.current ?? node, entry);
    task.end = this.#run(task);
    return task.end;
  }

  /** Checks all static nodes again, after a change of bans or allowed networks. */
  recheck(): void {
    for (const idHex of this.#static.ids()) this.#updatePool(idHex);
    this.#schedule();
  }

  /** Dials all static nodes immediately, after a sleep or a change of the network. */
  resume(): void {
    for (const idHex of this.#static.ids()) {
      this.#memory.forgetDial(idHex);
      this.#memory.forgetFailures(idHex);
      this.#dialing.abortStatic(idHex);
    }
    this.recheck();
  }

  /** A session has started. */
  peerAdded(idHex: string, dialed: boolean): void {
    if (dialed) this.#dialedPeers++;
    this.#peers.set(idHex, { dialed });
    this.#static.setReady(idHex, false);
    this.#schedule();
  }

  /** A session has ended. It counts as a failure if it ended before the stage `running`; otherwise earlier failures are removed. */
  peerRemoved(idHex: string, cause: EndCause): void {
    if (this.#peers.get(idHex)?.dialed === true) this.#dialedPeers--;
    this.#peers.delete(idHex);
    const kind = this.#static.has(idHex) ? 'static' : 'dynamic';
    if (cause.stage === 'running') this.#memory.forgetFailures(idHex);
    // A static node whose session ran is dialled again immediately, unless the cause has the backoff class `high`.
    const lost = kind === 'static' && cause.stage === 'running' && backoffClassOf(cause) !== 'high';
    if (!lost) this.#memory.failed(idHex, kind, cause, this.#static.has(idHex));
    this.#updatePool(idHex);
    this.#schedule();
  }

  /** An inbound connection has proven its node ID and continues its handshakes. */
  inboundPending(idHex: string): void {
    this.#pendingInbound.add(idHex);
    this.#static.setReady(idHex, false);
  }

  /** An inbound connection has become a session or has ended. */
  inboundCompleted(idHex: string): void {
    this.#pendingInbound.delete(idHex);
    this.#updatePool(idHex);
    this.#schedule();
  }

  /** Returns the figures of the scheduler. */
  totals(): DialTotals {
    return {
      dialing: this.#dialing.size,
      freeSlots: Math.max(0, this.#freeSlots()),
      // A reserved static dial may exceed the slots.
      slots: Math.max(0, this.#slots(), this.#dialing.size),
      dialedPeers: this.#dialedPeers,
      static: this.#static.size,
      waiting: this.#memory.countWaiting((idHex) => this.#dialing.has(idHex) || this.#peers.has(idHex)),
    };
  }

  /** Returns the state of a node; a node that is not static is checked as a candidate of discovery. */
  stateOf(node: Node): DialState {
    const { clock } = this.#options;
    const { idHex } = node;
    const verdict = this.#check(node);
    const { until, cause, failures } = this.#memory.waitOf(idHex);
    const wait = until - clock.monotonic();
    const state = dialStateOf(verdict);
    return {
      state,
      waitsFor: state !== 'queued' ? undefined : this.#hasStaticSlot() ? 'dial-slot' : 'peer-slot',
      refusal: verdict === 'allowed' ? undefined : verdict,
      nextTryAt: state === 'waiting' && wait > 0 ? Math.round(clock.now() + wait) : undefined,
      cause,
      failures,
    };
  }

  #createMemory(): DialMemory {
    const { clock, random, historyMs = DIAL_HISTORY_MS } = this.#options;
    const onExpired = (idHexes: readonly string[]): void => {
      for (const idHex of idHexes) this.#updatePool(idHex);
      this.#schedule();
    };
    return new DialMemory({ clock, random, historyMs, onExpired });
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

  /** Checks a node with its entry in the static list; a node that is not static as a candidate of discovery. */
  #check(node: Node): ReturnType<typeof checkDial> {
    const entry = this.#static.get(node.idHex);
    return entry === undefined
      ? checkDial(node, 'dynamic', this.#view)
      : checkDial(entry.current, 'static', this.#view);
  }

  /** Two dials per missing session, because many fail, up to the limit (go-ethereum p2p/dial.go, freeDialSlots). */
  #slots(): number {
    return Math.min((this.#limits.maxDialed - this.#dialedPeers) * 2, this.#limits.maxActive);
  }

  /** Negative when sessions have started while other dials are pending. */
  #freeSlots(): number {
    return this.#slots() - this.#dialing.size;
  }

  /** Free slots for static nodes, with the reserve. */
  #freeStaticSlots(): number {
    return Math.max(this.#freeSlots(), RESERVED_STATIC_DIALS - this.#dialing.countStatic());
  }

  #hasStaticSlot(): boolean {
    return this.#limits.maxDialed > 0 && (this.#options.hasStaticSlot?.() ?? true);
  }

  #schedule(): void {
    if (!this.#running) return;
    while (this.#static.readyCount > 0 && this.#freeStaticSlots() > 0 && this.#hasStaticSlot()) {
      const entry = this.#static.draw(this.#options.random);
      if (entry === undefined) break;
      const task = newTask(entry.current, entry);
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
      const task = newTask(node, undefined);
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
    this.#dialing.add(task);
    events.emit({ type: 'dial/started', node: task.node, kind: task.kind });
    let cause: EndCause | undefined;
    try {
      const { signal } = task.abort;
      cause =
        task.entry === undefined
          ? await this.#options.connector.dial(task.node, task.kind, signal)
          : await dialStaticNode(task.entry, signal, { ...this.#options, ...this.#options.guard });
    } catch (error) {
      logger.error('A dial failed with an unexpected error', { error: describeError(error) });
      cause = silentEnd('local', 'connect', 'internal-error');
    }
    const node = task.entry?.current ?? task.node;
    const { idHex } = node;
    this.#dialing.remove(task);
    const durationMs = clock.monotonic() - startedAt;
    events.emit({ type: 'dial/ended', node, kind: task.kind, cause, durationMs });
    if (cause !== undefined && !task.abort.signal.aborted) {
      this.#memory.failed(idHex, task.kind, cause, this.#static.has(idHex));
    }
    this.#updatePool(idHex);
    this.#schedule();
    return cause;
  }

  /** Checks whether a static node may be dialled now, and updates the pool. */
  #updatePool(idHex: string): void {
    const node = this.#static.get(idHex)?.current;
    if (node === undefined || !this.#running) return;
    const { events } = this.#options;
    const verdict = checkDial(node, 'static', this.#view);
    this.#static.setReady(idHex, verdict === 'allowed');
    if (verdict !== 'allowed' && dialStateOf(verdict) === 'refused')
      events.emit({ type: 'dial/refused', node, reason: verdict });
  }
}
