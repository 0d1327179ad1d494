/** Steps between the ticks of a time axis, seconds. */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400,
] as const;

const MINUTE = 60;

/** The ticks of a time axis. */
export interface TimeTicks {
  /** Unix seconds at round local times, ascending. BOUNDED: `most`. */
  readonly at: readonly number[];
  /** Seconds between two ticks. */
  readonly step: number;
}

/**
 * Ticks at round local times from `from` to `to` (Unix seconds), at most `most` of them.
 * @param offset what local time is ahead of UTC, seconds
 */
export function timeTicks(from: number, to: number, most: number, offset: number): TimeTicks {
  const fitting = STEPS.find((step) => (to - from) / step <= most) ?? Math.ceil((to - from) / most);
  const step = Math.max(1, fitting);
  const first = Math.ceil((from + offset) / step) * step - offset;
  const count = to < first || most < 1 ? 0 : Math.min(most, Math.floor((to - first) / step) + 1);
  return { at: Array.from({ length: count }, (_, index) => first + index * step), step };
}

/** The form of a tick: with seconds when the ticks are closer than a minute. @param clock local time of day, 12:04:51 */
export function tickText(clock: string, step: number): string {
  return step < MINUTE ? clock : clock.slice(0, 'HH:MM'.length);
}
