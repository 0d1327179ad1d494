import type { ApiReply } from '../../shared/api-channels.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiDispatcher } from './handlers.ts';
import type { Publisher, PushClient } from './publisher.ts';

/** BOUNDED: requests that wait at once. */
export const MAX_EARLY_REQUESTS = 64;
/** BOUNDED: subscriptions of one client, as Publisher has. */
export const MAX_EARLY_SUBSCRIPTIONS = 32;
/** The longest time that a request waits, milliseconds. A subscription waits without a limit. */
export const EARLY_REQUEST_MS = 20_000;

/** Where subscriptions go. */
export type Subscriptions = Pick<Publisher, 'subscribe' | 'unsubscribe' | 'drop' | 'wake'>;

/** The API behind: the handlers and the topics of the backend. */
export interface OpenedApi {
  readonly api: ApiDispatcher;
  readonly publisher: Subscriptions;
}

interface EarlySubscription {
  readonly topic: string;
  readonly params: unknown;
}

/**
 * The API of the window from its first moment. Until the backend is there, requests wait for a bounded time, and
 * subscriptions are kept; then both are passed to it. The page sees an answer that takes longer, and no push before.
 */
export class EarlyApi implements ApiDispatcher, Subscriptions {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #opened: OpenedApi | undefined;
  /** BOUNDED: MAX_EARLY_REQUESTS functions that end a wait. */
  readonly #waiting = new Set<(opened: OpenedApi | undefined) => void>();
  /** BOUNDED: one client per page, with MAX_EARLY_SUBSCRIPTIONS each. */
  readonly #subscriptions = new Map<PushClient, Map<number, EarlySubscription>>();

  /** @param logger logs subscriptions that the backend refuses */
  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The backend is there: passes on what waits. */
  open(opened: OpenedApi): void {
    this.#opened = opened;
    for (const end of [...this.#waiting]) end(opened);
    for (const [client, subscriptions] of this.#subscriptions) {
      for (const [id, { topic, params }] of subscriptions) this.#pass(opened, client, id, topic, params);
    }
    this.#subscriptions.clear();
  }

  /** The backend will not be there: refuses the requests that wait. */
  abandon(): void {
    for (const end of [...this.#waiting]) end(undefined);
    this.#subscriptions.clear();
  }

  async call(name: string, params: unknown): Promise<ApiReply<unknown>> {
    const opened = this.#opened ?? (await this.#wait());
    if (opened !== undefined) return await opened.api.call(name, params);
    const refusal = new ApiError('not-running', 'Enodeck is still opening its data. Try again in a moment.');
    return { ok: false, error: apiFailureOf(refusal) };
  }

  /** @throws ApiError `too-many-subscriptions`, and once the backend is there as Publisher.subscribe */
  subscribe(client: PushClient, id: number, topic: string, params: unknown): void {
    if (this.#opened !== undefined) {
      this.#opened.publisher.subscribe(client, id, topic, params);
      return;
    }
    const held = this.#subscriptions.get(client) ?? new Map<number, EarlySubscription>();
    if (held.size >= MAX_EARLY_SUBSCRIPTIONS && !held.has(id)) {
      const most = String(MAX_EARLY_SUBSCRIPTIONS);
      throw new ApiError('too-many-subscriptions', `A client may have ${most} subscriptions.`);
    }
    held.set(id, { topic, params });
    this.#subscriptions.set(client, held);
  }

  unsubscribe(client: PushClient, id: number): void {
    this.#opened?.publisher.unsubscribe(client, id);
    this.#subscriptions.get(client)?.delete(id);
  }

  drop(client: PushClient): void {
    this.#opened?.publisher.drop(client);
    this.#subscriptions.delete(client);
  }

  wake(): void {
    this.#opened?.publisher.wake();
  }

  /** Resolves with the backend; with undefined when it takes too long, or when too many requests wait. */
  #wait(): Promise<OpenedApi | undefined> {
    if (this.#waiting.size >= MAX_EARLY_REQUESTS) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (opened: OpenedApi | undefined): void => {
        this.#waiting.delete(end);
        timer.cancel();
        resolve(opened);
      };
      const timer = this.#clock.after(EARLY_REQUEST_MS, () => {
        end(undefined);
      });
      this.#waiting.add(end);
    });
  }

  #pass({ publisher }: OpenedApi, client: PushClient, id: number, topic: string, params: unknown): void {
    try {
      publisher.subscribe(client, id, topic, params);
    } catch (error) {
      this.#logger.warn('a subscription was refused', {
        topic: topic.slice(0, 64),
        reason: describeError(error),
      });
    }
  }
}
