import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Time between two samples, milliseconds. A reading includes it, so it is subtracted. Each sample wakes the processor: with
 * 10 ms, the gauge took more than all else that a node with 50 quiet sessions does (npm run bench -- --only sessions).
 */
const RESOLUTION_MS = 100;

/**
 * Measures the event loop delay of this process, which shows whether one thread is enough: how late the timer of a sample
 * runs. A stop of the loop that falls between two samples is not seen.
 */
export interface EventLoopGauge {
  /** Returns the 99th percentile and the maximum of the delay since the last call, milliseconds. */
  read(): { readonly p99Ms: number; readonly maxMs: number };
  stop(): void;
}

/** Starts measuring. The caller owns the gauge and stops it. */
export function startEventLoopGauge(): EventLoopGauge {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    read() {
      const reading = { p99Ms: ms(histogram.percentile(99)), maxMs: ms(histogram.max) };
      histogram.reset();
      return reading;
    },
    stop() {
      histogram.disable();
    },
  };
}
