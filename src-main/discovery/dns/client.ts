import type { Failure } from '../../../shared/causes/facts.ts';
import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import type { TxtResolver } from '../../base/dns-resolver.ts';
import { asFailure, describeError, NetworkError } from '../../base/errors.ts';
import type { RelayRefusal } from '../../base/ip.ts';
import { Scope } from '../../base/lifecycle.ts';
import { SerialQueue } from '../../base/serial-queue.ts';
import type { Clock, Logger, Random, Startable } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Node } from '../../node-record/node.ts';
import type { DnsTap } from '../../events/dns-tap.ts';
import type { EventSink } from '../../events/events.ts';
import { CandidateStream, type NodeIterator } from '../lookup/candidates.ts';
import type { DnsCache } from './cache.ts';
import {
  MAX_LINK_DEPTH,
  MAX_LISTS,
  MAX_RETRY_MS,
  QUERIES_PER_SECOND,
  QUERY_BURST,
  QUERY_TIMEOUT_MS,
} from './constants.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { TreeSync } from './tree-sync.ts';
import { parseTreeUrl, type TreeUrl } from './tree-url.ts';

/** A list from the configuration. */
export interface ConfiguredList {
  /** enrtree:// URL. A list with an invalid URL is shown with the error and never queried. */
  readonly url: string;
  readonly source: Exclude<DnsTreeView['source'], 'link'>;
}

/** Constructor arguments of DnsLists. */
export interface DnsListsOptions {
  readonly lists: readonly ConfiguredList[];
  readonly resolver: TxtResolver;
  /** Records the queries; undefined for nothing. */
  readonly tap?: DnsTap | undefined;
  /** Why an address in a list must not be contacted; undefined if it may. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  readonly cache: DnsCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/**
 * Random nodes of the configured DNS node lists and the lists that these link to. DNS queries are sent only while a
 * consumer waits for a candidate, one at a time and at most three per second; known roots are checked every half hour.
 * (p2p/dnsdisc/client.go)
 * @see https://eips.ethereum.org/EIPS/eip-1459#client-protocol
 */
export class DnsLists implements Startable, NodeIterator {
  readonly #options: DnsListsOptions;
  readonly #scope: Scope;
  readonly #bucket: TokenBucket;
  readonly #stream: CandidateStream;
  /** By URL. BOUNDED: MAX_LISTS. */
  #trees = new Map<string, TreeSync>();
  /** Configured lists by URL. BOUNDED: MAX_LISTS. */
  readonly #configured = new Map<
    string,
    { readonly link: TreeUrl; readonly source: ConfiguredList['source'] }
  >();
  /** Lists with an invalid URL. BOUNDED: by the setting. */
  readonly #invalid: DnsTreeView[] = [];
  /** Steps of all lists, one at a time. */
  readonly #steps = new SerialQueue();
  /** Number of queries at the last cleanup of the cache. */
  #queriesAtCleanup = 0;

  constructor(options: DnsListsOptions) {
    this.#options = options;
    this.#scope = new Scope(options.clock);
    this.#bucket = new TokenBucket(options.clock, { burst: QUERY_BURST, perSecond: QUERIES_PER_SECOND });
    this.#stream = new CandidateStream({
      walk: () => this.#walk(),
      prepare: (node) => Promise.resolve(node),
    });
    for (const list of options.lists) this.#configure(list);
  }

  /** Loads the lists from the cache. Sends no query. */
  start(): Promise<void> {
    this.#relink();
    this.#scope.every(
      () => MAX_RETRY_MS,
      () => void this.#recheck(),
    );
    return Promise.resolve();
  }

  /** Cancels a pending query and ends the stream. */
  async stop(): Promise<void> {
    this.#scope.close();
    this.#stream.stop();
    await this.#steps.idle();
  }

  next(signal: AbortSignal): Promise<Node> {
    return this.#stream.next(signal);
  }

  /** The state of the configured lists, then of the linked ones. */
  views(): DnsTreeView[] {
    return [...this.#invalid, ...[...this.#trees.values()].map((tree) => tree.view())];
  }

  #configure({ url, source }: ConfiguredList): void {
    try {
      const link = parseTreeUrl(url);
      if (!this.#configured.has(link.url) && this.#configured.size < MAX_LISTS)
        this.#configured.set(link.url, { link, source });
    } catch (error) {
      if (!(error instanceof DnsEntryError)) throw error;
      this.#options.logger.warn('the URL of a DNS node list is invalid', { url, reason: error.message });
      this.#invalid.push(invalidView(url, source, asFailure(error)));
    }
  }

  /** The next node of any list; undefined once stopped. Never rejects. */
  async #walk(): Promise<Node | undefined> {
    while (!this.#scope.closed) {
      const now = this.#options.clock.monotonic();
      const ready = [...this.#trees.values()].filter((tree) => tree.readyAt <= now);
      const tree = ready[ready.length === 0 ? 0 : this.#options.random.below(ready.length)];
      if (tree === undefined) {
        const soonest = Math.min(
          MAX_RETRY_MS,
          ...[...this.#trees.values()].map(({ readyAt }) => readyAt - now),
        );
        await this.#scope.delay(soonest);
        continue;
      }
      const node = await this.#runStep(tree, () => tree.step());
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Checks the roots that are due, also while no consumer waits for candidates. Never rejects. */
  async #recheck(): Promise<void> {
    for (const tree of [...this.#trees.values()]) {
      if (tree.started && tree.rootDueAt <= this.#options.clock.monotonic()) {
        await this.#runStep(tree, () => tree.checkRootIfDue());
      }
    }
  }

  /** Runs a step of a list after the earlier steps and within the rate limit of queries. Never rejects. */
  async #runStep<T>(tree: TreeSync, action: () => Promise<T>): Promise<T | undefined> {
    return await this.#steps.run(async () => {
      await this.#scope.delay(this.#bucket.takeOnCredit());
      if (this.#scope.closed || this.#trees.get(tree.link.url) !== tree) return undefined;
      try {
        return await action();
      } catch (error) {
        const isEnd = error instanceof DnsListError && error.code === 'closed';
        if (!isEnd)
          this.#options.logger.error('a step of a DNS node list failed', { error: describeError(error) });
        return undefined;
      } finally {
        if (tree.takeLinksChanged()) this.#relink();
        this.#cleanUpCache();
      }
    });
  }

  /** @throws DnsListError `timeout`, `server-failure` or `closed` */
  async #query(name: string): Promise<readonly string[]> {
    const query = new AbortController();
    const abort = (code: 'timeout' | 'closed', words: string): void => {
      query.abort(new DnsListError(code, `The DNS query for ${name} ${words}`));
    };
    const timer = this.#scope.after(QUERY_TIMEOUT_MS, () => {
      abort('timeout', `got no answer within ${String(QUERY_TIMEOUT_MS / 1_000)} s`);
    });
    const forget = this.#scope.own(() => {
      abort('closed', 'was cancelled');
    });
    const { resolver, tap } = this.#options;
    const tapped = { name, origin: resolver.origin };
    tap?.query(tapped);
    try {
      const texts = await abortable(resolver.resolveTxt(name, query.signal), query.signal);
      tap?.answer(tapped, texts);
      return texts;
    } catch (cause) {
      const failure = queryError(cause);
      tap?.failed(tapped, asFailure(failure));
      throw failure;
    } finally {
      timer.cancel();
      forget();
    }
  }

  /** Follows the links from the configured lists; drops lists that are no longer linked. */
  #relink(): void {
    const kept = this.#trees;
    const trees = new Map<string, TreeSync>();
    for (const [url, { link, source }] of this.#configured)
      trees.set(url, kept.get(url) ?? this.#tree(link, source));
    const followed = new Map<string, Set<string>>();
    let level = [...trees.values()];
    for (let depth = 1; level.length > 0; depth++) {
      const next: TreeSync[] = [];
      for (const tree of level) next.push(...this.#follow(tree, depth, { trees, kept, followed }));
      level = next;
    }
    this.#trees = trees;
  }

  /** Returns the lists that the links of a list add. */
  #follow(
    tree: TreeSync,
    depth: number,
    known: {
      readonly trees: Map<string, TreeSync>;
      readonly kept: ReadonlyMap<string, TreeSync>;
      readonly followed: Map<string, Set<string>>;
    },
  ): TreeSync[] {
    const { trees, kept, followed } = known;
    const added: TreeSync[] = [];
    const links = new Set<string>();
    followed.set(tree.link.url, links);
    let failure: DnsListError | undefined;
    for (const link of tree.targets()) {
      const isNew = !trees.has(link.url);
      const refusal = reaches(followed, link.url, tree.link.url)
        ? new DnsListError('link-cycle', `The link to ${link.domain} leads back to ${tree.link.domain}`)
        : isNew && depth > MAX_LINK_DEPTH
          ? new DnsListError(
              'link-too-deep',
              `The link to ${link.domain} is more than ${String(MAX_LINK_DEPTH)} links away from a configured list`,
            )
          : isNew && trees.size >= MAX_LISTS
            ? new DnsListError(
                'too-many-links',
                `The link to ${link.domain} exceeds the maximum of ${String(MAX_LISTS)} lists`,
              )
            : undefined;
      failure = refusal ?? failure;
      if (refusal !== undefined) continue;
      links.add(link.url);
      if (!isNew) continue;
      const target = kept.get(link.url) ?? this.#tree(link, 'link');
      trees.set(link.url, target);
      added.push(target);
    }
    tree.setLinkFailure(failure === undefined ? undefined : asFailure(failure));
    return added;
  }

  #tree(link: TreeUrl, source: DnsTreeView['source']): TreeSync {
    const { cache, clock, random, events, checkAddress } = this.#options;
    const query = (name: string): Promise<readonly string[]> => this.#query(name);
    return new TreeSync({ link, source, query, checkAddress, cache, clock, random, events });
  }

  /** Removes entries of no list from the cache when all lists are complete. */
  #cleanUpCache(): void {
    const trees = [...this.#trees.values()];
    const queries = trees.reduce((sum, tree) => sum + tree.queries, 0);
    if (queries === this.#queriesAtCleanup || !trees.every((tree) => tree.complete)) return;
    this.#queriesAtCleanup = queries;
    const names = new Set<string>();
    for (const tree of trees) for (const name of tree.names()) names.add(name);
    this.#options.cache.retain(new Set(this.#trees.keys()), names);
  }
}

/** Whether a chain of links leads from one list to the other, or both are the same list. */
function reaches(followed: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const url of seen) for (const target of followed.get(url) ?? []) seen.add(target);
  return seen.has(to);
}

function queryError(cause: unknown): DnsListError {
  if (cause instanceof DnsListError) return cause;
  const code = cause instanceof NetworkError && cause.code === 'timed-out' ? 'timeout' : 'server-failure';
  return new DnsListError(code, describeError(cause), { cause });
}

/** Rejects with the signal's reason if it aborts before the outcome: a resolver may ignore the signal. */
function abortable<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      reject(
        signal.reason instanceof Error
          ? signal.reason
          : new DnsListError('closed', 'The DNS query was cancelled'),
      );
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void outcome.then(resolve, reject);
  });
}

function invalidView(url: string, source: DnsTreeView['source'], failure: Failure): DnsTreeView {
  return {
    url,
    domain: '',
    source,
    state: 'failed',
    seq: null,
    enrRoot: null,
    linkRoot: null,
    lastSyncAt: null,
    nextCheckAt: null,
    records: 0,
    links: 0,
    missing: 0,
    queries: 0,
    refused: 0,
    failure,
  };
}
