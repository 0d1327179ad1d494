import type { EventSink, NodeEvent } from '../../src-main/events/events.ts';

/** An event of one type. */
export type EventOf<Type extends NodeEvent['type']> = Extract<NodeEvent, { type: Type }>;

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

  /** The first event of a type that matches, past or future. */
  async first<Type extends NodeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    return this.of(type).find(matches) ?? (await this.next(type, matches));
  }

  /** The next event of a type that matches. */
  next<Type extends NodeEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    return new Promise((resolve) => {
      const listener = (event: NodeEvent): void => {
        if (event.type !== type || !matches(event as EventOf<Type>)) return;
        this.#waiting.delete(listener);
        resolve(event as EventOf<Type>);
      };
      this.#waiting.add(listener);
    });
  }
}
