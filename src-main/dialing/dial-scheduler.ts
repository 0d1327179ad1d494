/**
 * Decides whom to dial and when, as go-ethereum's dial scheduler does (p2p/dial.go): static nodes first, in random
 * order, then candidates of discovery, which are only asked for while a slot is free. Ours on top: a backoff by cause.
 */
import { describeError } from '../leaf/errors.ts';
import type { Clock, Logger, Random, Startable, Timer } from '../leaf/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause, EventSink } from '../stats/events.ts';
import { BackoffBook, backoffKindOf } from './backoff.ts';
import { CandidateFeed, type CandidateSource } from './candidate-feed.ts';
import { checkDial, type DialKind, type DialRefusal, type DialView } from './dial-policy.ts';
import type { DialStanding, DialTotals } from './dial-standing.ts';
import { ExpiryHeap } from './expiry-heap.ts';
import { dialStaticNode, localCause } from './static-dial.ts';
import type { HostLookup, NodeResolver, StaticNode } from './static-node.ts';
import { StaticPool } from './static-pool.ts';

/** A node is not dialled twice within this time, milliseconds: an inbound throttle of 30 s and 5 s more (geth p2p/dial.go). */
export const DIAL_HISTORY_MS = 35_000;

/** How many connections may be made. */
export interface DialLimits {
  /** Sessions that we dialled. */
  readonly maxDialed: number;
  /** Dials under way. */
  readonly maxActive: number;
}

/** What the scheduler works with. */
export interface DialSchedulerOptions {
  readonly ownIdHex: string;
  readonly limits: DialLimits;
  /** Whether candidates of discovery are dialled; static nodes are in any case. */
  readonly dynamicDials: boolean;
  /** Shorter in private networks where nobody throttles; DIAL_HISTORY_MS as a rule. */
  readonly historyMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
  /**
   * Connects and performs all handshakes; undefined when a session was made, else why not. Must not reject.
   */
  readonly connect: (node: Node, kind: DialKind, signal: AbortSignal) => Promise<EndCause | undefined>;
  /** What the settings and the node's record say. */
  readonly guard: Pick<DialView, 'isBanned' | 'isAllowedAddress' | 'isOfOtherNetwork'>;
  readonly candidates?: CandidateSource | undefined;
  readonly resolver?: NodeResolver | undefined;
  readonly lookupHost?: HostLookup | undefined;
}

interface DialTask {
  readonly kind: DialKind;
  readonly abort: AbortController;
  /** Undefined for a candidate of discovery. */
  readonly entry: StaticNode | undefined;
  /** Where it is dialled; a static node's address may be found out on the way. */
  node: Node;
}

/** The dial scheduler. */
export class DialScheduler implements Startable {
  readonly #options: DialSchedulerOptions;
  readonly #view: DialView;
  readonly #feed: CandidateFeed | undefined;
  #limits: DialLimits;
  #dynamicDials: boolean;
  #running = false;

  /** BOUNDED: limits.maxActive. */
  readonly #dialing = new Map<string, DialTask>();
  readonly #ended = new Set<Promise<void>>();
  /** Sessions and whether we dialled them. BOUNDED: by the server's limits. */
  readonly #peers = new Map<string, { readonly dialed: boolean }>();
  #dialedPeers = 0;
  /** BOUNDED: by the server's pending limit. */
  readonly #pendingInbound = new Set<string>();
  readonly #static = new StaticPool();
  /** Until when a node counts as dialled just now. BOUNDED: by dials a history's time. */
  readonly #history = new Map<string, number>();
  readonly #backoff = new BackoffBook();
  /** When to look at a node again. */
  readonly #wakes = new ExpiryHeap();
  #wakeTimer: { readonly timer: Timer; readonly at: number } | undefined;

  constructor(options: DialSchedulerOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#dynamicDials = options.dynamicDials;
    const { candidates, logger } = options;
    if (candidates !== undefined) {
      this.#feed = new CandidateFeed(
        candidates,
        (node) => {
          this.#takeCandidate(node);
        },
        logger,
      );
    }
    this.#view = this.#createView();
  }

  start(): Promise<void> {
    this.#running = true;
    this.#schedule();
    return Promise.resolve();
  }

  /** Aborts all dials and waits until they are over. A scheduler does not start again. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#feed?.stop();
    this.#wakeTimer?.timer.cancel();
    this.#wakeTimer = undefined;
    for (const task of this.#dialing.values()) task.abort.abort();
    await Promise.all(this.#ended);
  }

  /**
   * Keeps a node connected from now on; its earlier failures are forgotten. A known one gets its new address, to which
   * the dial history says nothing.
   */
  addStatic(node: Node): void {
    const hasMoved = this.#static.get(node.idHex)?.isListedAt(node) === false;
    if (!this.#static.add(node)) return;
    if (hasMoved) {
      this.#history.delete(node.idHex);
      this.#breakOff(node.idHex);
    }
    this.#backoff.forget(node.idHex);
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

  setDynamicDials(on: boolean): void {
    this.#dynamicDials = on;
    this.#schedule();
  }

  /** Looks again at every static node: a ban or a network restriction has changed. */
  recheck(): void {
    for (const idHex of this.#static.ids()) this.#repool(idHex);
    this.#schedule();
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
    if (cause.stage === 'running') this.#backoff.forget(idHex);
    // A static node that worked until now is dialled again at once, unless it has shown that it does not want us.
    const lost = kind === 'static' && cause.stage === 'running' && backoffKindOf(cause) !== 'high';
    if (!lost) this.#fail(idHex, kind, cause);
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
    const now = this.#options.clock.monotonic();
    let waiting = this.#backoff.countWaiting(now);
    for (const idHex of this.#history.keys()) {
      const busy = this.#dialing.has(idHex) || this.#peers.has(idHex) || this.#backoff.isWaiting(idHex, now);
      if (!busy) waiting++;
    }
    return {
      dialing: this.#dialing.size,
      freeSlots: Math.max(0, this.#freeSlots()),
      slots: Math.max(0, this.#slots()),
      dialedPeers: this.#dialedPeers,
      static: this.#static.size,
      waiting,
    };
  }

  /** How a node stands; of one that is not on the static list, as if discovery found it now. */
  standing(node: Node): DialStanding {
    const { clock } = this.#options;
    const { idHex } = node;
    const entry = this.#static.get(idHex);
    const verdict = checkDial(entry?.current ?? node, entry === undefined ? 'dynamic' : 'static', this.#view);
    const backoff = this.#backoff.get(idHex);
    const until = Math.max(this.#history.get(idHex) ?? 0, backoff?.until ?? 0);
    const wait = until - clock.monotonic();
    const state = standingOf(verdict);
    return {
      state,
      refusal: verdict === 'allowed' ? undefined : verdict,
      nextTryAt: state === 'waiting' && wait > 0 ? clock.now() + wait : undefined,
      cause: backoff?.cause,
      failures: backoff?.failures ?? 0,
    };
  }

  #createView(): DialView {
    const { clock, guard, ownIdHex } = this.#options;
    return {
      isSelf: (idHex) => idHex === ownIdHex,
      isConnected: (idHex) => this.#peers.has(idHex),
      isDialing: (idHex) => this.#dialing.has(idHex),
      isPendingInbound: (idHex) => this.#pendingInbound.has(idHex),
      wasDialedRecently: (idHex) => (this.#history.get(idHex) ?? 0) > clock.monotonic(),
      isBackingOff: (idHex) => this.#backoff.isWaiting(idHex, clock.monotonic()),
      isBanned: (node) => guard.isBanned(node),
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

  #schedule(): void {
    if (!this.#running) return;
    while (this.#freeSlots() > 0) {
      const entry = this.#static.draw(this.#options.random);
      if (entry === undefined) break;
      this.#begin({ kind: 'static', abort: new AbortController(), entry, node: entry.current });
    }
    this.#feed?.want(this.#dynamicDials && this.#freeSlots() > 0);
    this.#armWake();
  }

  #takeCandidate(node: Node): void {
    const verdict = checkDial(node, 'dynamic', this.#view);
    if (verdict === 'allowed') {
      this.#begin({ kind: 'dynamic', abort: new AbortController(), entry: undefined, node });
    } else {
      this.#options.events.emit({ type: 'dial/refused', node, reason: verdict });
    }
    this.#schedule();
  }

  #begin(task: DialTask): void {
    const { clock, historyMs = DIAL_HISTORY_MS } = this.#options;
    const { idHex } = task.node;
    const until = clock.monotonic() + historyMs;
    this.#history.set(idHex, until);
    this.#wakes.push(idHex, until);
    this.#dialing.set(idHex, task);
    const ended = this.#run(task).finally(() => this.#ended.delete(ended));
    this.#ended.add(ended);
  }

  async #run(task: DialTask): Promise<void> {
    const { clock, events, logger } = this.#options;
    const startedAt = clock.monotonic();
    events.emit({ type: 'dial/started', node: task.node, kind: task.kind });
    let cause: EndCause | undefined;
    try {
      cause = await this.#dial(task);
    } catch (error) {
      logger.error('A dial failed in a way that it must not', { error: describeError(error) });
      cause = localCause('internal-error', describeError(error));
    }
    const { idHex } = task.node;
    this.#dialing.delete(idHex);
    const durationMs = clock.monotonic() - startedAt;
    events.emit({ type: 'dial/ended', node: task.node, kind: task.kind, cause, durationMs });
    if (cause !== undefined && !task.abort.signal.aborted) this.#fail(idHex, task.kind, cause);
    this.#repool(idHex);
    this.#schedule();
  }

  async #dial(task: DialTask): Promise<EndCause | undefined> {
    const { clock, logger, resolver, lookupHost, guard } = this.#options;
    const { signal } = task.abort;
    const connect = async (node: Node): Promise<EndCause | undefined> => {
      task.node = node;
      return await this.#options.connect(node, task.kind, signal);
    };
    if (task.entry === undefined) return await connect(task.node);
    const isAllowedAddress = (ip: string): boolean => guard.isAllowedAddress(ip);
    return await dialStaticNode(task.entry, signal, {
      clock,
      logger,
      resolver,
      lookupHost,
      isAllowedAddress,
      connect,
    });
  }

  #breakOff(idHex: string): void {
    const task = this.#dialing.get(idHex);
    if (task?.kind === 'static') task.abort.abort();
  }

  #fail(idHex: string, kind: DialKind, cause: EndCause): void {
    const backoff = this.#backoff.fail(idHex, cause, kind, this.#options.clock.monotonic());
    if (backoff !== undefined && this.#static.has(idHex)) this.#wakes.push(idHex, backoff.until);
  }

  /** Looks whether a static node may be dialled now. */
  #repool(idHex: string): void {
    const entry = this.#static.get(idHex);
    if (entry === undefined) return;
    this.#static.setReady(idHex, checkDial(entry.current, 'static', this.#view) === 'allowed');
  }

  #armWake(): void {
    const at = this.#wakes.next;
    if (at === this.#wakeTimer?.at) return;
    this.#wakeTimer?.timer.cancel();
    this.#wakeTimer = undefined;
    if (at === undefined) return;
    const timer = this.#options.clock.after(at - this.#options.clock.monotonic(), () => {
      this.#wakeTimer = undefined;
      this.#wake();
    });
    this.#wakeTimer = { timer, at };
  }

  #wake(): void {
    const now = this.#options.clock.monotonic();
    for (let idHex = this.#wakes.popDue(now); idHex !== undefined; idHex = this.#wakes.popDue(now)) {
      if ((this.#history.get(idHex) ?? Infinity) <= now) this.#history.delete(idHex);
      this.#repool(idHex);
    }
    this.#schedule();
  }
}

function standingOf(verdict: 'allowed' | DialRefusal): DialStanding['state'] {
  switch (verdict) {
    case 'allowed':
      return 'queued';
    case 'already-connected':
      return 'connected';
    case 'already-dialing':
    case 'pending-inbound':
      return 'dialing';
    case 'recently-dialed':
    case 'backing-off':
      return 'waiting';
    default:
      return 'refused';
  }
}
