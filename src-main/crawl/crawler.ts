import type { CrawlStatus } from '../../shared/model/crawl.ts';
import type { TableProtocol } from '../../shared/model/table.ts';
import { EnodeckError } from '../base/errors.ts';
import type { RelayRefusal } from '../base/ip.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock } from '../base/runtime.ts';
import type { NodeStream } from '../discovery/lookup/candidates.ts';
import type { Node } from '../node-record/node.ts';
import { CrawlCounts, type NodeJudge } from './counts.ts';
import { MAX_CRAWLED_NODES, type CrawledNode, type NodeSet } from './node-set.ts';

/** Default number of concurrent requests (cmd/devp2p/discv4cmd.go crawlParallelismFlag). */
export const CRAWL_PARALLEL = 16;

/** Minimum time between two requests to a node: 10 minutes in milliseconds (discv4cmd.go revalidateInterval). */
const RECHECK_MS = 10 * 60_000;

/** Pause after a timeout of a node that is not in the set, milliseconds: our choice. */
const SILENT_MS = 60_000;

/** BOUNDED: nodes with such a pause. */
const MAX_SILENT = 20_000;

/** Why a crawl fails: the node was stopped, or the protocol is off. */
const ENDED = 'Discovery has ended';

/** What a crawl uses of its discovery protocol. */
export interface CrawledProtocol {
  /** Requests a node's record; rejects when the node does not answer. */
  readonly transport: { requestEnr(node: Node): Promise<Node> };
  /** All nodes that random lookups find. */
  nodes(): NodeStream;
}

/** Constructor arguments of Crawler. */
export interface CrawlerOptions {
  readonly protocol: TableProtocol;
  readonly discovery: CrawledProtocol;
  /** The set to continue from. */
  readonly known: NodeSet;
  /** Why an address of the set must not be contacted: the file is not trusted. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  /** Nodes to request in addition to the known ones. */
  readonly seeds?: readonly Node[];
  readonly clock: Clock;
  /** Duration of the crawl, milliseconds. */
  readonly durationMs: number;
  /** Number of concurrent requests. */
  readonly parallel?: number;
  readonly judge: NodeJudge;
}

/**
 * Crawls the network for a given time: requests the records of the known nodes and of all nodes that random lookups find,
 * and keeps a score for each node, as go-ethereum's devp2p tool does (cmd/devp2p/crawl.go). BOUNDED: by `parallel` and
 * MAX_CRAWLED_NODES.
 */
export class Crawler {
  readonly #options: CrawlerOptions;
  readonly #nodes: Map<string, CrawledNode>;
  readonly #scope: Scope;
  readonly #counts: CrawlCounts;
  readonly #asked = new Set<string>();
  readonly #silentUntil = new BoundedMap<string, number>(MAX_SILENT);
  /** Resolvers of the loops that wait for a free request. BOUNDED: two, one per source of nodes. */
  readonly #waiting: (() => void)[] = [];
  readonly #startedAt: number;
  #state: CrawlStatus['state'] = 'running';
  #failure: string | null = null;
  #answered = 0;
  #added = 0;
  #silent = 0;
  #removed = 0;

  constructor(options: CrawlerOptions) {
    this.#options = options;
    this.#nodes = new Map(options.known);
    this.#scope = new Scope(options.clock);
    this.#startedAt = options.clock.now();
    this.#counts = new CrawlCounts(options.clock, options.judge);
  }

  /** The current set. */
  get nodes(): NodeSet {
    return this.#nodes;
  }

  /** Crawls until the time is over or `stop` is called. Never rejects. */
  async run(): Promise<NodeSet> {
    const { durationMs, discovery } = this.#options;
    const stream = discovery.nodes();
    this.#scope.own(() => stream.stop());
    this.#scope.after(durationMs, () => this.#end('done'));
    await Promise.all([this.#recheck(), this.#walk(stream)]);
    this.#end('failed', ENDED);
    return this.#nodes;
  }

  /** Ends the crawl and keeps the set. */
  stop(): void {
    this.#end('stopped');
  }

  status(): CrawlStatus {
    const { protocol, durationMs } = this.#options;
    return {
      protocol,
      state: this.#state,
      startedAt: this.#startedAt,
      endsAt: this.#startedAt + durationMs,
      failure: this.#failure,
      nodes: this.#nodes.size,
      answered: this.#answered,
      added: this.#added,
      silent: this.#silent,
      removed: this.#removed,
      ...this.#counts.of(this.#nodes, this.#state === 'running'),
    };
  }

  #end(state: CrawlStatus['state'], failure: string | null = null): void {
    if (this.#state !== 'running') return;
    this.#state = state;
    this.#failure = failure;
    this.#scope.close();
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Requests the known nodes, concurrently with those that lookups find. */
  async #recheck(): Promise<void> {
    const { known, seeds = [], checkAddress } = this.#options;
    const fit = [...known.values()]
      .map(({ node }) => node)
      .filter(({ ip }) => ip !== undefined && checkAddress(ip) === undefined);
    const nodes = [...fit, ...seeds];
    for (const node of nodes) {
      if (this.#scope.closed) return;
      await this.#ask(node);
    }
  }

  /** Ends when the stream rejects: the crawl or the protocol has stopped. */
  async #walk(stream: NodeStream): Promise<void> {
    while (!this.#scope.closed) {
      const node = await stream.next(this.#scope.signal).catch(() => undefined);
      if (node === undefined) return;
      await this.#ask(node);
    }
  }

  /** Resolves when the request has started, or is not due. */
  async #ask(node: Node): Promise<void> {
    if (!this.#isDue(node.idHex)) return;
    const { parallel = CRAWL_PARALLEL } = this.#options;
    while (this.#asked.size >= parallel && !this.#scope.closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#scope.closed || !this.#isDue(node.idHex)) return;
    this.#asked.add(node.idHex);
    void this.#check(node);
  }

  #isDue(idHex: string): boolean {
    const now = this.#options.clock.now();
    const known = this.#nodes.get(idHex);
    if (this.#asked.has(idHex) || (known !== undefined && now - known.lastCheck < RECHECK_MS)) return false;
    if (known === undefined && this.#nodes.size >= MAX_CRAWLED_NODES) return false;
    return (this.#silentUntil.peek(idHex) ?? 0) <= now;
  }

  /** Never rejects. */
  async #check(node: Node): Promise<void> {
    const answer = await this.#options.discovery.transport.requestEnr(node).catch(ownFault);
    this.#asked.delete(node.idHex);
    if (answer === 'closed') this.#end('failed', ENDED);
    this.#waiting.shift()?.();
    // The set does not change after the end, and a node loses no score for our own failure.
    if (this.#scope.closed || answer === 'busy') return;
    if (answer === undefined) this.#noAnswer(node);
    else if (answer !== 'closed') this.#answer(answer);
  }

  #answer(node: Node): void {
    const now = this.#now();
    const before = this.#nodes.get(node.idHex);
    this.#answered++;
    if (before === undefined || before.firstResponse === 0) this.#added++;
    this.#nodes.set(node.idHex, {
      node,
      score: (before?.score ?? 0) + 1,
      firstResponse: before?.firstResponse || now,
      lastResponse: now,
      lastCheck: now,
    });
  }

  /** Halves the score of a known node that did not answer, and removes it at 0. */
  #noAnswer({ idHex }: Node): void {
    const now = this.#now();
    this.#silent++;
    this.#silentUntil.set(idHex, this.#options.clock.now() + SILENT_MS);
    const before = this.#nodes.get(idHex);
    if (before === undefined || before.score === 0) return;
    const score = Math.floor(before.score / 2);
    if (score > 0) {
      this.#nodes.set(idHex, { ...before, score, lastCheck: now });
      return;
    }
    this.#nodes.delete(idHex);
    this.#removed++;
  }

  /** Whole seconds, as in the file. */
  #now(): number {
    return Math.floor(this.#options.clock.now() / 1_000) * 1_000;
  }
}

/** The code of a failure that is ours, not the node's. */
function ownFault(error: unknown): 'closed' | 'busy' | undefined {
  const code: unknown = error instanceof EnodeckError ? error.code : undefined;
  return code === 'closed' || code === 'busy' ? code : undefined;
}
