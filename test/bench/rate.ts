/** Calls a second of `work`, which is repeated for about `seconds`. */
export function rate(seconds: number, work: () => void): number {
  for (let warm = 0; warm < 16; warm += 1) work();
  const start = performance.now();
  const end = start + seconds * 1000;
  let calls = 0;
  let now = start;
  while (now < end) {
    work();
    calls += 1;
    now = performance.now();
  }
  return (calls * 1000) / (now - start);
}

/** Calls a second of `work` that waits, one call after the other. */
export async function rateOf(seconds: number, work: () => Promise<void>): Promise<number> {
  for (let warm = 0; warm < 3; warm += 1) await work();
  const start = performance.now();
  const end = start + seconds * 1000;
  let calls = 0;
  while (performance.now() < end) {
    await work();
    calls += 1;
  }
  return (calls * 1000) / (performance.now() - start);
}

/** The middle one of several values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
