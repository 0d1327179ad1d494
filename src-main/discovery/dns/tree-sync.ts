import type { DnsTreeView } from '../../../shared/model/dns-tree.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import type { RelayRefusal } from '../../base/ip.ts';
import { nodeFromRecord } from '../../node-record/node-factory.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import { entryText, rootText } from './txt-records.ts';
import type { DnsCache } from './cache.ts';
import { FIRST_RETRY_MS, MAX_FAILURES, MAX_RETRY_MS, RECHECK_MS } from './constants.ts';
import { formatRoot, parseEntry, parseRoot, verifyRoot, type RootEntry } from './entries.ts';
import { DnsEntryError, DnsListError } from './errors.ts';
import { Subtree } from './subtree.ts';
import { parseTreeUrl, type TreeUrl } from './tree-url.ts';

/** What a list is synchronised with. */
export interface TreeSyncOptions {
  readonly link: TreeUrl;
  readonly source: DnsTreeView['source'];
  /** One question: the texts of a name. @throws DnsListError */
  readonly ask: (name: string) => Promise<readonly string[]>;
  /** Why an address that a list names is not one to send packets to. */
  readonly checkAddress: (ip: string) => RelayRefusal | undefined;
  readonly cache: DnsCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventSink;
}

/**
 * One list: its root, what is known of its two subtrees, and what is to be done next. Its driver calls
 * `step`, each of which asks one question at most, and one at a time.
 */
export class TreeSync {
  readonly link: TreeUrl;
  readonly source: DnsTreeView['source'];
  readonly #options: TreeSyncOptions;
  #root: RootEntry | undefined;
  #enrs: Subtree | undefined;
  #links: Subtree | undefined;
  /** Names of leaves that are still to be drawn in this round. BOUNDED: by the leaves. */
  #round: string[] = [];
  /** Names of leaves that were handed out. BOUNDED: by the leaves, at each root. */
  #told = new Set<string>();
  /** Names of leaves whose record has an address that a list must not name. BOUNDED: by the leaves, at each root. */
  readonly #barred = new Set<string>();
  /** Monotonic times: when the root is due, when it was looked at, and before which no entry is asked for. */
  #rootDueAt = -Infinity;
  #rootAskedAt = -Infinity;
  #retryAt = -Infinity;
  /** When what was refused was last let be asked for again. */
  #retriedAt = -Infinity;
  #rootFailures = 0;
  #failures = 0;
  #questions = 0;
  #refused = 0;
  #lastSyncAt: number | null = null;
  #rootFailure: string | undefined;
  #entryFailure: string | undefined;
  #linkFailure: string | undefined;
  #addressFailure: string | undefined;
  #linksChanged = true;
  /** The outcome that was told last. */
  #stated: string | undefined;

  constructor(options: TreeSyncOptions) {
    this.#options = options;
    this.link = options.link;
    this.source = options.source;
    this.#recall();
  }

  /** Monotonic time from which a step does something. */
  get readyAt(): number {
    if (this.#hasLeaf()) return -Infinity;
    return Math.min(this.#rootDueAt, this.#missing() > 0 ? this.#retryAt : Infinity);
  }

  /** Monotonic time of the next look at the root. */
  get rootDueAt(): number {
    return this.#rootDueAt;
  }

  /** Whether a root was asked for or remembered. */
  get begun(): boolean {
    return this.#rootAskedAt > -Infinity;
  }

  /** Whether nothing is missing or refused. */
  get complete(): boolean {
    return this.#enrs?.complete === true && this.#links?.complete === true;
  }

  /** Questions since the start. */
  get questions(): number {
    return this.#questions;
  }

  /** Whether the links are others than at the last call. */
  takeLinksChanged(): boolean {
    const changed = this.#linksChanged;
    this.#linksChanged = false;
    return changed;
  }

  /** The lists that this one links to. BOUNDED: twice MAX_LINKS. */
  targets(): TreeUrl[] {
    return [...(this.#links?.usable() ?? [])].map(([, text]) => parseTreeUrl(text));
  }

  /** Names of all entries that belong to it; complete lists have no others. */
  *names(): Generator<string> {
    if (this.#enrs !== undefined) yield* this.#enrs.names();
    if (this.#links !== undefined) yield* this.#links.names();
  }

  /** Says why links of it are not followed; undefined when all are. */
  setLinkFailure(failure: string | undefined): void {
    if (failure !== undefined && failure !== this.#linkFailure) this.#refused++;
    this.#linkFailure = failure;
  }

  /**
   * Does what is next: looks at the root, asks for a link, for an entry of the records, or draws one that is known.
   * @returns the node, when a record came of it. Rejects with DnsListError `closed` alone
   */
  async step(): Promise<Node | undefined> {
    if (await this.checkRootIfDue()) return undefined;
    const now = this.#options.clock.monotonic();
    const { random } = this.#options;
    const mayAsk = now >= this.#retryAt;
    if (mayAsk && this.#links !== undefined && this.#links.missing > 0) {
      await this.#ask(this.#links);
      return undefined;
    }
    const enrs = this.#enrs;
    if (enrs === undefined) return undefined;
    const missing = mayAsk ? enrs.missing : 0;
    if (missing > 0 && random.below(missing + this.#round.length) < missing) return await this.#ask(enrs);
    return this.#draw(enrs);
  }

  /** Looks at the root if it is time to. @returns whether it was. Rejects with DnsListError `closed` alone */
  async checkRootIfDue(): Promise<boolean> {
    if (this.#options.clock.monotonic() < this.#rootDueAt) return false;
    await this.#checkRoot();
    return true;
  }

  /** As it is known now. */
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
      nextCheckAt: this.begun
        ? Math.max(clock.now(), clock.now() + this.#rootDueAt - clock.monotonic())
        : null,
      records: this.#enrs?.usableCount ?? 0,
      links: this.#links?.usableCount ?? 0,
      missing: this.#missing(),
      questions: this.#questions,
      refused: this.#refused,
      failure: failure ?? null,
    };
  }

  #state(): DnsTreeView['state'] {
    if (this.#rootFailure !== undefined) return 'failed';
    if (this.#root === undefined) return this.begun ? 'syncing' : 'waiting';
    if (this.#missing() > 0) return 'syncing';
    return this.complete ? 'synced' : 'failed';
  }

  #missing(): number {
    return (this.#enrs?.missing ?? 0) + (this.#links?.missing ?? 0);
  }

  #hasLeaf(): boolean {
    return this.#enrs !== undefined && this.#enrs.usableCount > this.#barred.size;
  }

  /** What an earlier run knew, if its root is still the signer's. The root is looked at again all the same. */
  #recall(): void {
    const text = this.#options.cache.root(this.link.url);
    if (text === undefined) return;
    try {
      this.#adopt(this.#verified(text));
    } catch (error) {
      if (!isFault(error)) throw error;
    }
  }

  async #checkRoot(): Promise<void> {
    const { clock, cache } = this.#options;
    this.#rootAskedAt = clock.monotonic();
    try {
      const texts = await this.#question(this.link.domain);
      const root = this.#verified(rootText(this.link.domain, texts));
      cache.setRoot(this.link.url, formatRoot(root));
      this.#adopt(root);
      this.#rootFailures = 0;
      this.#rootFailure = undefined;
      this.#rootDueAt = clock.monotonic() + RECHECK_MS;
      this.#settle();
      this.#tell(undefined);
    } catch (error) {
      if (!isFault(error)) throw error;
      const isAnswer = isRefusal(error);
      this.#count(error);
      this.#rootFailure = error.message;
      this.#rootDueAt = clock.monotonic() + pause(++this.#rootFailures, isAnswer ? RECHECK_MS : MAX_RETRY_MS);
      this.#tell(error.message);
    }
  }

  /** @throws DnsEntryError, or DnsListError `older-root` */
  #verified(text: string): RootEntry {
    const root = parseRoot(text);
    const { domain, publicKey } = this.link;
    if (!verifyRoot(root, publicKey)) {
      throw new DnsEntryError('bad-signature', `The root of ${domain} is not signed by the key of its URL`);
    }
    if (this.#root !== undefined && root.seq < this.#root.seq) {
      throw new DnsListError(
        'older-root',
        `The root of ${domain} has the number ${root.seq.toString()}, older than ${this.#root.seq.toString()}, which is known`,
      );
    }
    return root;
  }

  #adopt(root: RootEntry): void {
    const { cache, clock } = this.#options;
    // A list of which much is gone is looked at more often, which must not have all of that asked for as often.
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
    this.#barred.clear();
    this.#addressFailure = undefined;
    this.#forget(this.#enrs);
    this.#round = [...this.#enrs.usable()].map(([name]) => name).filter((name) => !this.#told.has(name));
    this.#failures = 0;
    this.#retryAt = -Infinity;
    this.#entryFailure = undefined;
  }

  async #ask(subtree: Subtree): Promise<Node | undefined> {
    const { cache, random } = this.#options;
    const name = subtree.draw(random);
    if (name === undefined) return undefined;
    const at = `${name}.${this.link.domain}`;
    try {
      const text = entryText(at, await this.#question(at));
      const entry = subtree.accept(name, text);
      cache.setEntry(name, text);
      this.#failures = 0;
      if (subtree.kind === 'link') this.#linksChanged = true;
      if (entry.type === 'branch') this.#fill(subtree, entry.children);
      this.#settle();
      return entry.type === 'enr' ? this.#found(name, nodeFromRecord(entry.record)) : undefined;
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#count(error);
      if (isRefusal(error)) subtree.refuse(name);
      this.#fail(error.message, !isRefusal(error));
      return undefined;
    }
  }

  /** Takes over the known entries below a branch that was just found. */
  #fill(subtree: Subtree, children: readonly string[]): void {
    const leaves = subtree.fill(this.#options.cache, children);
    if (subtree.kind === 'enr') this.#round.push(...leaves.filter((name) => !this.#told.has(name)));
  }

  /** One entry failed; after some failures in a row the root may have changed. */
  #fail(reason: string, waits: boolean): void {
    const now = this.#options.clock.monotonic();
    this.#entryFailure = reason;
    this.#failures++;
    if (waits) this.#retryAt = now + pause(this.#failures, MAX_RETRY_MS);
    if (this.#failures > MAX_FAILURES && now - this.#rootAskedAt >= MAX_RETRY_MS) this.#rootDueAt = now;
  }

  #count(fault: Fault): void {
    if (isRefusal(fault) && fault.code !== 'not-found') this.#refused++;
  }

  #draw(enrs: Subtree): Node | undefined {
    if (this.#round.length === 0)
      this.#round = [...enrs.usable()].map(([name]) => name).filter((name) => !this.#barred.has(name));
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
        this.#entryFailure = error.message;
      }
    }
    return undefined;
  }

  /** The node, where the list may name its address. */
  #found(name: string, node: Node): Node | undefined {
    const refusal = node.ip === undefined ? undefined : this.#options.checkAddress(node.ip);
    if (refusal !== undefined) {
      this.#barred.add(name);
      this.#refused++;
      this.#addressFailure = `The list names ${node.ip ?? ''}, an address outside the public internet`;
      return undefined;
    }
    if (!this.#told.has(name)) {
      this.#told.add(name);
      this.#options.events.emit({ type: 'discovery/found', node, source: 'dns', from: undefined });
    }
    return node;
  }

  async #question(name: string): Promise<readonly string[]> {
    this.#questions++;
    return await this.#options.ask(name);
  }

  #settle(): void {
    if (!this.complete || this.#enrs === undefined) return;
    const enrs = this.#enrs;
    this.#lastSyncAt = this.#options.clock.now();
    this.#entryFailure = undefined;
    this.#forget(enrs);
  }

  #forget(enrs: Subtree): void {
    this.#told = new Set([...this.#told].filter((name) => enrs.leaf(name) !== undefined));
  }

  /** States how the look at the root ended, once for each new outcome. */
  #tell(failure: string | undefined): void {
    const seq = this.#root?.seq ?? 0n;
    const stated = failure ?? seq.toString();
    if (stated === this.#stated) return;
    this.#stated = stated;
    const shown = seq > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(seq);
    this.#options.events.emit({ type: 'dns/root', domain: this.link.domain, seq: shown, failure });
  }
}

type Fault = DnsEntryError | DnsListError;

/** Whether something is wrong with the list, or with the way to it; not whether we end. */
function isFault(error: unknown): error is Fault {
  return error instanceof DnsEntryError || (error instanceof DnsListError && error.code !== 'closed');
}

/** A wrong answer, as opposed to no answer. */
function isRefusal(error: Fault): boolean {
  return error.code !== 'timeout' && error.code !== 'server-failure';
}

/** The pause after so many failures in a row. */
function pause(failures: number, longest: number): number {
  return Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
}

function takeAny(names: string[], random: Random): string {
  const at = random.below(names.length);
  const name = names[at] ?? '';
  const last = names.pop();
  if (last !== undefined && at < names.length) names[at] = last;
  return name;
}
