import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import type { TxtResolver } from '../../base/dns-resolver.ts';
import { describeError, NetworkError } from '../../base/errors.ts';
import type { RelayRefusal } from '../../base/ip.ts';
import { Scope } from '../../base/lifecycle.ts';
import { SerialQueue } from '../../base/serial-queue.ts';
import type { Clock, Logger, Random, Startable } from '../../base/runtime.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { CandidateStream, type NodeIterator } from '../lookup/candidates.ts';
import type { DnsCache } from './cache.ts';
import {
  MAX_LINK_DEPTH,
  MAX_LISTS,
  MAX_RETRY_MS,
  QUESTION_BURST,
  QUESTION_TIMEOUT_MS,
  QUESTIONS_PER_SECOND,
} from './constants.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { TreeSync } from './tree-sync.ts';
import { parseTreeUrl, type TreeUrl } from './tree-url.ts';

/** A list to find nodes in. */
export interface GivenList {
  /** enrtree:// URL; one that is none is shown as such and never asked for. */
  readonly url: string;
  readonly source: Exclude<DnsTreeView['source'], 'link'>;
}

/** What the lists need. */
export interface DnsListsOptions {
  readonly lists: readonly GivenList[];
  readonly resolver: TxtResolver;
  /** Why an address that a list names is not one to send packets to; undefined where it is. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  readonly cache: DnsCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
  readonly logger: Logger;
}

/**
 * Nodes of DNS lists, drawn at random from all that are given and all that those link to. The DNS is asked as candidates
 * are wanted, one question at a time and three a second at most; roots that are known are looked at every half hour.
 * @see https://eips.ethereum.org/EIPS/eip-1459#client-protocol
 */
export class DnsLists implements Startable, NodeIterator {
  readonly #options: DnsListsOptions;
  readonly #scope: Scope;
  readonly #bucket: TokenBucket;
  readonly #stream: CandidateStream;
  /** By URL. BOUNDED: MAX_LISTS. */
  #trees = new Map<string, TreeSync>();
  readonly #given = new Map<string, { readonly link: TreeUrl; readonly source: GivenList['source'] }>();
  /** Those whose URL is none. BOUNDED: by the setting. */
  readonly #faulty: DnsTreeView[] = [];
  /** Steps of all lists, one at a time. */
  readonly #steps = new SerialQueue();
  /** Questions that had been asked when the cache was last tidied. */
  #tidiedAt = 0;

  constructor(options: DnsListsOptions) {
    this.#options = options;
    this.#scope = new Scope(options.clock);
    this.#bucket = new TokenBucket(options.clock, { burst: QUESTION_BURST, perSecond: QUESTIONS_PER_SECOND });
    this.#stream = new CandidateStream({
      walk: () => this.#walk(),
      prepare: (node) => Promise.resolve(node),
    });
    for (const list of options.lists) this.#give(list);
  }

  /** Takes what is remembered. Asks nothing. */
  start(): Promise<void> {
    this.#relink();
    this.#scope.every(
      () => MAX_RETRY_MS,
      () => void this.#recheck(),
    );
    return Promise.resolve();
  }

  /** A question that is under way is called off. */
  async stop(): Promise<void> {
    this.#scope.close();
    this.#stream.stop();
    await this.#steps.idle();
  }

  next(signal: AbortSignal): Promise<Node> {
    return this.#stream.next(signal);
  }

  /** The lists that are given, then those that they link to. */
  views(): DnsTreeView[] {
    return [...this.#faulty, ...[...this.#trees.values()].map((tree) => tree.view())];
  }

  #give({ url, source }: GivenList): void {
    try {
      const link = parseTreeUrl(url);
      if (!this.#given.has(link.url) && this.#given.size < MAX_LISTS)
        this.#given.set(link.url, { link, source });
    } catch (error) {
      if (!(error instanceof DnsEntryError)) throw error;
      this.#options.logger.warn('A DNS node list has no valid URL', { url, reason: error.message });
      this.#faulty.push(faultyView(url, source, error.message));
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
      const node = await this.#inTurn(tree, () => tree.step());
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** Looks at the roots that are due, whether or not anybody wants candidates. Never rejects. */
  async #recheck(): Promise<void> {
    for (const tree of [...this.#trees.values()]) {
      if (tree.begun && tree.rootDueAt <= this.#options.clock.monotonic()) {
        await this.#inTurn(tree, () => tree.checkRootIfDue());
      }
    }
  }

  /** Does something with a list when it is its turn and a question may be asked. Never rejects. */
  async #inTurn<T>(tree: TreeSync, action: () => Promise<T>): Promise<T | undefined> {
    return await this.#steps.run(async () => {
      await this.#scope.delay(this.#bucket.takeOnCredit());
      if (this.#scope.closed || this.#trees.get(tree.link.url) !== tree) return undefined;
      try {
        return await action();
      } catch (error) {
        const isEnd = error instanceof DnsListError && error.code === 'closed';
        if (!isEnd) this.#options.logger.error('A DNS node list failed', { error: describeError(error) });
        return undefined;
      } finally {
        if (tree.takeLinksChanged()) this.#relink();
        this.#tidy();
      }
    });
  }

  /** @throws DnsListError `timeout`, `server-failure` or `closed` */
  async #ask(name: string): Promise<readonly string[]> {
    const question = new AbortController();
    const call = (code: 'timeout' | 'closed', words: string): void => {
      question.abort(new DnsListError(code, `The question for ${name} ${words}`));
    };
    const timer = this.#scope.after(QUESTION_TIMEOUT_MS, () => {
      call('timeout', `had no answer within ${String(QUESTION_TIMEOUT_MS / 1_000)} s`);
    });
    const forget = this.#scope.own(() => {
      call('closed', 'was called off');
    });
    try {
      return await withEnd(this.#options.resolver.resolveTxt(name, question.signal), question.signal);
    } catch (cause) {
      if (cause instanceof DnsListError) throw cause;
      const code = cause instanceof NetworkError && cause.code === 'timed-out' ? 'timeout' : 'server-failure';
      throw new DnsListError(code, describeError(cause), { cause });
    } finally {
      timer.cancel();
      forget();
    }
  }

  /** Follows the links from the given lists; lists without a link any more are dropped. */
  #relink(): void {
    const kept = this.#trees;
    const trees = new Map<string, TreeSync>();
    for (const [url, { link, source }] of this.#given)
      trees.set(url, kept.get(url) ?? this.#tree(link, source));
    const followed = new Map<string, Set<string>>();
    let storey = [...trees.values()];
    for (let depth = 1; storey.length > 0; depth++) {
      const next: TreeSync[] = [];
      for (const tree of storey) next.push(...this.#follow(tree, depth, { trees, kept, followed }));
      storey = next;
    }
    this.#trees = trees;
  }

  /** The lists that a list's links add. */
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
              `The link to ${link.domain} is more than ${String(MAX_LINK_DEPTH)} lists away`,
            )
          : isNew && trees.size >= MAX_LISTS
            ? new DnsListError(
                'too-many-links',
                `The link to ${link.domain} makes more than ${String(MAX_LISTS)} lists`,
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
    tree.setLinkFailure(failure?.message);
    return added;
  }

  #tree(link: TreeUrl, source: DnsTreeView['source']): TreeSync {
    const { cache, clock, random, events, checkAddress } = this.#options;
    const ask = (name: string): Promise<readonly string[]> => this.#ask(name);
    return new TreeSync({ link, source, ask, checkAddress, cache, clock, random, events });
  }

  /** Forgets what belongs to no list any more, once all of them are complete. */
  #tidy(): void {
    const trees = [...this.#trees.values()];
    const questions = trees.reduce((sum, tree) => sum + tree.questions, 0);
    if (questions === this.#tidiedAt || !trees.every((tree) => tree.complete)) return;
    this.#tidiedAt = questions;
    const names = new Set<string>();
    for (const tree of trees) for (const name of tree.names()) names.add(name);
    this.#options.cache.retain(new Set(this.#trees.keys()), names);
  }
}

/** Whether following links leads from one list to another; from a list to itself it does. */
function reaches(followed: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const url of seen) for (const target of followed.get(url) ?? []) seen.add(target);
  return seen.has(to);
}

/** The outcome, or the signal's reason when that comes first: a resolver may be deaf to it. */
function withEnd<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      reject(
        signal.reason instanceof Error
          ? signal.reason
          : new DnsListError('closed', 'The question was called off'),
      );
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    void outcome.then(resolve, reject);
  });
}

function faultyView(url: string, source: DnsTreeView['source'], failure: string): DnsTreeView {
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
    questions: 0,
    refused: 0,
    failure,
  };
}
