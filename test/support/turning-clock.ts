import { VirtualClock } from './virtual-clock.ts';

/** A virtual clock with turns of an event loop, whose time also passes with each step of work. */
export class TurningClock extends VirtualClock {
  #worked = 0;
  #soon: (() => void)[] = [];

  override monotonic(): number {
    return super.monotonic() + this.#worked;
  }

  soon(action: () => void): void {
    this.#soon.push(action);
  }

  /** Lets time pass as work does that holds the event loop, milliseconds. */
  work(ms: number): void {
    this.#worked += ms;
  }

  /** Whether something runs in the next turn. */
  get isTurning(): boolean {
    return this.#soon.length > 0;
  }

  /**
   * One turn: what was to run soon, each with the promises that it settles. @returns the time that it took
   * @throws the first error of what ran, after all have run: that is what an application survives that does not end with it
   */
  async turn(): Promise<number> {
    const before = this.monotonic();
    const errors: unknown[] = [];
    for (const action of this.#soon.splice(0)) {
      try {
        action();
      } catch (error) {
        errors.push(error);
      }
      await this.settle();
    }
    if (errors.length > 0) throw errors[0];
    return this.monotonic() - before;
  }
}
