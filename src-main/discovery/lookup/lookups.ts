import { bytesToHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/runtime.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { LookupTrace } from '../../../shared/model/table.ts';
import { CandidateStream, type CandidateSource, type NodeStream } from './candidates.ts';
import { BUCKET_SIZE } from '../constants.ts';
import { Lookup, type LookupHop } from './lookup.ts';
import { LookupRecorder } from './lookup-trace.ts';
import { RandomWalk } from './random-walk.ts';
import type { Table } from '../table/table.ts';

/** What a lookup looks for; a protocol may need to know more of it than the ID. */
export interface LookupGoal {
  /** Node ID that distances are measured from, 32 bytes. */
  readonly id: Uint8Array;
}

/** What lookups are made of. */
export interface LookupsOptions<T extends LookupGoal> {
  readonly table: Table;
  readonly selfIdHex: string;
  readonly clock: Clock;
  readonly events: EventSink;
  /** Asks a node for nodes near the target; undefined when it did not answer. Must not reject. */
  readonly query: (node: Node, target: T) => Promise<readonly Node[] | undefined>;
  readonly randomTarget: () => T;
  /** Fills an empty table. Must not reject. */
  readonly refresh: () => Promise<void>;
}

/** The lookups of one discovery protocol over its table, and the streams of candidates that are drawn from them. */
export class Lookups<T extends LookupGoal> {
  readonly #options: LookupsOptions<T>;
  /** Walks and the streams that draw on them. BOUNDED: one a consumer. */
  readonly #streams = new Set<{ stop(): void }>();
  #abort: AbortController | undefined;
  #traced = 0;

  constructor(options: LookupsOptions<T>) {
    this.#options = options;
  }

  /** False before `start` and after `stop`. */
  get running(): boolean {
    return this.#abort !== undefined;
  }

  start(): void {
    this.#abort ??= new AbortController();
  }

  /** Ends lookups, walks and streams. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    for (const stream of [...this.#streams]) stream.stop();
    this.#streams.clear();
  }

  /** The nodes nearest to a target, nearest first; a random target without one. Never rejects. */
  async run(target: T = this.#options.randomTarget()): Promise<readonly Node[]> {
    const lookup = this.#create(target, this.#signal());
    const nodes = await lookup.run();
    this.#finished(target, lookup);
    return nodes;
  }

  /** As `run`, and tells how it converges. */
  async trace(
    target: T = this.#options.randomTarget(),
    onProgress?: (trace: LookupTrace) => void,
  ): Promise<LookupTrace> {
    await this.#fill();
    const recorder = new LookupRecorder(++this.#traced, target.id, this.#options.clock);
    const lookup: Lookup = this.#create(target, this.#signal(), (hop) => {
      recorder.hop(hop);
      onProgress?.(recorder.trace(lookup, false));
    });
    await lookup.run();
    this.#finished(target, lookup);
    const trace = recorder.trace(lookup, true);
    onProgress?.(trace);
    return trace;
  }

  /** The node with this ID as a lookup finds it; undefined when it does not. Never rejects. */
  async find(target: T, idHex: string): Promise<Node | undefined> {
    await this.#fill();
    return (await this.run(target)).find((node) => node.idHex === idHex);
  }

  /**
   * A stream of nodes from random lookups.
   * @param prepare makes a candidate of a node, or undefined to pass it over
   */
  candidates(prepare: (node: Node) => Promise<Node | undefined>): CandidateSource {
    return this.#stream(prepare);
  }

  /** A stream of nodes from random lookups, as others name them; whoever asked for it stops it. */
  nodes(): NodeStream {
    return this.#stream((node) => Promise.resolve(node));
  }

  #stream(prepare: (node: Node) => Promise<Node | undefined>): NodeStream {
    const { clock, refresh, randomTarget } = this.#options;
    const walk = new RandomWalk({
      clock,
      newLookup: (signal) => this.#create(randomTarget(), signal),
      refresh,
      filled: (signal) => this.#filled(signal),
    });
    const stream = new CandidateStream({ walk: () => walk.next(), prepare });
    const both = {
      next: (signal: AbortSignal) => stream.next(signal),
      stop: () => {
        walk.stop();
        stream.stop();
        this.#streams.delete(both);
      },
    };
    this.#streams.add(both);
    return both;
  }

  #create(target: T, signal: AbortSignal, onHop?: (hop: LookupHop) => void): Lookup {
    const { table, selfIdHex, clock, query } = this.#options;
    return new Lookup({
      target: target.id,
      seeds: table.closest(target.id, BUCKET_SIZE, false).nodes,
      selfIdHex,
      clock,
      query: (node) => query(node, target),
      signal,
      ...(onHop === undefined ? {} : { onHop }),
    });
  }

  async #fill(): Promise<void> {
    if (this.#options.table.size === 0) await this.#options.refresh();
  }

  #finished(target: T, lookup: Lookup): void {
    this.#options.events.emit({
      type: 'discovery/lookup-done',
      target: bytesToHex(target.id),
      rounds: lookup.rounds,
      found: lookup.closest.length,
      durationMs: lookup.elapsedMs,
    });
  }

  /** Resolves when the table has a node, or the signal aborts. */
  #filled(signal: AbortSignal): Promise<void> {
    const { table } = this.#options;
    if (table.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        unobserve();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const ignore = (): void => undefined;
      const unobserve = table.observe({ entryAdded: done, entryRemoved: ignore, endpointChanged: ignore });
      signal.addEventListener('abort', done);
    });
  }

  #signal(): AbortSignal {
    return this.#abort?.signal ?? AbortSignal.abort();
  }
}
