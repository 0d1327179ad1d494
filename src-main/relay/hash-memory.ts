import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/runtime.ts';

interface Entry<Value> {
  readonly value: Value;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** What is known of transactions by their hash, for a time. BOUNDED: capacity. */
export class HashMemory<Value> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #lifetimeMs: number;
  readonly #entries: BoundedMap<string, Entry<Value>>;

  constructor(clock: Pick<Clock, 'monotonic'>, capacity: number, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
    this.#entries = new BoundedMap(capacity);
  }

  /** @param key the hash as hex */
  get(key: string): Value | undefined {
    const entry = this.#entries.peek(key);
    if (entry === undefined) return undefined;
    if (this.#isFresh(entry)) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, { value, at: this.#clock.monotonic() });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** What is not forgotten, oldest first. */
  values(): readonly Value[] {
    return [...this.#entries.values()].filter((entry) => this.#isFresh(entry)).map(({ value }) => value);
  }

  #isFresh({ at }: Entry<Value>): boolean {
    return this.#clock.monotonic() - at < this.#lifetimeMs;
  }
}
