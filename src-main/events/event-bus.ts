import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import type { EventSink, EventSource, NodeEvent } from './events.ts';

/** Drops events. For parts that run beside the node, such as one crawl or a demo node. */
export const NO_EVENTS: EventSink = { emit: () => undefined };

type Listener = (event: NodeEvent, at: number) => void;

/**
 * Delivers each event of the node to all subscribers, synchronously and in order. An error of a listener is logged and
 * does not reach the emitter or other listeners.
 */
export class EventBus implements EventSink, EventSource {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** BOUNDED: subscribers are created in compose/ only, a fixed number. */
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  emit(event: NodeEvent): void {
    const at = this.#clock.now();
    for (const listener of this.#listeners) {
      try {
        listener(event, at);
      } catch (error) {
        this.#logger.error('An event listener failed', { event: event.type, reason: describeError(error) });
      }
    }
  }

  subscribe(listener: Listener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
