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

  /** One turn: what was to run soon, each with the promises that it settles. @returns the time that it took */
  async turn(): Promise<number> {
    const before = this.monotonic();
    for (const action of this.#soon.splice(0)) {
      action();
      await this.settle();
    }
    return this.monotonic() - before;
  }
}
