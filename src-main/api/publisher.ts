import type { ApiPush } from '../../shared/api-channels.ts';
import { API_TOPICS, type TopicName } from '../../shared/api-contract.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Timer, Unsubscribe } from '../base/runtime.ts';
import { ApiError } from './api-error.ts';
import type { ApiBackend } from './backend.ts';
import type { Change, Feed } from './feed.ts';
import { TOPICS, type TopicSpec } from './topics.ts';
import { validated } from './validated.ts';

/** A window or page that subscribes through a transport. */
export interface PushClient {
  /** Sends one push; `id` is the client's ID of the subscription. */
  push(id: number, push: ApiPush): void;
  /** False while its send queue is full or it is hidden: it gets a snapshot when it is ready again, see Publisher.wake. */
  ready(): boolean;
}

/** Interval at which the topics at rest look for a client that is ready again, milliseconds (our choice). */
export const REST_MS = 1_000;

/** BOUNDED: subscriptions of one client. */
const MAX_SUBSCRIPTIONS = 32;

interface Subscription {
  readonly client: PushClient;
  readonly id: number;
  /** True when pushes were skipped, so that the next one must be a snapshot. */
  stale: boolean;
}

/** One feed and its subscriptions; it is closed with the last one. */
interface TopicChannel {
  readonly topic: TopicName;
  readonly feed: Feed;
  readonly intervalMs: number;
  readonly subscriptions: Set<Subscription>;
  /** Undefined while the topic rests. */
  timer: Timer | undefined;
}

/**
 * Sends each topic's snapshot on subscription and then its changes, at the topic's interval. Nothing is read, compared or
 * sent for a topic without a subscription, or without a client that is ready: such topics rest, with one timer for all,
 * because each timer of a hidden window would wake the processor. BOUNDED: 32 subscriptions per client.
 */
export class Publisher {
  readonly #backend: ApiBackend;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #channels = new Map<string, TopicChannel>();
  readonly #clients = new Map<PushClient, Map<number, Unsubscribe>>();
  readonly #resting = new Set<TopicChannel>();
  #restTimer: Timer | undefined;

  constructor(backend: ApiBackend, clock: Clock, logger: Logger) {
    this.#backend = backend;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Starts a subscription; its first push is the snapshot. A second one with the same `id` replaces the first.
   * @throws ApiError `unknown-topic`, `invalid-parameters` or `too-many-subscriptions`
   */
  subscribe(client: PushClient, id: number, topic: string, params: unknown): void {
    if (!isTopic(topic)) throw new ApiError('unknown-topic', `There is no topic "${topic.slice(0, 64)}".`);
    const input: unknown = validated(API_TOPICS[topic], params);
    this.unsubscribe(client, id);
    const held = this.#clients.get(client) ?? new Map<number, Unsubscribe>();
    if (held.size >= MAX_SUBSCRIPTIONS) {
      throw new ApiError(
        'too-many-subscriptions',
        `A client may have ${String(MAX_SUBSCRIPTIONS)} subscriptions.`,
      );
    }
    const channel = this.#channel(topic, input);
    const subscription: Subscription = { client, id, stale: true };
    // Updates the other subscriptions first, so that all have the same state.
    this.#flush(channel);
    channel.subscriptions.add(subscription);
    this.#deliver(channel, subscription, undefined);
    if (this.#resting.delete(channel)) this.#turn(channel);
    held.set(id, () => {
      this.#leave(channel, subscription);
    });
    this.#clients.set(client, held);
  }

  /** Ends a subscription; ignores an unknown `id`. */
  unsubscribe(client: PushClient, id: number): void {
    const held = this.#clients.get(client);
    held?.get(id)?.();
    held?.delete(id);
    if (held?.size === 0) this.#clients.delete(client);
  }

  /** Ends all subscriptions of a client that disconnected. */
  drop(client: PushClient): void {
    for (const end of this.#clients.get(client)?.values() ?? []) end();
    this.#clients.delete(client);
  }

  /** A client may be ready again: the topics at rest that it follows are sent at once, instead of after REST_MS. */
  wake(): void {
    this.#restTimer?.cancel();
    this.#restTimer = undefined;
    for (const channel of [...this.#resting]) {
      this.#resting.delete(channel);
      this.#turn(channel);
    }
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const client of [...this.#clients.keys()]) this.drop(client);
  }

  /** Topics with at least one subscription. */
  get followed(): readonly TopicName[] {
    return [...this.#channels.values()].map((channel) => channel.topic);
  }

  #channel<Name extends TopicName>(topic: Name, params: unknown): TopicChannel {
    const key = `${topic} ${JSON.stringify(params)}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const spec: TopicSpec<Name> = TOPICS[topic];
    const channel: TopicChannel = {
      topic,
      // `params` was validated with the schema of this topic.
      feed: spec.open(this.#backend, params as Parameters<typeof spec.open>[1]),
      intervalMs: spec.intervalMs,
      subscriptions: new Set(),
      timer: undefined,
    };
    this.#channels.set(key, channel);
    this.#arm(channel);
    return channel;
  }

  #arm(channel: TopicChannel): void {
    channel.timer = this.#clock.after(channel.intervalMs, () => {
      this.#turn(channel);
    });
  }

  /** Sends what is new, and plans the next turn. */
  #turn(channel: TopicChannel): void {
    channel.timer = undefined;
    this.#flush(channel);
    // A push can cut a client and with it the last subscription.
    if (channel.subscriptions.size === 0) return;
    if (hasReader(channel)) this.#arm(channel);
    else this.#rest(channel);
  }

  #rest(channel: TopicChannel): void {
    this.#resting.add(channel);
    this.#restTimer ??= this.#clock.after(REST_MS, () => {
      this.wake();
    });
  }

  #flush(channel: TopicChannel): void {
    if (!hasReader(channel)) {
      for (const subscription of channel.subscriptions) subscription.stale = true;
      return;
    }
    let change: Change;
    try {
      change = channel.feed.changes();
    } catch (error) {
      this.#logger.error('a topic could not be read', { topic: channel.topic, reason: describeError(error) });
      return;
    }
    for (const subscription of channel.subscriptions) this.#deliver(channel, subscription, change);
  }

  #deliver(channel: TopicChannel, subscription: Subscription, change: Change): void {
    const { client, id } = subscription;
    if (!client.ready()) {
      subscription.stale = true;
      return;
    }
    if (subscription.stale) {
      subscription.stale = false;
      client.push(id, { topic: channel.topic, kind: 'snapshot', data: channel.feed.snapshot() });
    } else if (change !== undefined) {
      client.push(id, { topic: channel.topic, ...change });
    }
  }

  #leave(channel: TopicChannel, subscription: Subscription): void {
    channel.subscriptions.delete(subscription);
    if (channel.subscriptions.size > 0) return;
    channel.timer?.cancel();
    this.#resting.delete(channel);
    if (this.#resting.size === 0) {
      this.#restTimer?.cancel();
      this.#restTimer = undefined;
    }
    for (const [key, candidate] of this.#channels) if (candidate === channel) this.#channels.delete(key);
  }
}

const hasReader = ({ subscriptions }: TopicChannel): boolean =>
  [...subscriptions].some(({ client }) => client.ready());

const isTopic = (topic: string): topic is TopicName => Object.hasOwn(API_TOPICS, topic);
