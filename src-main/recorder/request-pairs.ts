/** Adds messages to the recording and links answers to their requests. */
import { BoundedMap } from '../base/bounded-map.ts';
import type { NewRow, RecordSink } from './record-sink.ts';

/** How the messages of a protocol pair. */
export interface PairOptions {
  /** BOUNDED: requests that wait for an answer, and answered ones that are remembered. */
  readonly maxOpen: number;
  /**
   * Whether a request may have several answers, as FINDNODE has. Then an answer belongs to the newest request of its key,
   * which stays open.
   */
  readonly hasManyAnswers: (requestName: string) => boolean;
  /** When recording began in the middle of a connection, monotonic milliseconds: requests before that are not known. */
  readonly resumedAt?: number | undefined;
}

/** How a message takes part in an exchange. */
export interface Exchange {
  /** Name of the request, for a request as for its answer; undefined for an announcement. */
  readonly requestName: string | undefined;
  /** The same for a request and its answer, besides the name of the request: protocol, address, request ID. */
  readonly key: string;
  readonly row: NewRow;
}

/** A request that waits, or was answered. */
interface KnownRequest {
  readonly seq: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** The requests of one connection, or of discovery. */
export class RequestPairs {
  readonly #recorder: RecordSink;
  readonly #options: PairOptions;
  /** First in, first out for each key: Ping has no request ID. BOUNDED: `maxOpen` requests; the oldest is forgotten. */
  readonly #open = new Map<string, KnownRequest[]>();
  #size = 0;
  /** Requests with an ID that have their answer, so that a second one is known as such. */
  readonly #answered: BoundedMap<string, KnownRequest>;

  constructor(recorder: RecordSink, options: PairOptions) {
    this.#recorder = recorder;
    this.#options = options;
    this.#answered = new BoundedMap(options.maxOpen);
  }

  /** Adds a message; an answer and its request get the number of each other. @returns its sequence number */
  add({ requestName, key, row }: Exchange, payload: Uint8Array): number {
    if (requestName === undefined || row.role === 'announcement') return this.#recorder.add(row, payload);
    // An answer goes the other way than its request.
    const requester = row.role === 'answer' ? OTHER[row.direction] : row.direction;
    const fullKey = `${requester} ${requestName} ${key}`;
    if (row.role === 'answer') return this.#addAnswer(fullKey, requestName, row, payload);
    const seq = this.#recorder.add(row, payload);
    this.#remember(fullKey, requestName, { seq, at: row.monotonicMs });
    return seq;
  }

  #addAnswer(key: string, requestName: string, row: NewRow, payload: Uint8Array): number {
    const request = this.#take(key, requestName, row);
    if (request === undefined) {
      const earlier = row.requestId === null ? undefined : this.#answered.get(key);
      row.answerState = earlier !== undefined ? 'duplicate' : this.#mayBeKnown(row) ? 'unsolicited' : null;
      row.pairSeq = earlier?.seq ?? null;
      return this.#recorder.add(row, payload);
    }
    row.pairSeq = request.seq;
    row.latencyMs = this.#recorder.now - request.at;
    // How long the other side waits for our answers is not known.
    const isLate = row.direction === 'in' && row.latencyMs > this.#recorder.timeoutOf(row.protocol);
    row.answerState = isLate ? 'late' : 'answered';
    const seq = this.#recorder.add(row, payload);
    this.#recorder.update(request.seq, { pairSeq: seq });
    return seq;
  }

  /** Whether the request of an answer would be known: it was not sent before recording began. */
  #mayBeKnown({ protocol }: NewRow): boolean {
    const { resumedAt } = this.#options;
    return resumedAt === undefined || this.#recorder.now - resumedAt > this.#recorder.timeoutOf(protocol);
  }

  #remember(key: string, requestName: string, request: KnownRequest): void {
    if (this.#options.hasManyAnswers(requestName)) this.#forget(key);
    // A peer that asks with the ID of an earlier request gets an answer of its own.
    this.#answered.delete(key);
    if (this.#size >= this.#options.maxOpen) this.#forgetOldest();
    const waiting = this.#open.get(key);
    if (waiting === undefined) this.#open.set(key, [request]);
    else waiting.push(request);
    this.#size += 1;
  }

  /** The request that an answer belongs to; undefined where none waits. */
  #take(key: string, requestName: string, { requestId }: NewRow): KnownRequest | undefined {
    const waiting = this.#open.get(key);
    if (waiting === undefined || this.#options.hasManyAnswers(requestName)) return waiting?.[0];
    const request = waiting.shift();
    this.#size -= 1;
    if (waiting.length === 0) this.#open.delete(key);
    if (request !== undefined && requestId !== null) this.#answered.set(key, request);
    return request;
  }

  #forgetOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(key: string): void {
    this.#size -= this.#open.get(key)?.length ?? 0;
    this.#open.delete(key);
  }
}

const OTHER = { in: 'out', out: 'in' } as const;
