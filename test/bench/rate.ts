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

/** Calls a second of `work` that waits, one call after the other. `prepare` runs before each call and is not measured. */
export async function rateOf(
  seconds: number,
  work: () => Promise<void>,
  prepare: () => void = () => undefined,
): Promise<number> {
  const call = async (): Promise<number> => {
    prepare();
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  for (let warm = 0; warm < 3; warm += 1) await call();
  let calls = 0;
  let spent = 0;
  while (spent < seconds * 1000) {
    spent += await call();
    calls += 1;
  }
  return (calls * 1000) / spent;
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
