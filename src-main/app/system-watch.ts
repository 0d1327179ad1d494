import type { Clock, Startable, Timer } from '../base/runtime.ts';

/** Interval of the check, milliseconds (our choice): short enough to show an unplugged cable at once. */
export const CHECK_INTERVAL_MS = 3_000;

/** A check that is this late means that the machine slept, milliseconds (our choice): no work takes as long. */
export const SLEEP_MS = 15_000;

/** Inputs of the watch, and its listeners. */
export interface SystemWatchOptions {
  readonly clock: Clock;
  /** The addresses of the machine, in any order. */
  readonly addresses: () => readonly string[];
  readonly onWoke: (sleptMs: number) => void;
  readonly onAddresses: (addresses: readonly string[]) => void;
}

/**
 * Detects that the machine slept and that its network addresses changed. The monotonic clock runs during a sleep on some
 * systems only, so the larger delay of both clocks counts. A wall clock that is set forward has the same effect; a
 * recovery without need costs little.
 */
export class SystemWatch implements Startable {
  readonly #options: SystemWatchOptions;
  #timer: Timer | undefined;
  #addresses: readonly string[] = [];
  #last = { wall: 0, monotonic: 0 };

  constructor(options: SystemWatchOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    if (this.#timer === undefined) {
      this.#addresses = this.#read();
      this.#wait();
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    return Promise.resolve();
  }

  #wait(): void {
    const { clock } = this.#options;
    this.#last = { wall: clock.now(), monotonic: clock.monotonic() };
    this.#timer = clock.after(CHECK_INTERVAL_MS, () => {
      this.#check();
    });
  }

  #check(): void {
    const { clock, onWoke, onAddresses } = this.#options;
    const passed = Math.max(clock.now() - this.#last.wall, clock.monotonic() - this.#last.monotonic);
    this.#wait();
    if (passed - CHECK_INTERVAL_MS >= SLEEP_MS) onWoke(Math.round(passed - CHECK_INTERVAL_MS));
    const addresses = this.#read();
    if (addresses.join() === this.#addresses.join()) return;
    this.#addresses = addresses;
    onAddresses(addresses);
  }

  #read(): readonly string[] {
    return [...new Set(this.#options.addresses())].sort();
  }
}
