import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import type { NodeIterator } from './candidates.ts';
import { MAX_RECENT_CANDIDATES, MAX_SKIPPED, REPEATED_CANDIDATE_MS, SOURCE_WAIT_MS } from '../constants.ts';

/** A stream of candidates with its name. */
export interface NamedSource {
  readonly name: string;
  readonly source: NodeIterator;
}

/** Constructor arguments of FairMix. */
export interface FairMixOptions {
  readonly sources: readonly NamedSource[];
  readonly clock: Clock;
  /** Which candidates are returned; all by default. */
  readonly accepts?: (node: Node) => boolean;
}

/** The result of a call of a source's `next`. */
type Pulled = { readonly node: Node } | { readonly ended: true };

interface MixedSource extends NamedSource {
  /** How long the mix waits for it when it has its turn, milliseconds: halved at each timeout. */
  waitMs: number;
  /** Whether a call of its `next` is pending. BOUNDED: one at a time. */
  pulling: boolean;
  /** The result of that call, until the mix takes it. */
  ready: Pulled | undefined;
}

/** A candidate that was returned. */
interface Recent {
  readonly node: Node;
  readonly source: string;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * Merges several sources of candidates fairly: the sources take turns. A source without a node in time loses its turn to
 * one that has a node, and its wait is halved for the next turn. A node of two sources is returned once, in its newest
 * version. A source that has ended is removed; the mix ends when no source is left.
 * (p2p/enode/iter.go FairMix) BOUNDED: one node per source is taken ahead of the calls of `next`.
 */
export class FairMix implements NodeIterator {
  readonly #clock: Clock;
  readonly #accepts: (node: Node) => boolean;
  readonly #abort = new AbortController();
  readonly #recent = new BoundedMap<string, Recent>(MAX_RECENT_CANDIDATES);
  /** Called when a source has a node or has ended. BOUNDED: one per call of `next`. */
  readonly #waiters = new Set<() => void>();
  #sources: MixedSource[];
  #last = -1;

  constructor({ sources, clock, accepts = () => true }: FairMixOptions) {
    this.#clock = clock;
    this.#accepts = accepts;
    this.#sources = sources.map((source) => ({
      ...source,
      waitMs: SOURCE_WAIT_MS,
      pulling: false,
      ready: undefined,
    }));
  }

  async next(signal: AbortSignal): Promise<Node> {
    for (let skipped = 0; ; skipped++) {
      signal.throwIfAborted();
      if (this.#abort.signal.aborted || this.#sources.length === 0) throw endedError();
      // A source whose nodes are all skipped must not block the event loop.
      if (skipped > 0 && skipped % MAX_SKIPPED === 0) await this.#wait(signal, SOURCE_WAIT_MS, []);
      const source = await this.#chooseSource(signal);
      const node = source === undefined ? undefined : this.#take(source);
      if (node !== undefined) return node;
    }
  }

  /** Ends the stream; waiting calls of `next` reject. The owners of the sources stop them. */
  stop(): void {
    this.#abort.abort(endedError());
  }

  #nextTurn(): MixedSource {
    this.#last = (this.#last + 1) % this.#sources.length;
    return this.#sources[this.#last] as MixedSource;
  }

  /** A source with a result: the one whose turn it is if it is in time, else any. */
  async #chooseSource(signal: AbortSignal): Promise<MixedSource | undefined> {
    for (const source of this.#sources) this.#pull(source);
    const turn = this.#nextTurn();
    const isInTime = await this.#wait(signal, turn.waitMs, [turn]);
    turn.waitMs = isInTime ? SOURCE_WAIT_MS : turn.waitMs / 2;
    if (isInTime) return turn;
    await this.#wait(signal, undefined, this.#sources);
    return this.#sources.find(({ ready }) => ready !== undefined);
  }

  /** Calls a source's `next`, unless a call is pending or its result is not taken yet. */
  #pull(source: MixedSource): void {
    if (source.pulling || source.ready !== undefined) return;
    source.pulling = true;
    void source.source
      .next(this.#abort.signal)
      .then(
        (node): Pulled => ({ node }),
        (): Pulled => ({ ended: true }),
      )
      .then((pulled) => {
        source.pulling = false;
        source.ready = pulled;
        for (const waiter of [...this.#waiters]) waiter();
      });
  }

  /** Whether one of the sources has a result within the time; without a time, waits until one has. */
  async #wait(
    signal: AbortSignal,
    ms: number | undefined,
    sources: readonly MixedSource[],
  ): Promise<boolean> {
    const isReady = (): boolean => sources.some(({ ready }) => ready !== undefined);
    if (isReady()) return true;
    const ends: (() => void)[] = [];
    try {
      return await new Promise<boolean>((resolve, reject) => {
        if (ms !== undefined) {
          const timer = this.#clock.after(ms, () => resolve(false));
          ends.push(() => timer.cancel());
        }
        for (const aborted of [signal, this.#abort.signal]) {
          const onAbort = (): void => reject(reasonOf(aborted));
          aborted.addEventListener('abort', onAbort);
          ends.push(() => aborted.removeEventListener('abort', onAbort));
        }
        const waiter = (): void => {
          if (isReady()) resolve(true);
        };
        this.#waiters.add(waiter);
        ends.push(() => this.#waiters.delete(waiter));
      });
    } finally {
      for (const end of ends) end();
    }
  }

  /** Takes the result of a source: its node, or undefined if the node is skipped. Removes a source that has ended. */
  #take(source: MixedSource): Node | undefined {
    const { ready } = source;
    source.ready = undefined;
    if (ready === undefined) return undefined;
    if ('ended' in ready) {
      const index = this.#sources.indexOf(source);
      this.#sources = this.#sources.filter((other) => other !== source);
      if (index <= this.#last) this.#last--;
      return undefined;
    }
    return this.#merge(ready.node, source.name);
  }

  #merge(found: Node, source: string): Node | undefined {
    const now = this.#clock.monotonic();
    const known = this.#recent.get(found.idHex);
    const node = known !== undefined && known.node.seq > found.seq ? known.node : found;
    const isNewer = known === undefined || node.seq > known.node.seq;
    const isRepeat = known !== undefined && known.source !== source && now - known.at < REPEATED_CANDIDATE_MS;
    if (isRepeat && !isNewer) return undefined;
    this.#recent.set(found.idHex, { node, source, at: now });
    return this.#accepts(node) ? node : undefined;
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : endedError();
}

function endedError(): DOMException {
  return new DOMException('The candidate stream has stopped', 'AbortError');
}
