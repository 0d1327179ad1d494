import type { CandidateSource } from '../../src-main/dialing/candidate-feed.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import type { NodeEvent } from '../../src-main/events/events.ts';
import { P2pNode } from './p2p-node.ts';
import { SeededRandom } from './seeded-random.ts';
import { SkippingClock } from './skipping-clock.ts';

/** Milliseconds between two candidates of a node: as fast as a busy discovery. */
const CANDIDATE_MS = 25;

/** Events that are kept; events of messages would take much memory. */
const KEPT: ReadonlySet<NodeEvent['type']> = new Set(['inbound/ended', 'peer/dropped']);

/** Options of a crowd. */
export interface CrowdOptions {
  readonly count: number;
  readonly limits: { readonly maxPeers: number; readonly dialRatio: number };
  /** Static nodes of each node. */
  readonly statics: number;
}

/** Many nodes of this process on real sockets, with random candidates instead of discovery. */
export class NodeCrowd {
  readonly clock = new SkippingClock();
  readonly nodes: readonly P2pNode[];
  readonly #random = new SeededRandom(200);
  readonly #statics: number;
  /** The address of each node while it runs. */
  readonly #places: (Node | undefined)[];
  /** Violations of the limits. */
  readonly faults: string[] = [];
  /** Whether candidates are returned. */
  #open = false;

  constructor({ count, limits, statics }: CrowdOptions) {
    this.#statics = statics;
    this.#places = Array.from({ length: count }, () => undefined);
    const all = { ...limits, maxPendingInbound: 50, maxPendingOutbound: 50 };
    this.nodes = Array.from({ length: count }, () => {
      const node: P2pNode = new P2pNode({
        clock: this.clock,
        limits: all,
        dynamicDials: true,
        keeps: (event) => {
          if (event.type === 'peer/added') this.#checkLimits(node);
          return KEPT.has(event.type) && node.events.all.length < 10_000;
        },
        dialing: { candidates: this.#candidates(), historyMs: 2_000 },
      });
      return node;
    });
  }

  /** Starts all nodes, waits for their static connections, and then returns candidates. */
  async start(): Promise<void> {
    for (const index of this.nodes.keys()) await this.startOne(index);
    for (const index of this.nodes.keys()) {
      for (const other of this.staticsOf(index))
        this.#node(index).server.dialing.addStatic(this.#node(other).node());
    }
    await this.#until(() => this.areStaticsJoined());
    this.#open = true;
  }

  /** Starts a node, and updates its address in the static lists of others. */
  async startOne(index: number): Promise<void> {
    const node = this.#node(index);
    await node.server.start();
    this.#places[index] = node.node();
    for (const holder of this.nodes.keys()) {
      if (!this.staticsOf(holder).includes(index)) continue;
      if (this.#node(holder).server.dialing.isStatic(node.idHex))
        this.#node(holder).server.dialing.addStatic(node.node());
    }
  }

  async stopOne(index: number): Promise<void> {
    this.#places[index] = undefined;
    await this.#node(index).server.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((_, index) => this.stopOne(index)));
  }

  /** The static nodes of a node: the following indexes. */
  staticsOf(index: number): readonly number[] {
    return Array.from({ length: this.#statics }, (_, step) => (index + step + 1) % this.nodes.length);
  }

  /** Whether every static of every node is connected. */
  areStaticsJoined(): boolean {
    return this.nodes.every((_, index) =>
      this.staticsOf(index).every((other) => this.#areJoined(index, other)),
    );
  }

  /** Resolves when every node has its maximum of dialled peers. */
  async settled(): Promise<void> {
    await this.#until(() =>
      this.nodes.every(({ server }) => server.counts().outbound >= server.limits().maxDialed),
    );
  }

  /** A random node. */
  draw(): number {
    return this.#random.below(this.nodes.length);
  }

  /** Polls, because no single event covers a whole crowd. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.clock.after(100, resolve);
      });
    }
  }

  #areJoined(one: number, other: number): boolean {
    return this.#node(one).server.peer(this.#node(other).idHex) !== undefined;
  }

  #checkLimits({ server, idHex }: P2pNode): void {
    const { total, inbound } = server.counts();
    const { maxPeers, maxInbound } = server.limits();
    // Two dials are made for each free slot, because half of them fail: outbound peers are limited only by the total.
    if (total <= maxPeers && inbound <= maxInbound) return;
    this.faults.push(`${idHex} has ${String(total)}, of which ${String(inbound)} inbound`);
  }

  #candidates(): CandidateSource {
    return { next: (signal) => this.#nextCandidate(signal) };
  }

  /** @throws when the signal aborts; no timer is left then */
  async #nextCandidate(signal: AbortSignal): Promise<Node> {
    for (;;) {
      await this.#pause(CANDIDATE_MS, signal);
      const place = this.#open ? this.#drawPopular() : undefined;
      if (place !== undefined) return place;
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        timer.cancel();
        reject(new Error('The request was aborted'));
      };
      const timer = this.clock.after(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Returns some nodes much more often than others, so that they become full. */
  #drawPopular(): Node | undefined {
    const share = this.#random.below(1_000) / 1_000;
    return this.#places[Math.floor(share ** 3 * this.#places.length)];
  }

  #node(index: number): P2pNode {
    const node = this.nodes[index];
    if (node === undefined) throw new RangeError(`There is no node ${String(index)}`);
    return node;
  }
}
