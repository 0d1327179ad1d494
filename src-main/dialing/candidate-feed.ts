import type { Logger } from '../base/runtime.ts';
import { describeError } from '../base/errors.ts';
import type { Node } from '../node-record/node.ts';

/** Where dial candidates come from; the next one is only made when it is asked for. */
export interface CandidateSource {
  /** @throws when the signal aborts or the source has ended */
  next(signal: AbortSignal): Promise<Node>;
}

/**
 * Asks a source for one candidate at a time, and only while it is wanted. BOUNDED: one request under way, one
 * candidate in hand (it came when it was not wanted any more).
 */
export class CandidateFeed {
  readonly #source: CandidateSource;
  readonly #take: (node: Node) => void;
  readonly #logger: Logger;
  #wanted = false;
  #ended = false;
  #inHand: Node | undefined;
  #request: AbortController | undefined;

  /** `take` is never called from within `want`. */
  constructor(source: CandidateSource, take: (node: Node) => void, logger: Logger) {
    this.#source = source;
    this.#take = take;
    this.#logger = logger;
  }

  /** Says whether a candidate is wanted; while it is, each one taken is followed by the next. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (!wanted) {
      this.#request?.abort();
    } else if (this.#request === undefined && !this.#ended) {
      void this.#pull();
    }
  }

  /** Ends for good. */
  stop(): void {
    this.#ended = true;
    this.#inHand = undefined;
    this.want(false);
  }

  async #pull(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    try {
      this.#inHand ??= await this.#source.next(request.signal);
      // Deliveries start on a turn of their own, also for a candidate that was in hand.
      await Promise.resolve();
    } catch (error) {
      if (!request.signal.aborted && !this.#ended) {
        this.#ended = true;
        this.#logger.warn('Discovery gives no more dial candidates', { error: describeError(error) });
      }
    }
    this.#request = undefined;
    const node = this.#inHand;
    if (this.#wanted && !this.#ended && node !== undefined) {
      this.#inHand = undefined;
      this.#take(node);
    }
    // The state may have changed while the request was under way, or in `take`.
    this.want(this.#wanted && !this.#ended);
  }
}
