import type { Logger } from '../base/runtime.ts';
import { describeError } from '../base/errors.ts';
import type { Node } from '../node-record/node.ts';

/** Source of dial candidates. It produces the next one only on request. */
export interface CandidateSource {
  /** Returns the next candidate. @throws when the signal aborts or the source has ended */
  next(signal: AbortSignal): Promise<Node>;
}

/**
 * Requests candidates from a source one at a time, and only while the scheduler wants one. BOUNDED: one pending request,
 * and one buffered candidate that arrived when it was not wanted any more.
 */
export class CandidateFeed {
  readonly #source: CandidateSource;
  readonly #take: (node: Node) => void;
  readonly #logger: Logger;
  #wanted = false;
  #ended = false;
  #buffered: Node | undefined;
  #request: AbortController | undefined;

  /** @param take receives the candidates; never called synchronously by `want` */
  constructor(source: CandidateSource, take: (node: Node) => void, logger: Logger) {
    this.#source = source;
    this.#take = take;
    this.#logger = logger;
  }

  /** Sets whether candidates are wanted. While they are, candidates are delivered one after the other. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (!wanted) {
      this.#request?.abort();
    } else if (this.#request === undefined && !this.#ended) {
      void this.#pull();
    }
  }

  /** Stops permanently. */
  stop(): void {
    this.#ended = true;
    this.#buffered = undefined;
    this.want(false);
  }

  async #pull(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      this.#buffered ??= await this.#source.next(request.signal);
      // Deliver asynchronously, also a buffered candidate.
      await Promise.resolve();
    } catch (error) {
      if (!request.signal.aborted && !this.#ended) {
        this.#ended = true;
        this.#logger.warn('The source of dial candidates has failed', { error: describeError(error) });
      }
    }
    this.#request = undefined;
    const node = this.#buffered;
    if (this.#wanted && !this.#ended && node !== undefined) {
      this.#buffered = undefined;
      this.#take(node);
    }
    // The state may have changed during the request or in `take`.
    this.want(this.#wanted && !this.#ended);
  }
}
