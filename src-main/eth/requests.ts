import { EnodeckError } from '../base/errors.ts';
import { LateMap, LateSet } from '../base/late-collections.ts';
import { RequestTally, type RequestCounts } from '../base/request-tally.ts';
import type { Clock, Timer } from '../base/runtime.ts';
import { ProtocolError } from '../p2p/errors.ts';
import type { RequestTotals } from '../../shared/model/peer.ts';
import { MAX_IN_FLIGHT, MAX_LATE_ANSWERS, MAX_WAITING_REQUESTS, REQUEST_TIMEOUT_MS } from './constants.ts';
import { versionLack, type EthMessage } from './messages.ts';
import { answerFault } from './plausibility.ts';
import type { AnswerTo, EthAnswer, EthQuery, EthRequest } from './queries.ts';
import type { EthVersion } from './versions.ts';

/** A request of ours that got no answer. */
export class EthRequestError extends EnodeckError<'request-timeout' | 'too-many-requests' | 'session-ended'> {
  constructor(code: EthRequestError['code'], message: string) {
    super('protocol', code, message);
  }
}

/** What EthRequests uses of its session. */
export interface RequestHost {
  readonly version: EthVersion;
  readonly clock: Clock;
  send(message: EthMessage): void;
  /** A request timed out. */
  onTimeout(request: EthRequest): void;
}

interface Pending {
  readonly request: EthRequest;
  /** Unix milliseconds, and monotonic milliseconds. */
  readonly sentAt: number;
  readonly begunAt: number;
  readonly timer: Timer;
  readonly resolve: (answer: EthAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Waiting {
  readonly query: EthQuery;
  readonly resolve: Pending['resolve'];
  readonly reject: Pending['reject'];
}

/**
 * Our requests on one session. Each has a request ID and a time limit. At most MAX_IN_FLIGHT are in flight; others
 * are queued. An answer that does not match its request ends the session.
 */
export class EthRequests {
  readonly #host: RequestHost;
  /** BOUNDED: MAX_IN_FLIGHT. */
  readonly #pending = new LateMap<bigint, Pending>();
  /** BOUNDED: MAX_WAITING_REQUESTS. */
  readonly #waiting: Waiting[] = [];
  /** IDs of timed-out requests, whose answers are still accepted, once each. BOUNDED: MAX_LATE_ANSWERS. */
  readonly #late = new LateSet<bigint>();
  readonly #tally = new RequestTally();
  #lastId = 0n;
  #lateAnswers = 0;
  #closed = false;

  constructor(host: RequestHost) {
    this.#host = host;
  }

  /** Numbers of open, answered and timed-out requests. */
  get totals(): RequestTotals {
    const open = this.#pending.size + this.#waiting.length;
    return { open, ...this.#tally.totals };
  }

  /** How the requests ended, by kind. */
  get counts(): readonly RequestCounts[] {
    return this.#tally.list();
  }

  /** Requests in flight, oldest first; `sentAt` in Unix milliseconds. */
  get inFlight(): readonly { readonly request: EthRequest; readonly sentAt: number }[] {
    return [...this.#pending.values()];
  }

  /** Number of answers that arrived after the time limit. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /**
   * Sends a request to the peer.
   * @throws EthRequestError when there is no answer, RangeError for what the version does not have: an error of the caller
   */
  ask<Query extends EthQuery>(query: Query): Promise<AnswerTo<Query>> {
    const lack = versionLack(this.#host.version, query);
    return new Promise<EthAnswer>((resolve, reject) => {
      if (this.#closed) {
        reject(ended());
      } else if (lack !== undefined) {
        reject(new RangeError(lack));
      } else if (this.#pending.size < MAX_IN_FLIGHT) {
        this.#begin({ query, resolve, reject });
      } else if (this.#waiting.length < MAX_WAITING_REQUESTS) {
        this.#waiting.push({ query, resolve, reject });
      } else {
        reject(new EthRequestError('too-many-requests', 'The request queue of this peer is full'));
      }
    }) as Promise<AnswerTo<Query>>;
  }

  /**
   * Processes an answer of the peer.
   * @throws ProtocolError `unrequested-answer`, `bad-answer`, which end the session, as in go-ethereum
   *   (eth/protocols/eth/dispatcher.go)
   */
  settle(answer: EthAnswer): void {
    const { requestId, name } = answer;
    const pending = this.#pending.get(requestId);
    if (pending === undefined) {
      if (!this.#late.delete(requestId)) {
        throw new ProtocolError('unrequested-answer', { message: name });
      }
      this.#lateAnswers++;
      return;
    }
    const fault = answerFault(pending.request, answer);
    if (fault !== undefined) {
      throw new ProtocolError('bad-answer', { message: pending.request.name, detail: fault });
    }
    this.#finish(requestId, pending);
    this.#tally.answered(pending.request.name, this.#host.clock.monotonic() - pending.begunAt);
    pending.resolve(answer);
  }

  /** Rejects all open requests. */
  close(): void {
    this.#closed = true;
    for (const { timer, reject } of this.#pending.values()) {
      timer.cancel();
      reject(ended());
    }
    for (const { reject } of this.#waiting) reject(ended());
    this.#pending.clear();
    this.#waiting.length = 0;
  }

  #begin({ query, resolve, reject }: Waiting): void {
    this.#lastId++;
    const request = { ...query, requestId: this.#lastId } as EthRequest;
    const timer = this.#host.clock.after(REQUEST_TIMEOUT_MS, () => {
      this.#expire(request.requestId);
    });
    const { clock } = this.#host;
    const times = { sentAt: clock.now(), begunAt: clock.monotonic() };
    this.#pending.set(request.requestId, { request, timer, resolve, reject, ...times });
    this.#host.send(request);
  }

  #expire(requestId: bigint): void {
    const pending = this.#pending.get(requestId);
    if (pending === undefined) return;
    this.#tally.timedOut(pending.request.name);
    this.#late.add(requestId);
    const [oldest] = this.#late;
    if (this.#late.size > MAX_LATE_ANSWERS && oldest !== undefined) this.#late.delete(oldest);
    this.#finish(requestId, pending);
    const seconds = String(REQUEST_TIMEOUT_MS / 1000);
    pending.reject(new EthRequestError('request-timeout', `No answer within ${seconds} seconds`));
    this.#host.onTimeout(pending.request);
  }

  #finish(requestId: bigint, { timer }: Pending): void {
    timer.cancel();
    this.#pending.delete(requestId);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }
}

function ended(): EthRequestError {
  return new EthRequestError('session-ended', 'The session has ended');
}
