/** Links answers to their requests on one connection, or between us and one endpoint of discovery. */

/** Requests of one connection that wait for an answer. */
const MAX_OPEN = 256;

/** How a message takes part in an exchange. */
export interface PairKey {
  readonly role: 'request' | 'answer';
  /** Who sent the request: an answer goes the other way. */
  readonly requester: 'in' | 'out';
  /** The same for a request and its answer: protocol, name of the request, request ID. */
  readonly id: string;
}

/** A request that waits. */
interface OpenRequest {
  readonly seq: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** The open requests of one connection. */
export class RequestPairs {
  readonly #maxOpen: number;
  /** First in, first out for each key: Ping has no request ID. BOUNDED: `maxOpen` requests; the oldest is forgotten. */
  readonly #open = new Map<string, OpenRequest[]>();
  #size = 0;

  constructor(maxOpen = MAX_OPEN) {
    this.#maxOpen = maxOpen;
  }

  /** Remembers a request. */
  request({ requester, id }: PairKey, seq: number, at: number): void {
    if (this.#size >= this.#maxOpen) this.#forgetOldest();
    const key = `${requester} ${id}`;
    const waiting = this.#open.get(key);
    if (waiting === undefined) this.#open.set(key, [{ seq, at }]);
    else waiting.push({ seq, at });
    this.#size += 1;
  }

  /**
   * The request that an answer belongs to, with the latency in milliseconds; undefined where none is known.
   * @param keep whether further answers may follow, as NEIGHBORS and NODES do
   */
  answer(
    { requester, id }: PairKey,
    at: number,
    keep = false,
  ): { readonly seq: number; readonly latencyMs: number } | undefined {
    const key = `${requester} ${id}`;
    const waiting = this.#open.get(key);
    const request = waiting?.[0];
    if (waiting === undefined || request === undefined) return undefined;
    if (!keep) {
      waiting.shift();
      this.#size -= 1;
      if (waiting.length === 0) this.#open.delete(key);
    }
    return { seq: request.seq, latencyMs: at - request.at };
  }

  #forgetOldest(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    this.#size -= oldest[1].length;
  }
}
