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

/** Nodes that are asked at once when nothing else is said (cmd/devp2p/discv4cmd.go crawlParallelismFlag). */
export const CRAWL_PARALLEL = 16;

/** A node that was asked within this time is left alone: 10 minutes in milliseconds (discv4cmd.go revalidateInterval). */
const RECHECK_MS = 10 * 60_000;

/** A node that was silent and is not in the set is left alone for a minute, milliseconds: our choice. */
const SILENT_MS = 60_000;

/** Silent nodes that are remembered for it. BOUNDED. */
const MAX_SILENT = 20_000;

/** Why a crawl fails: the node was stopped, or the protocol is off. */
const ENDED = 'Discovery has ended';

/** What a crawl needs of the protocol that it walks by. */
export interface CrawledProtocol {
  /** Fetches a node's record; rejects where it does not answer. */
  readonly transport: { requestEnr(node: Node): Promise<Node> };
  /** All nodes that random lookups find. */
  nodes(): NodeStream;
}

/** Constructor arguments of Crawler. */
export interface CrawlerOptions {
  readonly protocol: TableProtocol;
  readonly discovery: CrawledProtocol;
  /** The set to go on from. */
  readonly known: NodeSet;
  /** Why an address that the set names is not one to send packets to: the file may be anybody's. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  /** Further nodes to ask, in addition to the known ones. */
  readonly seeds?: readonly Node[];
  readonly clock: Clock;
  /** How long it takes, milliseconds. */
  readonly durationMs: number;
  /** Nodes that are asked at once. */
  readonly parallel?: number;
  readonly judge: NodeJudge;
}

/**
 * Walks through the network for a given time: asks the nodes of the set again and all that random lookups meet for their
 * records, and keeps a score for each node, as go-ethereum's devp2p tool does (cmd/devp2p/crawl.go). BOUNDED: so many
 * requests at once, so many nodes.
 */
export class Crawler {
  readonly #options: CrawlerOptions;
  readonly #nodes: Map<string, CrawledNode>;
  readonly #scope: Scope;
  readonly #counts: CrawlCounts;
  readonly #asked = new Set<string>();
  readonly #silentUntil = new BoundedMap<string, number>(MAX_SILENT);
  /** Walkers that wait for one of the requests to end. BOUNDED: two, one a stream of nodes. */
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

  /** The set as it stands. */
  get nodes(): NodeSet {
    return this.#nodes;
  }

  /** Walks until the time is up or `stop` is called. Never rejects. */
  async run(): Promise<NodeSet> {
    const { durationMs, discovery } = this.#options;
    const stream = discovery.nodes();
    this.#scope.own(() => stream.stop());
    this.#scope.after(durationMs, () => this.#end('done'));
    await Promise.all([this.#recheck(), this.#walk(stream)]);
    this.#end('failed', ENDED);
    return this.#nodes;
  }

  /** Ends the walk; what was found stays. */
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

  /** Those that are known come beside those that are found: a set that has grown old is worth looking at first. */
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

  /** Rejections of the stream end the walk: it was stopped, by us or with the protocol. */
  async #walk(stream: NodeStream): Promise<void> {
    while (!this.#scope.closed) {
      const node = await stream.next(this.#scope.signal).catch(() => undefined);
      if (node === undefined) return;
      await this.#ask(node);
    }
  }

  /** Resolves as soon as the request is on its way, or needless. */
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
    // After the end of the crawl the set does not change, and no node loses score for our own failures.
    if (this.#scope.closed || answer === 'busy') return;
    if (answer === undefined) this.#heardNothing(node);
    else if (answer !== 'closed') this.#heard(answer);
  }

  #heard(node: Node): void {
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

  /** A node that never answered is dropped; one that did loses half of its score, and is dropped at 0. */
  #heardNothing({ idHex }: Node): void {
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

  /** Whole seconds, as the file has them. */
  #now(): number {
    return Math.floor(this.#options.clock.now() / 1_000) * 1_000;
  }
}

/** Why it was not the node that kept us from an answer. */
function ownFault(error: unknown): 'closed' | 'busy' | undefined {
  const code: unknown = error instanceof EnodeckError ? error.code : undefined;
  return code === 'closed' || code === 'busy' ? code : undefined;
}
