/** Adds messages to the recording and links answers to their requests. */
import type { NewRow, RecordSink } from './record-sink.ts';

/** BOUNDED: requests that wait for an answer. */
export interface PairOptions {
  readonly maxOpen: number;
  /**
   * Whether a request may have several answers, as FINDNODE has. Then an answer belongs to the newest request of its key,
   * which stays open.
   */
  readonly hasManyAnswers: boolean;
}

/** How a message takes part in an exchange. */
export interface Exchange {
  /** The same for a request and its answer: protocol, name of the request, request ID. */
  readonly key: string;
  readonly row: Omit<NewRow, 'pairSeq' | 'latencyMs'>;
}

/** A request that waits. */
interface OpenRequest {
  readonly seq: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** The open requests of one connection, or of discovery. */
export class RequestPairs {
  readonly #recorder: RecordSink;
  readonly #options: PairOptions;
  /** First in, first out for each key: Ping has no request ID. BOUNDED: `maxOpen` requests; the oldest is forgotten. */
  readonly #open = new Map<string, OpenRequest[]>();
  #size = 0;

  constructor(recorder: RecordSink, options: PairOptions) {
    this.#recorder = recorder;
    this.#options = options;
  }

  /** Adds a message; an answer and its request get the number of each other. @returns its sequence number */
  add({ key, row }: Exchange, payload: Uint8Array): number {
    const { now } = this.#recorder;
    // An answer goes the other way than its request.
    const requester = row.role === 'answer' ? OTHER[row.direction] : row.direction;
    const fullKey = `${requester} ${key}`;
    const request = row.role === 'answer' ? this.#answered(fullKey) : undefined;
    const linked = {
      pairSeq: request?.seq ?? null,
      latencyMs: request === undefined ? null : now - request.at,
    };
    const seq = this.#recorder.add({ ...row, ...linked }, payload);
    if (request !== undefined) this.#recorder.update(request.seq, { pairSeq: seq });
    if (row.role === 'request') this.#remember(fullKey, { seq, at: now });
    return seq;
  }

  #remember(key: string, request: OpenRequest): void {
    if (this.#options.hasManyAnswers) this.#forget(key);
    if (this.#size >= this.#options.maxOpen) this.#forgetOldest();
    const waiting = this.#open.get(key);
    if (waiting === undefined) this.#open.set(key, [request]);
    else waiting.push(request);
    this.#size += 1;
  }

  /** The request that an answer belongs to; undefined where none is known. */
  #answered(key: string): OpenRequest | undefined {
    const waiting = this.#open.get(key);
    if (waiting === undefined || this.#options.hasManyAnswers) return waiting?.[0];
    const request = waiting.shift();
    this.#size -= 1;
    if (waiting.length === 0) this.#open.delete(key);
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
