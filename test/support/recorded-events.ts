import type { EventSink, NodeEvent } from '../../src-main/events/events.ts';

/** An event of one type. */
export type EventOf<Type extends NodeEvent['type']> = Extract<NodeEvent, { type: Type }>;

/** Longest wait for an event, in real time; nothing in a test takes longer. */
const WAIT_MS = 60_000;
/** The last events that the message of a failed wait has. */
const NAMED_EVENTS = 20;

/** Records all events, and lets a test wait for one. */
export class RecordedEvents implements EventSink {
  readonly all: NodeEvent[] = [];
  readonly #waiting = new Set<(event: NodeEvent) => void>();
  readonly #keeps: (event: NodeEvent) => boolean;

  /** @param keeps which events are kept, for long tests; `next` waits for the others too */
  constructor(keeps: (event: NodeEvent) => boolean = () => true) {
    this.#keeps = keeps;
  }

  emit(event: NodeEvent): void {
    if (this.#keeps(event)) this.all.push(event);
    for (const listener of [...this.#waiting]) listener(event);
  }

  /** The events of a type so far. */
  of<Type extends NodeEvent['type']>(type: Type): EventOf<Type>[] {
    return this.all.filter((event): event is EventOf<Type> => event.type === type);
  }

  /**
   * The first event of a type that matches, past or future.
   * @throws Error after 60 seconds
   */
  async first<Type extends NodeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    return this.of(type).find(matches) ?? (await this.next(type, matches));
  }

  /**
   * The next event of a type that matches.
   * @throws Error after 60 seconds
   */
  next<Type extends NodeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const found = new Promise<EventOf<Type>>((resolve, reject) => {
      const listener = (event: NodeEvent): void => {
        if (event.type !== type || !matches(event as EventOf<Type>)) return;
        clearTimeout(timer);
        this.#waiting.delete(listener);
        resolve(event as EventOf<Type>);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(listener);
        const seen = this.all.slice(-NAMED_EVENTS).map((event) => event.type);
        reject(new Error(`no ${type} within ${String(WAIT_MS)} ms; the last events: ${seen.join(', ')}`));
      }, WAIT_MS).unref();
      this.#waiting.add(listener);
    });
    // A test that has failed elsewhere does not wait for it.
    found.catch(() => undefined);
    return found;
  }
}
