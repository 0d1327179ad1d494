import { VirtualClock } from './virtual-clock.ts';

/** A virtual clock of a machine that can sleep: time passes while its timers are stopped. */
export class ShiftedClock extends VirtualClock {
  #wall = 0;
  #monotonic = 0;

  override now(): number {
    return super.now() + this.#wall;
  }

  override monotonic(): number {
    return super.monotonic() + this.#monotonic;
  }

  /** `ms` pass in sleep; the monotonic clock continues on some systems and stops on others. */
  sleep(ms: number, monotonicGoesOn: boolean): void {
    this.#wall += ms;
    if (monotonicGoesOn) this.#monotonic += ms;
  }
}
