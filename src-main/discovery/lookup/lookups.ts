import { setMaxListeners } from 'node:events';
import { bytesToHex } from '../../base/bytes.ts';
import type { Clock, Random } from '../../base/runtime.ts';
import { PUBLIC_KEY_LENGTH } from '../../base/secp256k1-lengths.ts';
import { nodeIdOf } from '../../node-record/node-id.ts';
import type { Node } from '../../node-record/node.ts';
import type { EventSink } from '../../events/events.ts';
import type { LookupTrace } from '../../../shared/model/table.ts';
import { CandidateStream, type NodeStream } from './candidates.ts';
import { BUCKET_SIZE } from '../constants.ts';
import { Lookup, type LookupHop } from './lookup.ts';
import { LookupRecorder } from './lookup-trace.ts';
import { RandomWalk } from './random-walk.ts';
import type { Table } from '../table/table.ts';
import type { LookupTarget } from '../transport.ts';

/** Constructor arguments of Lookups. */
export interface LookupsOptions {
  readonly table: Table;
  readonly selfIdHex: string;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly random: Random;
  /** Requests nodes near the target from a node; undefined if it did not answer. Must not reject. */
  readonly query: (node: Node, target: LookupTarget) => Promise<readonly Node[] | undefined>;
  /** Fills an empty table. Must not reject. */
  readonly refresh: () => Promise<void>;
}

interface RecordedLookup {
  readonly lookup: Lookup;
  readonly recorder: LookupRecorder;
}

const traceOf = ({ lookup, recorder }: RecordedLookup): LookupTrace => recorder.trace(lookup);

/** The lookups of one discovery protocol over its table, and the streams of nodes from random lookups. */
export class Lookups {
  readonly #options: LookupsOptions;
  /** BOUNDED: one per consumer. */
  readonly #streams = new Set<{ stop(): void }>();
  #abort: AbortController | undefined;
  #recorded = 0;
  /** The lookup that the node started last; random walks are not recorded, because they wait for their consumer. */
  #latest: RecordedLookup | undefined;

  constructor(options: LookupsOptions) {
    this.#options = options;
  }

  /** False before `start` and after `stop`. */
  get running(): boolean {
    return this.#abort !== undefined;
  }

  start(): void {
    if (this.#abort !== undefined) return;
    this.#abort = new AbortController();
    // Each lookup listens, and each static node that is not reached starts one: Node would warn of a leak at 11.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Ends lookups, walks and streams. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    for (const stream of [...this.#streams]) stream.stop();
    this.#streams.clear();
  }

  /** Finds the nodes nearest to a target, by default a random one; nearest first. Never rejects. */
  async run(target: LookupTarget = this.#randomTarget()): Promise<readonly Node[]> {
    const recorded = this.#record(target, 'node');
    this.#latest = recorded;
    return await this.#complete(target, recorded);
  }

  /** The latest lookup of `run`, in progress or done; undefined before the first. */
  get latest(): LookupTrace | undefined {
    return this.#latest === undefined ? undefined : traceOf(this.#latest);
  }

  /** As `run`, but fills an empty table first and records the steps of the lookup. */
  async trace(
    target: LookupTarget = this.#randomTarget(),
    onProgress?: (trace: LookupTrace) => void,
  ): Promise<LookupTrace> {
    await this.#fill();
    const recorded = this.#record(target, 'user', () => onProgress?.(traceOf(recorded)));
    await this.#complete(target, recorded);
    const trace = traceOf(recorded);
    onProgress?.(trace);
    return trace;
  }

  /** Looks up one node; undefined if the lookup does not find it. Never rejects. */
  async find(target: LookupTarget & Pick<Node, 'idHex'>): Promise<Node | undefined> {
    return (await this.nearest(target)).find(({ idHex }) => idHex === target.idHex);
  }

  /** As `run`, but fills an empty table first. Never rejects. */
  async nearest(target: LookupTarget): Promise<readonly Node[]> {
    await this.#fill();
    return await this.run(target);
  }

  /**
   * A stream of nodes from random lookups; ends when it is stopped or the lookups stop.
   * @param prepare maps a node to the one that the stream returns; undefined skips it. Must not reject.
   */
  stream(prepare: (node: Node) => Promise<Node | undefined>): NodeStream {
    const { clock, refresh } = this.#options;
    const walk = new RandomWalk({
      clock,
      newLookup: (signal) => this.#create(this.#randomTarget(), signal),
      refresh,
      filled: (signal) => this.#filled(signal),
    });
    const stream = new CandidateStream({ walk: () => walk.next(), prepare });
    const both: NodeStream = {
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

  #record(target: LookupTarget, origin: LookupTrace['origin'], onChange?: () => void): RecordedLookup {
    this.#recorded += 1;
    const recorder = new LookupRecorder(this.#recorded, target.id, origin, this.#options.clock);
    const lookup = this.#create(target, this.#signal(), (hop) => {
      recorder.hop(hop);
      onChange?.();
    });
    return { lookup, recorder };
  }

  async #complete(target: LookupTarget, { lookup, recorder }: RecordedLookup): Promise<readonly Node[]> {
    const nodes = await lookup.run();
    recorder.finish(lookup);
    this.#finished(target, lookup);
    return nodes;
  }

  #create(target: LookupTarget, signal: AbortSignal, onHop?: (hop: LookupHop) => void): Lookup {
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

  #finished(target: LookupTarget, lookup: Lookup): void {
    this.#options.events.emit({
      type: 'discovery/lookup-done',
      target: bytesToHex(target.id),
      rounds: lookup.rounds,
      found: lookup.closest.length,
      durationMs: lookup.elapsedMs,
    });
  }

  /** Resolves when the table has a node or the signal aborts. */
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

  /** Any 64 bytes are a valid target: FINDNODE of v4 does not require a point on the curve. */
  #randomTarget(): LookupTarget {
    const publicKey = this.#options.random.bytes(PUBLIC_KEY_LENGTH);
    return { id: nodeIdOf(publicKey), publicKey };
  }

  #signal(): AbortSignal {
    return this.#abort?.signal ?? AbortSignal.abort();
  }
}
