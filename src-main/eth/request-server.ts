import { describeError } from '../base/errors.ts';
import { LateSet } from '../base/late-collections.ts';
import type { Timer } from '../base/runtime.ts';
import type { Channel } from '../p2p/protocol.ts';
import { MAX_OPEN_BYTES, MAX_OPEN_REQUESTS, MAX_SERVED_PER_PEER, SERVE_DEADLINE_MS } from './constants.ts';
import type { EthAnswer, EthRequest } from './queries.ts';
import { answerRequest, asksForItems, emptyAnswer, itemCount, type ServedFrom } from './request-handler.ts';
import {
  ServingTally,
  type ServedCounts,
  type ServedOutcome,
  type Serving,
  type ServingSession,
} from './serving.ts';

/** What a request server uses of its session. */
export interface RequestServerHost {
  readonly channel: Pick<Channel, 'clock' | 'logger' | 'congested' | 'ready'>;
  readonly from: ServedFrom;
  readonly serving: Serving;
  /** Sends an answer to the peer. */
  send(answer: EthAnswer, request: EthRequest, outcome: ServedOutcome): void;
}

/** A request without an answer. */
interface OpenRequest {
  readonly request: EthRequest;
  /** Size of its message, bytes. */
  readonly bytes: number;
  /** When it is late. */
  deadline: Deadline;
}

interface Deadline {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly timer: Timer;
}

/**
 * Answers the requests of one peer. The source gets them in the order of their arrival, MAX_SERVED_PER_PEER at a time;
 * each is answered when the source has answered, so that a quick answer does not wait for a slow one. SERVE_DEADLINE_MS
 * after its arrival a request gets the empty answer, and what the source gives later is dropped. Its slot stays taken
 * until then: a slow source does not get more requests at a time.
 */
export class RequestServer {
  readonly #host: RequestServerHost;
  readonly #tally = new ServingTally();
  /** BOUNDED: `isFull` says when the session stops reading. */
  readonly #open = new LateSet<OpenRequest>();
  /** The open requests that the source does not have yet. BOUNDED: as `#open`. */
  readonly #waiting = new LateSet<OpenRequest>();
  #bytes = 0;
  #running = 0;
  #awaitsPeer = false;
  #closed = false;
  #onRoom: (() => void) | undefined;
  readonly #session: ServingSession = {
    retry: () => {
      this.#startNext();
    },
  };

  constructor(host: RequestServerHost) {
    this.#host = host;
    host.serving.join(this.#session);
  }

  /** What the peer requested and got, by kind. */
  get counts(): readonly ServedCounts[] {
    return this.#tally.list();
  }

  /** Whether so many requests are open that the session must stop reading. */
  get isFull(): boolean {
    return this.#open.size >= MAX_OPEN_REQUESTS || this.#bytes >= MAX_OPEN_BYTES;
  }

  /** Resolves when the server is not full, or has closed. For one caller at a time. */
  async room(): Promise<void> {
    if (!this.isFull) return;
    await new Promise<void>((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** Answers a request, now or later. @param bytes size of its message */
  accept(request: EthRequest, bytes: number): void {
    if (this.#closed) return;
    this.#tally.asked(request.name);
    this.#host.serving.tally.asked(request.name);
    const { transactions } = this.#host.from;
    const hasSource = request.name !== 'GetPooledTransactions' || transactions !== undefined;
    if (!hasSource || !asksForItems(request)) {
      this.#send(request, emptyAnswer(request));
      return;
    }
    const open: OpenRequest = { request, bytes, deadline: this.#deadline(() => open) };
    this.#open.add(open);
    this.#waiting.add(open);
    this.#bytes += bytes;
    this.#startNext();
  }

  /** Drops the open requests: the session has ended. */
  close(): void {
    this.#closed = true;
    for (const { deadline } of this.#open) deadline.timer.cancel();
    this.#open.clear();
    this.#waiting.clear();
    this.#bytes = 0;
    this.#host.serving.leave(this.#session);
    this.#onRoom?.();
  }

  /** Passes waiting requests to the source. */
  #startNext(): void {
    const { channel, serving } = this.#host;
    while (this.#running < MAX_SERVED_PER_PEER) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (channel.congested) {
        this.#awaitPeer();
        return;
      }
      if (!serving.take(this.#session)) return;
      this.#waiting.delete(next);
      this.#running++;
      void this.#serve(next);
    }
  }

  async #serve(open: OpenRequest): Promise<void> {
    const { channel, from, serving } = this.#host;
    try {
      const answer = await answerRequest(open.request, from, open.deadline.at);
      if (this.#open.has(open)) this.#finish(open, answer);
    } catch (error) {
      const fields = { request: open.request.name, error: describeError(error) };
      channel.logger.debug('The source of an answer failed', fields);
      if (this.#open.has(open)) this.#finish(open, emptyAnswer(open.request), 'failed');
    }
    this.#running--;
    serving.release(this.#session);
    this.#startNext();
  }

  #deadline(of: () => OpenRequest): Deadline {
    const { clock } = this.#host.channel;
    const timer = clock.after(SERVE_DEADLINE_MS, () => {
      const open = of();
      // A request that waits until the peer reads earlier answers is not late.
      if (this.#waiting.has(open) && this.#host.channel.congested) open.deadline = this.#deadline(of);
      else this.#finish(open, emptyAnswer(open.request), 'late');
    });
    return { at: clock.monotonic() + SERVE_DEADLINE_MS, timer };
  }

  #finish(open: OpenRequest, answer: EthAnswer, outcome?: 'late' | 'failed'): void {
    // First, because it throws when an item of the source cannot be encoded.
    this.#send(open.request, answer, outcome);
    open.deadline.timer.cancel();
    this.#waiting.delete(open);
    // Sending can end the session, which closes this server.
    if (!this.#open.delete(open)) return;
    this.#bytes -= open.bytes;
    if (!this.isFull) this.#onRoom?.();
  }

  #send(request: EthRequest, answer: EthAnswer, failure?: 'late' | 'failed'): void {
    const items = itemCount(answer);
    const outcome = failure ?? (items === 0 && asksForItems(request) ? 'empty' : 'served');
    this.#host.send(answer, request, outcome);
    this.#tally.answered(request.name, outcome, items);
    this.#host.serving.tally.answered(request.name, outcome, items);
  }

  #awaitPeer(): void {
    if (this.#awaitsPeer) return;
    this.#awaitsPeer = true;
    void this.#host.channel.ready().then(() => {
      this.#awaitsPeer = false;
      this.#startNext();
    });
  }
}
