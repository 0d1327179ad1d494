import { LateMap, LateSet } from '../base/late-collections.ts';
import { requestIdOf } from '../base/request-id.ts';
import { RequestTally, type RequestCounts } from '../base/request-tally.ts';
import type { Clock, Timer } from '../base/runtime.ts';

/** BOUNDED: composed requests of one session that wait for an answer (our choice). */
export const MAX_OPEN_COMPOSED = 4;

/** Time after which a composed request counts as unanswered, milliseconds (our choice). */
export const COMPOSED_TIMEOUT_MS = 15_000;

/** The first request ID of composed requests. The IDs of the protocols' own requests count up from 1 and never get here. */
export const FIRST_COMPOSED_ID = 2n ** 32n;

/** BOUNDED: timed-out requests whose late answers are still expected (our choice). */
const MAX_LATE = 64;

/** A message that a person composed. */
export interface ComposedMessage {
  /** Protocol with version, `eth/69`. */
  readonly protocol: string;
  readonly name: string;
  /** Relative to the protocol. */
  readonly code: number;
  readonly payload: Uint8Array;
  /** The first item of the payload's list; undefined where it is no integer. */
  readonly requestId: bigint | undefined;
  /** Code of the answer, relative to the protocol; undefined for a message that is not a request. */
  readonly answerCode: number | undefined;
}

/** How a composed message ended. */
export interface ComposedEnd {
  /** `sent`: the message has no answer. `ended`: the session ended first. */
  readonly outcome: 'answered' | 'timeout' | 'ended' | 'sent';
  /** Milliseconds between request and answer; null without an answer. */
  readonly latencyMs: number | null;
  /** Payload of the answer; undefined without one. */
  readonly answer: Uint8Array | undefined;
}

/** A composed request that waits. */
export interface OpenComposed {
  readonly message: ComposedMessage;
  /** Unix milliseconds. */
  readonly sentAt: number;
}

interface Open extends OpenComposed {
  readonly begunAt: number;
  readonly timer: Timer;
  readonly resolve: (end: ComposedEnd) => void;
}

/**
 * The composed requests of one session. Their answers are taken out of the stream of messages, so that the protocol does
 * not see an answer that it did not request.
 */
export class ComposedRequests {
  readonly #clock: Clock;
  /** BOUNDED: MAX_OPEN_COMPOSED. */
  readonly #open = new LateMap<string, Open>();
  /** Keys of timed-out requests; each late answer is taken once. BOUNDED: MAX_LATE. */
  readonly #late = new LateSet<string>();
  readonly #tallies = new LateMap<string, RequestTally>();
  #nextId = FIRST_COMPOSED_ID;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The ID that the next request gets. */
  get nextId(): bigint {
    return this.#nextId;
  }

  /** Returns an ID that no other request of the session has. */
  takeId(): bigint {
    const id = this.#nextId;
    this.#nextId += 1n;
    return id;
  }

  /** Whether another request may be opened. */
  get hasRoom(): boolean {
    return this.#open.size < MAX_OPEN_COMPOSED;
  }

  /** Whether a request with the key of this message waits already. */
  isOpen(message: ComposedMessage): boolean {
    return this.#open.has(keyOf(message));
  }

  /** Requests that wait, oldest first. */
  get inFlight(): readonly OpenComposed[] {
    return [...this.#open.values()];
  }

  /** How the requests ended, by protocol with version and kind. */
  get counts(): readonly (RequestCounts & { readonly protocol: string })[] {
    return [...this.#tallies].flatMap(([protocol, tally]) =>
      tally.list().map((counts) => ({ protocol, ...counts })),
    );
  }

  /** Waits for the answer to a message that is sent now, if it is a request. Never rejects. */
  open(message: ComposedMessage): Promise<ComposedEnd> {
    if (message.answerCode === undefined) {
      return Promise.resolve({ outcome: 'sent', latencyMs: null, answer: undefined });
    }
    const key = keyOf(message);
    return new Promise((resolve) => {
      const timer = this.#clock.after(COMPOSED_TIMEOUT_MS, () => {
        this.#expire(key);
      });
      const times = { sentAt: this.#clock.now(), begunAt: this.#clock.monotonic() };
      this.#open.set(key, { message, ...times, timer, resolve });
    });
  }

  /**
   * Takes a received message that answers a composed request, in time or late.
   * @param code relative to the protocol
   * @param before monotonic clock: a request that was opened later is not answered by it; for Pong, which names no Ping
   * @returns false when it answers none
   */
  take(protocol: string, code: number, payload: Uint8Array, before = Infinity): boolean {
    if (this.#open.size === 0 && this.#late.size === 0) return false;
    const id = requestIdOf(payload);
    for (const key of [textOf(protocol, code, id), textOf(protocol, code, undefined)]) {
      const open = this.#open.get(key);
      if (open !== undefined && open.begunAt <= before) {
        const latencyMs = this.#clock.monotonic() - open.begunAt;
        this.#tally(protocol).answered(open.message.name, latencyMs);
        this.#finish(key, open, { outcome: 'answered', latencyMs, answer: payload });
        return true;
      }
      if (this.#late.delete(key)) return true;
    }
    return false;
  }

  /** Ends all requests: the session has ended. */
  close(): void {
    for (const [key, open] of this.#open) {
      this.#finish(key, open, { outcome: 'ended', latencyMs: null, answer: undefined });
    }
  }

  #expire(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#late.add(key);
    const [oldest] = this.#late;
    if (this.#late.size > MAX_LATE && oldest !== undefined) this.#late.delete(oldest);
    this.#tally(open.message.protocol).timedOut(open.message.name);
    this.#finish(key, open, { outcome: 'timeout', latencyMs: null, answer: undefined });
  }

  #finish(key: string, { timer, resolve }: Open, end: ComposedEnd): void {
    timer.cancel();
    this.#open.delete(key);
    resolve(end);
  }

  #tally(protocol: string): RequestTally {
    const known = this.#tallies.get(protocol);
    if (known !== undefined) return known;
    const tally = new RequestTally();
    this.#tallies.set(protocol, tally);
    return tally;
  }
}

const keyOf = ({ protocol, answerCode, requestId }: ComposedMessage): string =>
  textOf(protocol, answerCode, requestId);

/** A text that a request and its answer share. Without a request ID any answer of the kind matches. */
function textOf(protocol: string, answerCode: number | undefined, requestId: bigint | undefined): string {
  return `${protocol} ${String(answerCode)} ${requestId === undefined ? 'any' : String(requestId)}`;
}
