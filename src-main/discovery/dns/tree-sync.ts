import type { Failure } from '../../../shared/causes/facts.ts';
import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import { asFailure } from '../../base/errors.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import type { RelayRefusal } from '../../base/ip.ts';
import { nodeFromRecord } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { entryText, rootText } from './txt-records.ts';
import type { DnsCache } from './cache.ts';
import { MAX_QUERY_FAILURES, MAX_RETRY_MS, RECHECK_MS } from './constants.ts';
import { formatRoot, parseEntry, parseRoot, verifyRoot, type RootEntry } from './entries.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { Subtree } from './subtree.ts';
import { isDnsFault, isRefusal, pause, type DnsFault } from './sync-faults.ts';
import { parseTreeUrl, type TreeUrl } from './tree-url.ts';

/** Constructor arguments of TreeSync. */
export interface TreeSyncOptions {
  readonly link: TreeUrl;
  readonly source: DnsTreeView['source'];
  /** Sends one DNS query; resolves with the TXT records of a name. @throws DnsListError */
  readonly query: (name: string) => Promise<readonly string[]>;
  /** Why an address in a list must not be contacted; undefined if it may. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  readonly cache: DnsCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
}

/**
 * The synchronisation of one list: its root, the known parts of its two subtrees, and the next step. DnsLists calls
 * `step`, one call at a time; a call sends at most one DNS query. (p2p/dnsdisc/sync.go clientTree)
 */
export class TreeSync {
  readonly link: TreeUrl;
  readonly source: DnsTreeView['source'];
  readonly #options: TreeSyncOptions;
  #root: RootEntry | undefined;
  #enrs: Subtree | undefined;
  #links: Subtree | undefined;
  /** Names of leaves that are not drawn yet in this round. BOUNDED: by the leaves. */
  #round: string[] = [];
  /** Names of leaves that were returned and reported. BOUNDED: by the leaves of the root. */
  #reported = new Set<string>();
  /** Names of leaves whose record has an address that must not be contacted. BOUNDED: by the leaves of the root. */
  readonly #disallowed = new Set<string>();
  /** Monotonic times: of the next check of the root, of the last one, and before which no entry is queried. */
  #rootDueAt = -Infinity;
  #rootCheckedAt = -Infinity;
  #retryAt = -Infinity;
  /** When the refused entries were last queued again, monotonic milliseconds. */
  #retriedAt = -Infinity;
  #rootFailures = 0;
  #failures = 0;
  #queries = 0;
  #refused = 0;
  #lastSyncAt: number | null = null;
  #rootFailure: Failure | undefined;
  #entryFailure: Failure | undefined;
  #linkFailure: Failure | undefined;
  #addressFailure: Failure | undefined;
  #linksChanged = true;
  /** The last reported outcome of a check of the root. */
  #reportedOutcome: string | undefined;

  constructor(options: TreeSyncOptions) {
    this.#options = options;
    this.link = options.link;
    this.source = options.source;
    this.#restore();
  }

  /** Time from which `step` has something to do, monotonic milliseconds. */
  get readyAt(): number {
    if (this.#hasLeaf()) return -Infinity;
    return Math.min(this.#rootDueAt, this.#missing() > 0 ? this.#retryAt : Infinity);
  }

  /** Time of the next check of the root, monotonic milliseconds. */
  get rootDueAt(): number {
    return this.#rootDueAt;
  }

  /** Whether the root was checked at least once. */
  get started(): boolean {
    return this.#rootCheckedAt > -Infinity;
  }

  /** Whether no entry is missing or refused. */
  get complete(): boolean {
    return this.#enrs?.complete === true && this.#links?.complete === true;
  }

  /** DNS queries since the start. */
  get queries(): number {
    return this.#queries;
  }

  /** Whether the links have changed since the last call. */
  takeLinksChanged(): boolean {
    const changed = this.#linksChanged;
    this.#linksChanged = false;
    return changed;
  }

  /** URLs of the lists that this one links to. BOUNDED: twice MAX_LINKS. */
  targets(): TreeUrl[] {
    return [...(this.#links?.usable() ?? [])].map(([, text]) => parseTreeUrl(text));
  }

  /** Names of all known entries of the list. */
  *names(): Generator<string> {
    if (this.#enrs !== undefined) yield* this.#enrs.names();
    if (this.#links !== undefined) yield* this.#links.names();
  }

  /** Sets why links of the list are not followed; undefined if all are. */
  setLinkFailure(failure: Failure | undefined): void {
    if (failure !== undefined && failure.message !== this.#linkFailure?.message) this.#refused++;
    this.#linkFailure = failure;
  }

  /**
   * Does the next step: checks the root, fetches an entry of the links or of the records, or draws a known record.
   * @returns the node, if the step gave a record
   * @throws only DnsListError `closed`
   */
  async step(): Promise<Node | undefined> {
    if (await this.checkRootIfDue()) return undefined;
    const now = this.#options.clock.monotonic();
    const { random } = this.#options;
    const mayQuery = now >= this.#retryAt;
    if (mayQuery && this.#links !== undefined && this.#links.missing > 0) {
      await this.#fetch(this.#links);
      return undefined;
    }
    const enrs = this.#enrs;
    if (enrs === undefined) return undefined;
    const missing = mayQuery ? enrs.missing : 0;
    if (missing > 0 && random.below(missing + this.#round.length) < missing) return await this.#fetch(enrs);
    return this.#draw(enrs);
  }

  /**
   * Checks the root if that is due; returns whether it was.
   * @throws only DnsListError `closed`
   */
  async checkRootIfDue(): Promise<boolean> {
    if (this.#options.clock.monotonic() < this.#rootDueAt) return false;
    await this.#checkRoot();
    return true;
  }

  /** The current state of the list. */
  view(): DnsTreeView {
    const { clock } = this.#options;
    const failure = this.#rootFailure ?? this.#entryFailure ?? this.#linkFailure ?? this.#addressFailure;
    return {
      url: this.link.url,
      domain: this.link.domain,
      source: this.source,
      state: this.#state(),
      seq: this.#root?.seq.toString() ?? null,
      enrRoot: this.#root?.enrRoot ?? null,
      linkRoot: this.#root?.linkRoot ?? null,
      lastSyncAt: this.#lastSyncAt,
      nextCheckAt: this.started
        ? Math.max(clock.now(), clock.now() + this.#rootDueAt - clock.monotonic())
        : null,
      records: this.#enrs?.usableCount ?? 0,
      links: this.#links?.usableCount ?? 0,
      missing: this.#missing(),
      queries: this.#queries,
      refused: this.#refused,
      failure: failure ?? null,
    };
  }

  #state(): DnsTreeView['state'] {
    if (this.#rootFailure !== undefined) return 'failed';
    if (this.#root === undefined) return this.started ? 'syncing' : 'waiting';
    if (this.#missing() > 0) return 'syncing';
    return this.complete ? 'synced' : 'failed';
  }

  #missing(): number {
    return (this.#enrs?.missing ?? 0) + (this.#links?.missing ?? 0);
  }

  #hasLeaf(): boolean {
    return this.#enrs !== undefined && this.#enrs.usableCount > this.#disallowed.size;
  }

  /** Uses the cached root of an earlier run if its signature is valid. The next step checks the root anyway. */
  #restore(): void {
    const text = this.#options.cache.root(this.link.url);
    if (text === undefined) return;
    try {
      this.#useRoot(this.#verified(text));
    } catch (error) {
      if (!isDnsFault(error)) throw error;
    }
  }

  async #checkRoot(): Promise<void> {
    const { clock, cache } = this.#options;
    this.#rootCheckedAt = clock.monotonic();
    try {
      const texts = await this.#query(this.link.domain);
      const root = this.#verified(rootText(this.link.domain, texts));
      cache.setRoot(this.link.url, formatRoot(root));
      this.#useRoot(root);
      this.#rootFailures = 0;
      this.#rootFailure = undefined;
      this.#rootDueAt = clock.monotonic() + RECHECK_MS;
      this.#settle();
      this.#reportRoot(undefined);
    } catch (error) {
      if (!isDnsFault(error)) throw error;
      const isAnswer = isRefusal(error);
      this.#count(error);
      this.#rootFailure = asFailure(error);
      this.#rootDueAt = clock.monotonic() + pause(++this.#rootFailures, isAnswer ? RECHECK_MS : MAX_RETRY_MS);
      this.#reportRoot(this.#rootFailure);
    }
  }

  /**
   * Parses a root and verifies its signature and sequence number.
   * @throws DnsEntryError; DnsListError `older-root`
   */
  #verified(text: string): RootEntry {
    const root = parseRoot(text);
    const { domain, publicKey } = this.link;
    if (!verifyRoot(root, publicKey)) {
      throw new DnsEntryError('bad-signature', `The root of ${domain} is not signed by the key of its URL`);
    }
    if (this.#root !== undefined && root.seq < this.#root.seq) {
      throw new DnsListError(
        'older-root',
        `The root of ${domain} has sequence number ${root.seq.toString()}, lower than the known ${this.#root.seq.toString()}`,
      );
    }
    return root;
  }

  #useRoot(root: RootEntry): void {
    const { cache, clock } = this.#options;
    // Failures cause earlier checks of the root. They must not cause queries for all refused entries each time.
    const mayRetry = clock.monotonic() - this.#retriedAt >= RECHECK_MS;
    if (mayRetry) this.#retriedAt = clock.monotonic();
    const follow = (kind: Subtree['kind'], top: string, now: Subtree | undefined): Subtree => {
      if (now?.top === top) {
        if (mayRetry) now.retry();
        return now;
      }
      const next = new Subtree(kind, top, now);
      next.fill(cache, [top]);
      return next;
    };
    this.#root = root;
    this.#linksChanged = true;
    this.#links = follow('link', root.linkRoot, this.#links);
    this.#enrs = follow('enr', root.enrRoot, this.#enrs);
    this.#disallowed.clear();
    this.#addressFailure = undefined;
    this.#forgetReported(this.#enrs);
    this.#round = [...this.#enrs.usable()].map(([name]) => name).filter((name) => !this.#reported.has(name));
    this.#failures = 0;
    this.#retryAt = -Infinity;
    this.#entryFailure = undefined;
  }

  async #fetch(subtree: Subtree): Promise<Node | undefined> {
    const { cache, random } = this.#options;
    const name = subtree.draw(random);
    if (name === undefined) return undefined;
    const domain = `${name}.${this.link.domain}`;
    try {
      const text = entryText(domain, await this.#query(domain));
      const entry = subtree.accept(name, text);
      cache.setEntry(name, text);
      this.#failures = 0;
      if (subtree.kind === 'link') this.#linksChanged = true;
      if (entry.type === 'branch') this.#fill(subtree, entry.children);
      this.#settle();
      return entry.type === 'enr' ? this.#found(name, nodeFromRecord(entry.record)) : undefined;
    } catch (error) {
      if (!isDnsFault(error)) throw error;
      this.#count(error);
      if (isRefusal(error)) subtree.refuse(name);
      this.#fail(error, !isRefusal(error));
      return undefined;
    }
  }

  /** Adds the cached entries below a new branch. */
  #fill(subtree: Subtree, children: readonly string[]): void {
    const leaves = subtree.fill(this.#options.cache, children);
    if (subtree.kind === 'enr') this.#round.push(...leaves.filter((name) => !this.#reported.has(name)));
  }

  /** Handles the failure of an entry. After several consecutive ones the root may have changed. */
  #fail(error: DnsFault, waits: boolean): void {
    const now = this.#options.clock.monotonic();
    this.#entryFailure = asFailure(error);
    this.#failures++;
    if (waits) this.#retryAt = now + pause(this.#failures, MAX_RETRY_MS);
    if (this.#failures > MAX_QUERY_FAILURES && now - this.#rootCheckedAt >= MAX_RETRY_MS)
      this.#rootDueAt = now;
  }

  #count(fault: DnsFault): void {
    if (isRefusal(fault) && fault.code !== 'not-found') this.#refused++;
  }

  #draw(enrs: Subtree): Node | undefined {
    if (this.#round.length === 0)
      this.#round = [...enrs.usable()].map(([name]) => name).filter((name) => !this.#disallowed.has(name));
    while (this.#round.length > 0) {
      const name = takeAny(this.#round, this.#options.random);
      const text = enrs.leaf(name);
      if (text === undefined) continue;
      try {
        const entry = parseEntry(text);
        const node = entry.type === 'enr' ? this.#found(name, nodeFromRecord(entry.record)) : undefined;
        if (node !== undefined) return node;
      } catch (error) {
        if (!(error instanceof DnsEntryError)) throw error;
        enrs.drop(name);
        this.#refused++;
        this.#entryFailure = asFailure(error);
      }
    }
    return undefined;
  }

  /** Reports the node once and returns it; undefined if its address must not be contacted. */
  #found(name: string, node: Node): Node | undefined {
    const refusal = node.ip === undefined ? undefined : this.#options.checkAddress(node.ip);
    if (refusal !== undefined) {
      this.#disallowed.add(name);
      this.#refused++;
      const message = `The list contains ${node.ip ?? ''}, which is not a public address`;
      this.#addressFailure = { code: 'private-address', message };
      return undefined;
    }
    if (!this.#reported.has(name)) {
      this.#reported.add(name);
      this.#options.events.emit({ type: 'discovery/found', node, source: 'dns', from: undefined });
    }
    return node;
  }

  async #query(name: string): Promise<readonly string[]> {
    this.#queries++;
    return await this.#options.query(name);
  }

  #settle(): void {
    if (!this.complete || this.#enrs === undefined) return;
    const enrs = this.#enrs;
    this.#lastSyncAt = this.#options.clock.now();
    this.#entryFailure = undefined;
    this.#forgetReported(enrs);
  }

  /** Drops reported names that are no longer leaves. */
  #forgetReported(enrs: Subtree): void {
    this.#reported = new Set([...this.#reported].filter((name) => enrs.leaf(name) !== undefined));
  }

  /** Emits the outcome of a check of the root if it differs from the previous one. */
  #reportRoot(failure: Failure | undefined): void {
    const seq = this.#root?.seq ?? 0n;
    const outcome = failure?.message ?? seq.toString();
    if (outcome === this.#reportedOutcome) return;
    this.#reportedOutcome = outcome;
    const shown = seq > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(seq);
    this.#options.events.emit({ type: 'dns/root', domain: this.link.domain, seq: shown, failure });
  }
}

function takeAny(names: string[], random: Random): string {
  const at = random.below(names.length);
  const name = names[at] ?? '';
  const last = names.pop();
  if (last !== undefined && at < names.length) names[at] = last;
  return name;
}
