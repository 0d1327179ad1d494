import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between the samples of the delay; also the part of a reading that is no delay. */
const RESOLUTION_MS = 10;

/** How late this process runs its timers: the figure that tells whether one thread is enough. */
export interface EventLoopGauge {
  /** 99th percentile and maximum of the delay in milliseconds since the reading before; starts a new period. */
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
