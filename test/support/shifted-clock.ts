import { VirtualClock } from './virtual-clock.ts';

/** A virtual clock of a machine that may sleep: time passes without its timers. */
export class ShiftedClock extends VirtualClock {
  #wall = 0;
  #monotonic = 0;

  override now(): number {
    return super.now() + this.#wall;
  }

  override monotonic(): number {
    return super.monotonic() + this.#monotonic;
  }

  /** `ms` pass in sleep; whether the monotonic clock goes on meanwhile differs between systems. */
  sleep(ms: number, monotonicGoesOn: boolean): void {
    this.#wall += ms;
    if (monotonicGoesOn) this.#monotonic += ms;
  }
}
