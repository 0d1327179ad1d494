import { percentile } from '../base/request-tally.ts';
import type { Clock, Timer } from '../base/runtime.ts';

/** Time between two samples of a process that works, milliseconds. */
const SAMPLE_MS = 100;

/**
 * A process that took less processor time than this share of a second is quiet (our choice): none of its work held the event
 * loop for longer than 50 ms, which is no fault (`health/health.ts`).
 */
const QUIET_SHARE = 0.05;

/**
 * Measures the event loop delay of this process, which shows whether one thread is enough: how late a timer runs. A stop of
 * the loop that falls between two timers is not seen. Each sample wakes the processor, so a quiet process has one a second,
 * by a timer that runs anyway: with ten, the gauge took more than all else that a node without sessions does
 * (npm run bench -- --only sessions).
 */
export class EventLoopGauge {
  readonly #clock: Clock;
  readonly #processorTimeMs: () => number;
  /** Of the samples since the last reading, milliseconds. BOUNDED: 1,000 / SAMPLE_MS and one for each second of it. */
  #delays: number[] = [];
  #timer: Timer | undefined;
  #last: { readonly at: number; readonly spent: number };

  /** @param processorTimeMs the time that all threads of this process have taken */
  constructor(clock: Clock, processorTimeMs: () => number) {
    this.#clock = clock;
    this.#processorTimeMs = processorTimeMs;
    this.#last = { at: clock.monotonic(), spent: processorTimeMs() };
  }

  /** Is called once a second. @param lateMs how late the caller's timer ran */
  second(lateMs: number): void {
    this.#delays.push(Math.max(0, lateMs));
    const { at, spent } = this.#last;
    this.#last = { at: this.#clock.monotonic(), spent: this.#processorTimeMs() };
    const isQuiet = this.#last.spent - spent < QUIET_SHARE * (this.#last.at - at);
    if (isQuiet) this.stop();
    else if (this.#timer === undefined) this.#sample();
  }

  /** Returns the 99th percentile and the maximum of the delay since the last call, milliseconds. */
  read(): { readonly p99Ms: number; readonly maxMs: number } {
    const delays = this.#delays;
    this.#delays = [];
    return { p99Ms: percentile(delays, 0.99) ?? 0, maxMs: Math.max(0, ...delays) };
  }

  /** Ends the timer. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #sample(): void {
    const due = this.#clock.monotonic() + SAMPLE_MS;
    this.#timer = this.#clock.after(SAMPLE_MS, () => {
      this.#delays.push(Math.max(0, this.#clock.monotonic() - due));
      this.#sample();
    });
  }
}
