import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Unsubscribe } from '../base/runtime.ts';
import type { EventSink, EventSource, NodeEvent } from './events.ts';

type Listener = (event: NodeEvent, at: number) => void;

/**
 * The one stream of facts: stages state them, statistics, log and window read them. A listener that throws is a defect
 * of the listener: it is reported to the log and never reaches the stage that stated the fact.
 */
export class EventBus implements EventSink, EventSource {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** BOUNDED: one entry a subscriber, all of them made by compose.ts. */
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
        this.#logger.error('a listener failed', { event: event.type, reason: describeError(error) });
      }
    }
  }

  subscribe(listener: Listener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
